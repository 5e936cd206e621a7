#include "app/service.hpp"

#include <catch_amalgamated.hpp>
#include <mutex>
#include <set>
#include <thread>

#include "app_world.hpp"
#include "host/events.hpp"
#include "platform/native.hpp"
#include "support/event_senders.hpp"

namespace svcwrap::app {

using platform::ServiceState;
using platform::SessionReport;
using testing::AppWorld;
using testing::at;

namespace {

class FakeSession final : public platform::ServiceSession {
public:
    Status report(const SessionReport& report) override {
        const std::scoped_lock lock(mutex_);
        reports_.push_back(report);
        return {};
    }
    void on_control(std::function<bool(platform::ServiceControl)>) override { listens = true; }
    const std::vector<std::string>& arguments() const override { return arguments_; }

    [[nodiscard]] std::vector<SessionReport> reports() const {
        const std::scoped_lock lock(mutex_);
        return reports_;
    }

    bool listens = false;

private:
    mutable std::mutex mutex_;
    std::vector<SessionReport> reports_;
    std::vector<std::string> arguments_;
};

}  // namespace

TEST_CASE("A service with a wrong configuration says so in its journal and stops with 1610") {
    AppWorld world;
    world.files.put(world.config_of("App"), "schema = 1\n[service]\nname = \"App\"\ncolour = 1\n");
    FakeSession session;
    CHECK(serve(world.parts(), {.name = "App", .config_file = world.config_of("App")}, session) == 0);
    const auto reports = session.reports();
    REQUIRE(reports.size() == 2);
    CHECK(reports.front().state == ServiceState::start_pending);
    CHECK(reports.front().wait_hint > Duration{});
    CHECK(reports.back().state == ServiceState::stopped);
    CHECK(reports.back().win32_exit_code == 1610);
    const std::string journal = world.files.contents(journal_in(world.folder("App")));
    CHECK(journal.contains("App.toml:4:1"));
    CHECK(journal.contains("colour"));
    CHECK(world.launcher.launches() == 0);
}

TEST_CASE("Folders that were removed since the installation are made for administrators alone, as it made them") {
    AppWorld world;
    const std::string file = at("elsewhere/App.toml");
    world.files.put(file, "schema = 1\n[service]\nname = \"App\"\n[process]\nexecutable = '" +
                              at("apps/my app/app.exe") + "'\n[restart]\npolicy = \"never\"\n");
    world.launcher.add({.exit = ExitCode{42}});
    FakeSession session;
    const std::string folder = world.folder("App");
    SECTION("all of them") {
        CHECK(serve(world.parts(), {.name = "App", .config_file = file}, session) == 0);
        for (const std::string& made : {world.system.data, folder, join_path(folder, "state")}) {
            INFO(made);
            CHECK(std::ranges::any_of(world.files.calls(), [&](const testing::FileCall& call) {
                return call.operation == testing::Operation::make_private_folder && normalize_path(call.path) == made;
            }));
        }
    }
    SECTION("none in a folder that somebody else has made meanwhile") {
        world.files.fail_every(testing::Operation::make_private_folder, testing::access_denied_error("it is his"));
        CHECK(serve(world.parts(), {.name = "App", .config_file = file}, session) == 0);
        CHECK_FALSE(platform::exists(world.files, join_path(folder, "state")));
        CHECK(world.launcher.launches() == 1);
    }
}

TEST_CASE("A service runs its child and reports START_PENDING first and STOPPED last") {
    AppWorld world;
    world.files.put(world.config_of("App"), "schema = 1\n[service]\nname = \"App\"\n[process]\nexecutable = '" +
                                                at("apps/my app/app.exe") + "'\n[restart]\npolicy = \"never\"\n");
    world.launcher.add({.exit = ExitCode{42}});
    FakeSession session;
    CHECK(serve(world.parts(), {.name = "App", .config_file = world.config_of("App")}, session) == 0);
    const auto reports = session.reports();
    REQUIRE(reports.size() >= 2);
    CHECK(session.listens);
    CHECK(reports.front().state == ServiceState::start_pending);
    CHECK(reports.back().state == ServiceState::stopped);
    CHECK(reports.back().win32_exit_code == 1066);
    CHECK(reports.back().service_exit_code == 42);
    const auto runs = host::read_history(world.files, host::history_file_path(world.system.data, "App"));
    REQUIRE(runs);
    REQUIRE(runs->size() == 1);
    CHECK(runs->front().end->code.value == 42);
}

TEST_CASE("A service that leaves its end to Windows ends without STOPPED") {
    AppWorld world;
    const auto clock = platform::make_clock();
    world.other_clock = clock.get();
    world.files.put(world.config_of("App"), "schema = 1\n[service]\nname = \"App\"\n[process]\nexecutable = '" +
                                                at("apps/my app/app.exe") +
                                                "'\n[restart]\nlimit = 1\ndelay = \"0s\"\non_give_up = \"recover\"\n");
    world.launcher.set_fallback({.exit = ExitCode{42}});
    FakeSession session;
    int status = 0;
    world.session = [&](const std::string&, const SessionBody& body) -> Status {
        body(session);
        return {};
    };
    AppParts parts = world.parts();
    parts.end_process = [&](int code) { status = code; };
    CHECK(run_service(parts, {.name = "App", .config_file = world.config_of("App")}));
    CHECK(status == 1);  // the process ends as a failure: what the SCM's recovery actions are for
    for (const SessionReport& report : session.reports()) CHECK(report.state != ServiceState::stopped);
    CHECK(world.launcher.launches() == 2);
}

namespace {

constexpr std::string_view k_users_write = "O:BAD:(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;BU)";

std::string config_text(const std::string& program, const std::string& more = {}) {
    return "schema = 1\n[service]\nname = \"App\"\n" + more + "[process]\nexecutable = '" + program + "'\n";
}

std::set<int> event_ids(const AppWorld& world) {
    std::set<int> ids;
    for (const auto& record : world.events->records()) ids.insert(record.id);
    return ids;
}

template <class Predicate>
void wait_until(Predicate predicate) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!predicate()) {
        if (std::chrono::steady_clock::now() > limit) FAIL("waited 60 s in vain");
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

}  // namespace

namespace {

// Also where a test ends early: nobody waits for a program that nobody ends.
struct EndOfChild {
    AppWorld& world;
    ~EndOfChild() {
        if (const auto child = world.launcher.wait_for_child(0, std::chrono::seconds(60))) child->exit(ExitCode{0});
    }
};

}  // namespace

TEST_CASE("A service that runs refuses a changed configuration that others could use, asked for or watched") {
    AppWorld world;
    const auto clock = platform::make_clock();
    world.other_clock = clock.get();
    const std::string file = world.config_of("App");
    world.files.put(at("apps/open/app.exe"), "MZ...");
    world.access.set(at("apps/open/app.exe"), k_users_write);
    world.files.put(file, config_text(at("apps/my app/app.exe"), "watch = true\n"));
    FakeSession session;
    std::jthread life([&] { (void)serve(world.parts(), {.name = "App", .config_file = file}, session); });
    const EndOfChild end{world};
    const auto journal = [&] { return world.files.contents(journal_in(world.folder("App"))); };
    wait_until([&] { return !world.channel.served().empty() && !world.watcher.watched().empty(); });
    const auto reload = [&] {
        const auto answer =
            world.channel.ask(world.channel.served().front(), testing::FakeControlChannel::k_process_id,
                              host::request_line(host::ControlCommand::reload), std::chrono::seconds(60));
        REQUIRE(answer);
        return host::parse_answer(*answer);
    };
    world.files.put(file, config_text(at("apps/open/app.exe"), "watch = true\n"));
    SECTION("asked for") {
        const auto answer = reload();
        REQUIRE_FALSE(answer);
        CHECK(answer.error().front().kind == ErrorKind::access_denied);
        CHECK(answer.error().front().message.contains("app.exe"));
        CHECK(answer.error().front().remedy.contains("icacls"));
    }
    SECTION("watched") {
        REQUIRE(world.watcher.touch(file) > 0);
    }
    wait_until([&] { return journal().contains("reload refused, nothing was changed"); });
    wait_until([&] { return event_ids(world).contains(403); });
    CHECK(journal().contains("icacls"));
    CHECK_FALSE(journal().contains("process.executable:"));
    CHECK_FALSE(event_ids(world).contains(402));
    // What is allowed by who may write the file is adopted.
    world.files.put(file, config_text(at("apps/open/app.exe"), "watch = true\nallow_insecure = true\n"));
    CHECK(reload());
}

TEST_CASE("Each event of the commands has an occasion at which it is sent") {
    AppWorld world;
    REQUIRE(world.run({"install", "App", "--exe", at("apps/my app/app.exe")}) == 0);  // 50
    REQUIRE(world.run({"install", "App", "--update", "--description", "new"}) == 0);  // 51
    world.access.set(at("apps/my app/app.exe"), k_users_write);
    CHECK(world.run({"start", "App"}) == 7);                                                               // 403
    REQUIRE(world.run({"install", "Open", "--exe", at("apps/my app/app.exe"), "--allow-insecure"}) == 0);  // 53
    world.files.put(world.config_of("App"), "no TOML");
    FakeSession session;
    CHECK(serve(world.parts(), {.name = "App", .config_file = world.config_of("App")}, session) == 0);  // 400
    REQUIRE(world.run({"uninstall", "App"}) == 0);                                                      // 52
    const std::set<int> sent = event_ids(world);
    for (const int id : testing::k_events_of_commands) {
        INFO("event " << id);
        CHECK(sent.contains(id));
    }
}

TEST_CASE("The service command in a console explains itself") {
    AppWorld world;
    world.session = [](const std::string&, const SessionBody&) -> Status {
        return std::unexpected(testing::scm_error(ErrorKind::scm_failed, 1063, "not started by the SCM"));
    };
    CHECK(world.run({"service", "--name", "App", "--config", at("App.toml")}) == 11);
    CHECK(world.err.contains("svcwrap run App"));
}

TEST_CASE("The console event helper has exit codes of its own") {
    const auto [kind, status] = GENERATE(
        table<ErrorKind, int>({{ErrorKind::not_found, 3}, {ErrorKind::io_failed, 4}, {ErrorKind::access_denied, 1}}));
    AppWorld world;
    std::optional<Error> result;
    std::vector<std::pair<std::uint32_t, platform::ConsoleEvent>> raised;
    world.raise = [&](std::uint32_t id, platform::ConsoleEvent event) -> Status {
        raised.emplace_back(id, event);
        if (result) return std::unexpected(*result);
        return {};
    };
    CHECK(world.run({"send-console-event", "77", "break"}) == 0);
    CHECK(world.run({"send-console-event", "78", "c"}) == 0);
    CHECK(raised == std::vector<std::pair<std::uint32_t, platform::ConsoleEvent>>{
                        {77, platform::ConsoleEvent::control_break}, {78, platform::ConsoleEvent::control_c}});
    result = testing::scm_error(kind, 87, "no");
    CHECK(world.run({"send-console-event", "77", "c"}) == status);
}

}  // namespace svcwrap::app
