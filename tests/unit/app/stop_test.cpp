#include <catch_amalgamated.hpp>

#include "app_world.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;
using platform::ServiceState;
using platform::ServiceStatus;
using testing::AppWorld;
using testing::k_wrapper;
using testing::ManagerCall;
using testing::status_of;

namespace {

ServiceStatus stopping(std::uint32_t checkpoint, Duration hint) {
    ServiceStatus status = status_of(ServiceState::stop_pending, k_wrapper);
    status.checkpoint = checkpoint;
    status.wait_hint = hint;
    return status;
}

}  // namespace

TEST_CASE("stop waits until the service has stopped") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.on_stop = {{0ms, stopping(1, 20s), {}}, {7s, status_of(ServiceState::stopped), {}}};
    CHECK(world.run({"stop", "App"}) == 0);
    CHECK(world.out.contains("App is stopped"));
    CHECK(world.clock.slept() >= 7s);
}

TEST_CASE("stop says in a sentence how the last run ended") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.on_stop = {{0ms, status_of(ServiceState::stopped), {}}};
    auto state = world.backoff_state("App", 3);
    SECTION("with an exit code") {
        world.publish(state);
        CHECK(world.run({"stop", "App"}) == 0);
        CHECK(world.out.contains("; the program ended with exit code 3"));
    }
    SECTION("never started") {
        state.last_end->kind = supervise::EndKind::launch_failed;
        state.last_end->detail = "cannot start app.exe\n  look";
        world.publish(state);
        CHECK(world.run({"stop", "App"}) == 0);
        CHECK(world.out == "App is stopped; the program could not be started: cannot start app.exe.\n");
    }
}

TEST_CASE("stop goes on waiting while the checkpoint rises, however long that takes") {
    AppWorld world;
    auto& service = world.put_running("App");
    for (std::uint32_t i = 0; i < 30; ++i) service.on_stop.push_back({i * 10s, stopping(i + 1, 20s), {}});
    service.on_stop.push_back({300s, status_of(ServiceState::stopped), {}});
    CHECK(world.run({"stop", "App"}) == 0);
}

TEST_CASE("stop gives up on a service that shows no progress within its wait hint") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.on_stop = {{0ms, stopping(1, 90s), {}}};
    CHECK(world.run({"stop", "App"}) == 9);
    CHECK(world.clock.slept() >= 90s);
    CHECK(world.clock.slept() < 120s);
    CHECK(world.err.contains("stop-pending"));
    CHECK(world.err.contains("1200"));
}

TEST_CASE("stop --timeout bounds the wait though there is progress") {
    AppWorld world;
    auto& service = world.put_running("App");
    for (std::uint32_t i = 0; i < 30; ++i) service.on_stop.push_back({i * 10s, stopping(i + 1, 20s), {}});
    CHECK(world.run({"stop", "App", "--timeout", "5s"}) == 9);
    CHECK(world.clock.slept() < 6s);
}

TEST_CASE("stop of a stopped service changes nothing and succeeds") {
    AppWorld world;
    world.put_service("App");
    CHECK(world.run({"stop", "App"}) == 0);
    CHECK(world.out.contains("already stopped"));
    CHECK(world.services.count(ManagerCall::stop) == 0);
}

TEST_CASE("stop waits out a moment in which the service can't take it") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.status = status_of(ServiceState::start_pending, k_wrapper);
    service.pending = {{2s, status_of(ServiceState::running, k_wrapper), {}}};
    service.script_began = world.clock.now();
    service.on_stop = {{1s, status_of(ServiceState::stopped), {}}};
    CHECK(world.run({"stop", "App"}) == 0);
    CHECK(world.services.find("App")->status.state == ServiceState::stopped);
}

TEST_CASE("stop waits out a start during which the SCM says that the service does not take STOP") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.status = status_of(ServiceState::start_pending, k_wrapper);
    service.pending = {{2s, status_of(ServiceState::running, k_wrapper), {}}};
    service.script_began = world.clock.now();
    service.on_stop = {{1s, status_of(ServiceState::stopped), {}}};
    world.services.fail(ManagerCall::stop, testing::scm_error(ErrorKind::scm_failed, 1052, "it does not take it"), 2);
    CHECK(world.run({"stop", "App"}) == 0);
    CHECK(world.services.find("App")->status.state == ServiceState::stopped);
}

TEST_CASE("A running service that does not take STOP is not waited for") {
    AppWorld world;
    world.put_running("App");
    world.services.fail(ManagerCall::stop, testing::scm_error(ErrorKind::scm_failed, 1052, "it does not take it"), 2);
    CHECK(world.run({"stop", "App"}) == 11);
    CHECK(world.err.contains("it does not take it"));
    CHECK(world.clock.slept() < 1s);
}

TEST_CASE("stop waits for a stop that another has asked for, and asks no second time") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.status = stopping(1, 20s);
    service.pending = {{3s, status_of(ServiceState::stopped), {}}};
    service.script_began = world.clock.now();
    CHECK(world.run({"stop", "App"}) == 0);
    CHECK(world.services.count(ManagerCall::stop) == 0);
}

TEST_CASE("The SCM's refusal to stop ends the wait") {
    AppWorld world;
    world.put_running("App");
    world.services.fail(ManagerCall::stop, testing::scm_error(ErrorKind::scm_failed, 1051, "others depend on it"));
    CHECK(world.run({"stop", "App"}) == 11);
    CHECK(world.err.contains("others depend on it"));
    CHECK(world.clock.slept() < 1s);
}

TEST_CASE("stop without the right to says what was refused, and by which code") {
    AppWorld world;
    world.put_running("App");
    world.services.fail(ManagerCall::stop, testing::scm_error(ErrorKind::access_denied, 5, "it may not be stopped"));
    CHECK(world.run({"stop", "App", "--json"}) == 7);
    const Json answer = world.json();
    const Json* error = answer.find("error");
    REQUIRE(error != nullptr);
    CHECK(error->find("kind")->as_string() == "access_denied");
    CHECK(error->find("os_code")->as_int() == 5);
}

TEST_CASE("stop waits a while for the wrapper's process to be gone, so that its files are free") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.on_stop = {{0ms, status_of(ServiceState::stopped), {}}};
    world.system.alive = {k_wrapper};
    CHECK(world.run({"stop", "App"}) == 0);
    CHECK(world.clock.slept() >= 1s);
    CHECK(world.clock.slept() <= 10s);
}

TEST_CASE("restart stops and starts, and starts what was stopped") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.on_stop = {{1s, status_of(ServiceState::stopped), {}}};
    service.on_start = {
        {1s, status_of(ServiceState::running, k_wrapper), [&world] { world.publish(world.running_state("App")); }}};
    CHECK(world.run({"restart", "App", "--json"}) == 0);
    CHECK(world.json().find("was_running")->as_bool());
    CHECK(world.services.count(ManagerCall::stop) == 1);
    CHECK(world.services.count(ManagerCall::start) == 1);
    service.status = status_of(ServiceState::stopped);
    CHECK(world.run({"restart", "App"}) == 0);
    CHECK(world.services.count(ManagerCall::start) == 2);
}

TEST_CASE("restart with a broken configuration leaves the service as it is, and names every mistake") {
    AppWorld world;
    world.put_running("App");
    world.files.put(world.config_of("App"), "schema = 1\n[service]\nname = \"App\"\ncolour = 1\n");
    CHECK(world.run({"restart", "App"}) == 5);
    CHECK(world.services.count(ManagerCall::stop) == 0);
    CHECK(world.err.contains("App.toml:4:1"));
    CHECK(world.err.contains("process.executable is missing"));
}

TEST_CASE("restart says that it was a restart which failed, also where its second half did") {
    AppWorld world;
    auto& service = world.put_running("App");
    SECTION("the service stops again") {
        service.on_stop = {{1s, status_of(ServiceState::stopped), {}}};
        service.on_start = {{1s, status_of(ServiceState::stopped), {}}};
        CHECK(world.run({"restart", "App"}) == 8);
    }
    SECTION("the SCM refuses") {
        service.on_stop = {{1s, status_of(ServiceState::stopped), {}}};
        world.services.fail(ManagerCall::start, testing::scm_error(ErrorKind::scm_failed, 1069, "it cannot log on"));
        CHECK(world.run({"restart", "App"}) == 11);
    }
    CHECK(world.services.count(ManagerCall::stop) == 1);
    INFO(world.err);
    CHECK(world.err.contains("restart App: "));
    CHECK_FALSE(world.err.contains(" start App: "));
}

}  // namespace svcwrap::app
