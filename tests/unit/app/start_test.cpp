#include <catch_amalgamated.hpp>

#include "app/start_watch.hpp"
#include "app_world.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;
using platform::ServiceState;
using testing::AppWorld;
using testing::k_wrapper;
using testing::ManagerCall;
using testing::status_of;

namespace {

platform::ServiceStatus stopped_with(std::uint32_t win32, std::uint32_t specific = 0) {
    platform::ServiceStatus status = status_of(ServiceState::stopped);
    status.win32_exit_code = win32;
    status.service_exit_code = specific;
    return status;
}

// What the SCM shows and what the wrapper publishes after a start, and what `start` must make of it.
struct Story {
    std::string name;
    std::function<void(AppWorld&, testing::FakeService&)> script;
    int exit_status;
    std::string said;
};

void comes_up(AppWorld& world, testing::FakeService& service) {
    service.on_start = {
        {0ms, status_of(ServiceState::start_pending, k_wrapper), {}},
        {300ms, status_of(ServiceState::running, k_wrapper), [&world] { world.publish(world.running_state("App")); }}};
}

std::vector<Story> stories() {
    return {
        {"the child runs and stays", comes_up, 0, "App is running: process 1234"},
        {"the child ends at once and waits for its next start",
         [](AppWorld& world, testing::FakeService& service) {
             comes_up(world, service);
             service.on_start.push_back({500ms, status_of(ServiceState::running, k_wrapper),
                                         [&world] { world.publish(world.backoff_state("App", 3)); }});
         },
         8, "exit code 3"},
        {"the child crashes just before the settle time is over",
         [](AppWorld& world, testing::FakeService& service) {
             comes_up(world, service);
             service.on_start.push_back({1200ms, status_of(ServiceState::running, k_wrapper),
                                         [&world] { world.publish(world.backoff_state("App", 0xC0000005)); }});
         },
         8, "0xC0000005"},
        {"the child runs, but it is the second one already",
         [](AppWorld& world, testing::FakeService& service) {
             service.on_start = {{100ms, status_of(ServiceState::running, k_wrapper), [&world] {
                                      auto state = world.running_state("App");
                                      state.run = 2;
                                      state.restarts = 1;
                                      state.last_end = world.backoff_state("App", 7).last_end;
                                      world.publish(state);
                                  }}};
         },
         8, "exit code 7"},
        {"the program can't be started",
         [](AppWorld& world, testing::FakeService& service) {
             service.on_start = {{100ms, status_of(ServiceState::running, k_wrapper), [&world] {
                                      auto state = world.backoff_state("App", 0);
                                      state.last_end->kind = supervise::EndKind::launch_failed;
                                      state.last_end->detail = "create process: access is denied";
                                      world.publish(state);
                                  }}};
         },
         8, "could not be started: create process: access is denied"},
        {"the service stops with the child's code and its process is gone",
         [](AppWorld&, testing::FakeService& service) {
             service.on_start = {{0ms, status_of(ServiceState::start_pending, k_wrapper), {}},
                                 {200ms, stopped_with(1066, 42), {}}};
         },
         8, "exit code 42"},
        {"the service stops and its last state tells more than the SCM",
         [](AppWorld& world, testing::FakeService& service) {
             service.on_start = {{0ms, status_of(ServiceState::start_pending, k_wrapper), {}},
                                 {200ms, stopped_with(1067), [&world] {
                                      auto state = world.backoff_state("App", 0);
                                      state.state = supervise::State::stopped;
                                      state.last_end->kind = supervise::EndKind::launch_failed;
                                      state.last_end->detail = "the file is missing";
                                      world.publish(state);
                                  }}};
         },
         8, "the file is missing"},
        {"the configuration is wrong",
         [](AppWorld&, testing::FakeService& service) { service.on_start = {{100ms, stopped_with(1610), {}}}; }, 8,
         "svcwrap check App"},
        {"the program does its work and ends, as a success",
         [](AppWorld&, testing::FakeService& service) {
             service.on_start = {{100ms, status_of(ServiceState::running, k_wrapper), {}},
                                 {400ms, stopped_with(0), {}}};
         },
         8, "must keep running"},
        {"the service never gets beyond START_PENDING",
         [](AppWorld&, testing::FakeService& service) {
             service.on_start = {{0ms, status_of(ServiceState::start_pending, k_wrapper), {}}};
         },
         9, "start-pending"},
        {"the service is RUNNING, but the launch of its program hangs",
         [](AppWorld& world, testing::FakeService& service) {
             service.on_start = {{100ms, status_of(ServiceState::running, k_wrapper), [&world] {
                                      auto state = world.running_state("App");
                                      state.state = supervise::State::starting;
                                      state.child_process_id = 0;
                                      world.publish(state);
                                  }}};
         },
         9, "its program is starting"},
        {"the launch of the program takes longer than the service",
         [](AppWorld& world, testing::FakeService& service) {
             const auto running = status_of(ServiceState::running, k_wrapper);
             service.on_start = {{100ms, running,
                                  [&world] {
                                      auto state = world.running_state("App");
                                      state.state = supervise::State::starting;
                                      world.publish(state);
                                  }},
                                 {9s, running, [&world] { world.publish(world.running_state("App")); }}};
         },
         0, "App is running: process 1234"},
        {"the state is that of an earlier wrapper",
         [](AppWorld& world, testing::FakeService& service) {
             world.publish(world.backoff_state("App", 3));
             service.on_start = {{100ms, status_of(ServiceState::running, k_wrapper + 1), {}}};
         },
         0, "is not known"},
        {"somebody stops it meanwhile",
         [](AppWorld& world, testing::FakeService& service) {
             comes_up(world, service);
             service.on_start.push_back({500ms, status_of(ServiceState::stop_pending, k_wrapper), {}});
         },
         8, "is being stopped"},
    };
}

}  // namespace

TEST_CASE("start tells the truth about the program, whatever the SCM says") {
    const std::vector<Story> all = stories();
    const Story& story = all[static_cast<std::size_t>(GENERATE_COPY(range(0, static_cast<int>(all.size()))))];
    CAPTURE(story.name);
    AppWorld world;
    story.script(world, world.put_service("App"));
    const int status = world.run({"start", "App"});
    CAPTURE(world.out, world.err);
    CHECK(status == story.exit_status);
    CHECK((status == 0 ? world.out : world.err).contains(story.said));
    CHECK((status == 0 ? world.err : world.out).empty());
    if (status == 8) CHECK(world.err.contains("svcwrap.log"));
}

TEST_CASE("start of a stopped service with a broken configuration names every mistake, and does not start it") {
    AppWorld world;
    world.put_service("App").status = status_of(ServiceState::stopped);
    world.files.put(world.config_of("App"), "schema = 1\n[service]\nname = \"App\"\ncolour = 1\n");
    CHECK(world.run({"start", "App"}) == 5);
    CHECK(world.services.count(ManagerCall::start) == 0);
    CHECK(world.err.contains("App.toml:4:1"));
    world.services.find("App")->status = status_of(ServiceState::running, k_wrapper);
    world.publish(world.running_state("App"));
    CHECK(world.run({"start", "App"}) == 0);
}

TEST_CASE("start watches the program for as long as it was told to") {
    AppWorld world;
    auto& service = world.put_service("App");
    comes_up(world, service);
    service.on_start.push_back(
        {5s, status_of(ServiceState::running, k_wrapper), [&world] { world.publish(world.backoff_state("App", 3)); }});
    SECTION("long enough to see it fail") {
        CHECK(world.run({"start", "App", "--settle", "10s"}) == 8);
    }
    SECTION("not at all") {
        CHECK(world.run({"start", "App", "--settle", "0"}) == 0);
        CHECK(world.clock.slept() < 1s);
    }
}

TEST_CASE("start of a running service changes nothing and succeeds") {
    AppWorld world;
    world.put_running("App");
    CHECK(world.run({"start", "App"}) == 0);
    CHECK(world.out.contains("already running"));
    CHECK(world.services.count(ManagerCall::start) == 0);
    CHECK(world.run({"start", "App", "--json"}) == 0);
    CHECK_FALSE(world.json().find("changed")->as_bool(true));
}

TEST_CASE("start of a running service does not hide that its program is down") {
    AppWorld world;
    world.put_running("App");
    world.publish(world.backoff_state("App", 3));
    CHECK(world.run({"start", "App"}) == 0);
    CHECK(world.out.contains("backoff"));
}

TEST_CASE("start waits for a service that is still stopping and starts it then") {
    AppWorld world;
    auto& service = world.put_service("App");
    comes_up(world, service);
    service.status = status_of(ServiceState::stop_pending, 99);
    service.pending = {{2s, status_of(ServiceState::stopped), {}}};
    service.script_began = world.clock.now();
    CHECK(world.run({"start", "App"}) == 0);
    CHECK(world.services.count(ManagerCall::start) == 1);
}

TEST_CASE("start joins a start that is under way") {
    AppWorld world;
    auto& service = world.put_service("App");
    service.status = status_of(ServiceState::start_pending, k_wrapper);
    service.pending = {
        {1s, status_of(ServiceState::running, k_wrapper), [&world] { world.publish(world.running_state("App")); }}};
    service.script_began = world.clock.now();
    CHECK(world.run({"start", "App"}) == 0);
    CHECK(world.services.count(ManagerCall::start) == 0);
}

TEST_CASE("The SCM's refusal to start is told with its code") {
    AppWorld world;
    world.put_service("App");
    world.services.fail(ManagerCall::start, testing::scm_error(ErrorKind::access_denied, 5, "it may not be started"));
    CHECK(world.run({"start", "App", "--json"}) == 7);
    const Json* error = world.json().find("error");
    REQUIRE(error != nullptr);
    CHECK(error->find("kind")->as_string() == "access_denied");
    CHECK(error->find("os_code")->as_int() == 5);
}

TEST_CASE("Commands touch only svcwrap's own services") {
    const std::string command = GENERATE(as<std::string>{}, "start", "stop", "restart", "status", "uninstall");
    CAPTURE(command);
    AppWorld world;
    world.services.put("Spooler", "C:\\Windows\\spoolsv.exe").status = status_of(ServiceState::running, 77);
    CHECK(world.run({command, "Spooler"}) == 4);
    CHECK(world.err.contains("Spooler is not a svcwrap service"));
    CHECK(world.services.count(ManagerCall::stop) == 0);
    CHECK(world.services.count(ManagerCall::start) == 0);
    CHECK(world.services.find("Spooler") != nullptr);
    CHECK(world.run({command, "Nothing"}) == 4);
}

TEST_CASE("A terminal sees how long a start takes, and a clean line in the end") {
    AppWorld world;
    auto& service = world.put_service("App");
    service.on_start = {
        {0ms, status_of(ServiceState::start_pending, k_wrapper), {}},
        {5s, status_of(ServiceState::running, k_wrapper), [&world] { world.publish(world.running_state("App")); }}};
    SECTION("on a terminal") {
        world.terminal = true;
        CHECK(world.run({"start", "App"}) == 0);
        CHECK(world.err.contains("\rStarting App ... "));
        CHECK(world.err.ends_with(" \r"));
    }
    SECTION("not in a pipe") {
        CHECK(world.run({"start", "App"}) == 0);
        CHECK(world.err.empty());
    }
    SECTION("not in JSON") {
        world.terminal = true;
        CHECK(world.run({"start", "App", "--json"}) == 0);
        CHECK(world.err.empty());
    }
}

}  // namespace svcwrap::app
