#include <algorithm>
#include <catch_amalgamated.hpp>

#include "app_world.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;
using host::ControlCommand;
using platform::ServiceState;
using testing::AppWorld;
using testing::at;
using testing::k_wrapper;
using testing::status_of;

namespace {

Error error_of(ErrorKind kind, std::string message) {
    return {.kind = kind, .message = std::move(message)};
}

Json changed(const std::string& setting, const std::string& before, const std::string& after,
             const std::string& needs) {
    return JsonObject{{"setting", setting}, {"before", before}, {"after", after}, {"needs", needs}};
}

std::string change_line_of(const AppWorld& world, const std::string& word) {
    const auto at = world.out.find(word);
    if (at == std::string::npos) return {};
    const auto begin = world.out.rfind('\n', at) + 1;
    return world.out.substr(begin, world.out.find('\n', at) - begin);
}

}  // namespace

TEST_CASE("reload tells each change with what it needs") {
    AppWorld world;
    world.put_live("App");
    world.answers[ControlCommand::reload] = [] {
        return host::success_line(
            JsonObject{{"changed", JsonArray{changed("restart.delay", "\"1s\"", "\"2s\"", "nothing"),
                                             changed("process.arguments", "[]", "[\"-x\"]", "child-restart"),
                                             changed("service.account", "\"LocalSystem\"", "\"x\"", "reinstall")}}});
    };
    CHECK(world.run({"reload", "App"}) == 0);
    CHECK(change_line_of(world, "restart.delay").contains("\"1s\" -> \"2s\""));
    CHECK(change_line_of(world, "restart.delay").contains("in effect now"));
    CHECK(change_line_of(world, "process.arguments").contains("svcwrap restart App --child-only"));
    CHECK(change_line_of(world, "service.account").contains("--update"));
    CHECK(world.run({"reload", "App", "--json"}) == 0);
    CHECK(world.json().find("changed")->as_bool());
    CHECK(std::get<JsonArray>(world.json().find("settings")->value()).size() == 3);
}

TEST_CASE("reload of an unchanged file says so") {
    AppWorld world;
    world.put_live("App");
    CHECK(world.run({"reload", "App"}) == 0);
    CHECK(world.out.contains("nothing has changed"));
    CHECK(world.run({"reload", "App", "--json"}) == 0);
    CHECK_FALSE(world.json().find("changed")->as_bool(true));
}

TEST_CASE("reload of a wrong file names every mistake with its place, and exits with 5") {
    AppWorld world;
    world.put_live("App");
    world.answers[ControlCommand::reload] = [] {
        Error first = error_of(ErrorKind::bad_config, "unknown setting colour");
        first.where = "C:/x/App.toml:4:1";
        Error second = error_of(ErrorKind::bad_config, "no duration");
        second.where = "C:/x/App.toml:9:3";
        return host::failure_line({first, second});
    };
    CHECK(world.run({"reload", "App"}) == 5);
    CHECK(world.err.starts_with("C:/x/App.toml:4:1: unknown setting colour"));
    CHECK(world.err.contains("\nC:/x/App.toml:9:3: no duration"));
    CHECK(world.run({"reload", "App", "--json"}) == 5);
    CHECK(std::get<JsonArray>(world.json().find("errors")->value()).size() == 2);
}

TEST_CASE("reload of a stopped service only checks the file") {
    AppWorld world;
    world.put_service("App");
    SECTION("a good one") {
        world.files.put(world.config_of("App"), "schema = 1\n[service]\nname = \"App\"\n[process]\nexecutable = '" +
                                                    at("apps/my app/app.exe") + "'\n");
        CHECK(world.run({"reload", "App"}) == 0);
        CHECK(world.out.contains("does not run"));
    }
    SECTION("a wrong one") {
        world.files.put(world.config_of("App"), "schema = 1\n[service]\nname = \"App\"\ncolour = 1\n");
        CHECK(world.run({"reload", "App"}) == 5);
        CHECK(world.err.contains("App.toml:4:1"));
    }
    CHECK(world.channel.asked().empty());
}

TEST_CASE("A wrapper that can't be asked is told by its reason, each with its exit code") {
    struct Row {
        ErrorKind kind;
        int exit_status;
        std::string said;
    };
    const auto row = GENERATE(values<Row>({{ErrorKind::access_denied, 7, "elevated prompt"},
                                           {ErrorKind::timed_out, 9, "does not answer"},
                                           {ErrorKind::not_found, 10, "does not answer"},
                                           {ErrorKind::io_failed, 10, "does not answer"}}));
    const std::string command = GENERATE(as<std::string>{}, "reload", "rotate");
    CAPTURE(name_of(row.kind), command);
    AppWorld world;
    world.put_live("App");
    world.channel.fail_ask(error_of(row.kind, "no"));
    CHECK(world.run({command, "App"}) == row.exit_status);
    CHECK(world.err.contains(row.said));
}

TEST_CASE("A wrapper of another version is told from a wrong command line") {
    AppWorld world;
    world.put_live("App");
    world.answers[ControlCommand::rotate] = [] {
        return host::failure_line({error_of(ErrorKind::usage, "unknown command rotate")});
    };
    CHECK(world.run({"rotate", "App"}) == 10);
    CHECK(world.err.contains("another version"));
}

TEST_CASE("rotate tells which logs begin a new file") {
    AppWorld world;
    world.put_live("App");
    world.answers[ControlCommand::rotate] = [] {
        return host::success_line(JsonObject{{"logs", JsonArray{"stdout", "stderr"}}});
    };
    CHECK(world.run({"rotate", "App"}) == 0);
    CHECK(world.out.contains("stdout, stderr"));
    CHECK(world.run({"rotate", "App", "--json"}) == 0);
    CHECK(std::get<JsonArray>(world.json().find("logs")->value()).size() == 2);
    SECTION("and that there is none") {
        world.answers.clear();
        CHECK(world.run({"rotate", "App"}) == 0);
        CHECK(world.out.contains("no log"));
    }
}

TEST_CASE("A stopped service can't be rotated") {
    AppWorld world;
    world.put_service("App");
    CHECK(world.run({"rotate", "App"}) == 11);
    CHECK(world.err.contains("does not run"));
}

TEST_CASE("start of a service whose program waits in backoff starts it at once and watches it") {
    AppWorld world;
    world.put_live("App");
    world.live = world.backoff_state("App", 3);
    world.live.control_address = testing::k_address;
    world.answers[ControlCommand::start_child] = [&world] {
        world.live = world.running_state("App");
        world.live.control_address = testing::k_address;
        world.live.run = 2;
        world.live.restarts = 1;
        return host::success_line(JsonObject{});
    };
    SECTION("it stays up") {
        CHECK(world.run({"start", "App"}) == 0);
        CHECK(world.out.contains("waited for its next start and is running now: process 1234"));
        CHECK(world.services.count(testing::ManagerCall::start) == 0);
    }
    SECTION("it ends again") {
        world.answers[ControlCommand::start_child] = [&world] {
            world.live.run = 2;
            world.live.restarts = 1;
            return host::success_line(JsonObject{});
        };
        CHECK(world.run({"start", "App"}) == 8);
        CHECK(world.err.contains("exit code 3"));
    }
    SECTION("it does not come up in time") {
        world.answers[ControlCommand::start_child] = [] { return host::success_line(JsonObject{}); };
        CHECK(world.run({"start", "App", "--timeout", "3s"}) == 9);
        CHECK(world.err.contains("backoff"));
    }
}

TEST_CASE("start of a paused service names the command that lets it go on") {
    AppWorld world;
    world.put_running("App").status = status_of(ServiceState::paused, k_wrapper);
    CHECK(world.run({"start", "App"}) == 11);
    CHECK(world.err.contains("svcwrap continue App"));
}

TEST_CASE("restart --child-only leaves the service up and watches the new run") {
    AppWorld world;
    world.put_live("App");
    int looks = 0;
    // The stop takes three looks; then the next run is there.
    world.answers[ControlCommand::restart_child] = [&] {
        world.live.state = supervise::State::stopping;
        world.answers[ControlCommand::status] = [&] {
            if (++looks == 3) {
                world.live.state = supervise::State::running;
                world.live.run = 2;
                world.live.restarts = 1;
                world.live.child_process_id = 777;
            }
            return host::success_line(JsonObject{{"state", host::to_json(world.live)}});
        };
        return host::success_line(JsonObject{});
    };
    SECTION("and says what runs now") {
        CHECK(world.run({"restart", "App", "--child-only"}) == 0);
        CHECK(world.out == "App is running: process 777.\n");
        CHECK(world.services.count(testing::ManagerCall::stop) == 0);
        CHECK(world.services.count(testing::ManagerCall::start) == 0);
    }
    SECTION("with --json") {
        CHECK(world.run({"restart", "App", "--child-only", "--json"}) == 0);
        CHECK(world.json().find("child_only")->as_bool());
    }
    SECTION("the stop has a bound of its own") {
        world.answers[ControlCommand::restart_child] = [&] {
            world.live.state = supervise::State::stopping;
            return host::success_line(JsonObject{});
        };
        CHECK(world.run({"restart", "App", "--child-only", "--stop-timeout", "5s"}) == 9);
        CHECK(world.err.contains("stopping"));
    }
}

TEST_CASE("restart --child-only of a stopped service says that it does not run") {
    AppWorld world;
    world.put_service("App");
    CHECK(world.run({"restart", "App", "--child-only"}) == 11);
    CHECK(world.err.contains("does not run"));
}

}  // namespace svcwrap::app
