#include "app/service.hpp"

#include <catch_amalgamated.hpp>
#include <mutex>

#include "app_world.hpp"

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
                return call.operation == testing::Operation::make_private_folder && at(call.path.substr(1)) == made;
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
