#include <catch_amalgamated.hpp>

#include "app_world.hpp"
#include "platform/native.hpp"

namespace svcwrap::app {

using testing::AppWorld;
using testing::at;

namespace {

// The host runs on the real clock here: its stop steps have real times.
struct TrialWorld : AppWorld {
    TrialWorld() {
        other_clock = clock.get();
        write_config("");
    }

    void write_config(const std::string& more) {
        files.put(at("users/me/App.toml"), "schema = 1\n[service]\nname = \"App\"\n[process]\nexecutable = '" +
                                               at("apps/my app/app.exe") + "'\n" + more);
    }

    int test_stop(std::vector<std::string> more = {}) {
        std::vector<std::string> words{"test-stop", "--config", "App.toml", "--after", "50ms"};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }

    std::unique_ptr<platform::Clock> clock = platform::make_clock();
};

}  // namespace

TEST_CASE("test-stop tells which step ended the program") {
    TrialWorld world;
    world.launcher.add({.prints = {{.text = "hello\n"}}, .exit_when_asked = ExitCode{0}});
    SECTION("in words, with the program's output") {
        CHECK(world.test_stop() == 0);
        CHECK(world.out.contains("hello\n"));
        CHECK(world.out.contains("app.exe stopped: ctrl-break ended it."));
        CHECK(world.err.contains("svcwrap: "));
    }
    SECTION("as JSON, and nothing else") {
        CHECK(world.test_stop({"--json"}) == 0);
        CHECK(world.err.empty());
        CHECK(world.json().find("verdict")->as_string() == "ended-by-step");
        CHECK(world.json().find("ended_by")->as_string() == "ctrl-break");
        CHECK(std::get<JsonArray>(world.json().find("left_over")->value()).empty());
    }
    CHECK(world.launcher.launches() == 1);
}

TEST_CASE("test-stop goes through the steps until one works") {
    TrialWorld world;
    world.write_config(
        "[stop]\nsteps = [{ method = \"ctrl-break\", timeout = \"200ms\" }, { method = \"ctrl-c\", timeout = \"60s\" "
        "}]\n");
    world.launcher.add({.obeys_control_break = false, .exit_when_asked = ExitCode{0}});
    CHECK(world.test_stop() == 0);
    CHECK(world.out.contains("app.exe stopped: ctrl-c ended it."));
    CHECK(world.out.contains("ctrl-break did not end it"));
    CHECK(world.out.contains("put ctrl-c first"));
}

TEST_CASE("test-stop names who had to be killed, and exits with 1") {
    TrialWorld world;
    world.write_config("[stop]\nsteps = [{ method = \"ctrl-break\", timeout = \"200ms\" }]\n");
    world.launcher.add({.left_behind = 2, .obeys_control_break = false});
    CHECK(world.test_stop({"--json"}) == 1);
    CHECK(world.json().find("verdict")->as_string() == "killed");
    const auto& left = std::get<JsonArray>(world.json().find("left_over")->value());
    REQUIRE_FALSE(left.empty());
    CHECK(left.front().find("name")->as_string() == "app.exe");
    CHECK_FALSE(std::get<JsonArray>(world.json().find("advice")->value()).empty());
}

TEST_CASE("test-stop names what lives on where the tree is left alone, and does not take it for killed") {
    TrialWorld world;
    world.write_config("[stop]\nkill_tree = false\nsteps = [{ method = \"ctrl-break\", timeout = \"60s\" }]\n");
    world.launcher.add({.left_behind = 2, .exit_when_asked = ExitCode{0}});
    SECTION("in words") {
        CHECK(world.test_stop() == 0);
        CHECK(world.out.contains("app.exe stopped: ctrl-break ended it."));
        CHECK(world.out.contains("lives on, as stop.kill_tree = false says: left_behind ("));
        CHECK_FALSE(world.out.contains("by force"));
    }
    SECTION("as JSON") {
        CHECK(world.test_stop({"--json"}) == 0);
        CHECK(std::get<JsonArray>(world.json().find("left_over")->value()).empty());
        CHECK(std::get<JsonArray>(world.json().find("living_on")->value()).size() == 2);
    }
    const auto child = world.launcher.wait_for_child(0);
    REQUIRE(child);
    CHECK(child->terminations() == 0);
    child->leave_rest();
}

TEST_CASE("test-stop with kill_tree off ends a deaf program by force, and leaves alone what it started") {
    TrialWorld world;
    world.write_config("[stop]\nkill_tree = false\nsteps = [{ method = \"ctrl-break\", timeout = \"200ms\" }]\n");
    world.launcher.add({.left_behind = 1, .obeys_control_break = false});
    CHECK(world.test_stop({"--json"}) == 1);
    CHECK(world.json().find("verdict")->as_string() == "killed");
    const auto& left = std::get<JsonArray>(world.json().find("left_over")->value());
    REQUIRE(left.size() == 1);
    CHECK(left.front().find("name")->as_string() == "app.exe");
    CHECK(std::get<JsonArray>(world.json().find("living_on")->value()).size() == 1);
    world.launcher.wait_for_child(0)->leave_rest();
}

TEST_CASE("test-stop of a program that ends by itself, or can't be started, exits with 8") {
    TrialWorld world;
    SECTION("it ends") {
        world.launcher.add({.exit = ExitCode{3}});
        CHECK(world.run({"test-stop", "--config", "App.toml", "--after", "1h"}) == 8);
        CHECK(world.err.contains("ended before it was asked to stop: exit code 3"));
    }
    SECTION("it can't be started") {
        world.launcher.add({.launch_error = Error{.kind = ErrorKind::launch_failed, .message = "it is missing"}});
        CHECK(world.test_stop() == 8);
        CHECK(world.err.contains("it is missing"));
    }
    CHECK(world.launcher.launches() == 1);
}

TEST_CASE("test-stop restarts nothing, runs no alarm and leaves the service's logs alone") {
    TrialWorld world;
    world.write_config("[restart]\npolicy = \"always\"\ndelay = \"0s\"\n[hooks]\non_failure = { command = ['" +
                       at("apps/my app/alarm.exe") + "'] }\n");
    world.launcher.add({.exit = ExitCode{3}});
    CHECK(world.run({"test-stop", "--config", "App.toml", "--after", "1h"}) == 8);
    CHECK(world.launcher.launches() == 1);
    CHECK_FALSE(world.files.has(at("users/me/logs/stdout.log")));
}

TEST_CASE("test-stop refuses what it can't do") {
    TrialWorld world;
    SECTION("nothing named") {
        CHECK(world.run({"test-stop"}) == 2);
    }
    SECTION("two things named") {
        CHECK(world.run({"test-stop", "App", "--config", "App.toml"}) == 2);
    }
    SECTION("an end that never comes") {
        CHECK(world.run({"test-stop", "--config", "App.toml", "--after", "never"}) == 2);
        CHECK(world.err.contains("--after never"));
        CHECK(world.run({"test-stop", "--config", "App.toml", "--after", "25h"}) == 2);
    }
    SECTION("a service that runs") {
        world.put_running("App");
        CHECK(world.test_stop() == 6);
        CHECK(world.err.contains("svcwrap stop App"));
    }
    CHECK(world.launcher.launches() == 0);
}

}  // namespace svcwrap::app
