#include <algorithm>
#include <catch_amalgamated.hpp>

#include "app_world.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;
using platform::ServiceState;
using testing::AppWorld;
using testing::at;
using testing::status_of;

namespace {

std::vector<std::string> keys_of(const Json* json) {
    std::vector<std::string> keys;
    const auto* object = json == nullptr ? nullptr : std::get_if<JsonObject>(&json->value());
    REQUIRE(object != nullptr);
    for (const auto& [key, value] : *object) keys.push_back(key);
    return keys;
}

}  // namespace

TEST_CASE("status has systemctl's exit codes, and running means that the program runs") {
    AppWorld world;
    auto& service = world.put_running("App");
    SECTION("running") {
        CHECK(world.run({"status", "App"}) == 0);
    }
    SECTION("running, seen by one who may not read the state") {
        world.files.fail_every(testing::Operation::read_text, testing::access_denied_error("state"));
        CHECK(world.run({"status", "App"}) == 0);
        CHECK(world.out.contains("administrators only"));
    }
    SECTION("running with a program that is down") {
        world.publish(world.backoff_state("App", 3));
        CHECK(world.run({"status", "App"}) == 3);
    }
    SECTION("stopped") {
        service.status = status_of(ServiceState::stopped);
        CHECK(world.run({"status", "App"}) == 3);
    }
    SECTION("starting") {
        service.status = status_of(ServiceState::start_pending, testing::k_wrapper + 1);
        CHECK(world.run({"status", "App"}) == 3);
    }
    SECTION("not installed") {
        CHECK(world.run({"status", "Other"}) == 4);
    }
}

TEST_CASE("status --json has a shape that does not depend on the state") {
    AppWorld world;
    auto& service = world.put_running("App");
    const std::vector<std::string> keys{"name",         "display_name", "state",    "up",         "wrapper_process_id",
                                        "scm",          "child",        "last_end", "start_mode", "account",
                                        "program",      "config_file",  "folder",   "journal",    "logs",
                                        "housekeeping", "note",         "live",     "trouble",    "waiting",
                                        "last_lines",   "problem"};
    const std::vector<std::string> child_keys{"state",       "since",     "reason",       "process_id",
                                              "started",     "uptime_ms", "run",          "restarts",
                                              "next_launch", "suspended", "start_reason", "stop_steps"};
    SECTION("running") {}
    SECTION("in backoff") {
        world.publish(world.backoff_state("App", 3));
    }
    SECTION("stopped, never started") {
        world.files.erase(host::state_file_path(world.system.data, "App"));
        service.status = status_of(ServiceState::stopped);
    }
    (void)world.run({"status", "App", "--json"});
    const Json json = world.json();
    CHECK(keys_of(&json) == keys);
    CHECK(keys_of(json.find("child")) == child_keys);
}

TEST_CASE("status --json tells what runs since when") {
    AppWorld world;
    world.put_running("App");
    world.clock.advance(90s);
    CHECK(world.run({"status", "App", "--json"}) == 0);
    const Json json = world.json();
    CHECK(json.find("state")->as_string() == "running");
    CHECK(json.find("up")->as_bool());
    CHECK(json.find("wrapper_process_id")->as_int() == testing::k_wrapper);
    const Json* child = json.find("child");
    CHECK(child->find("process_id")->as_int() == testing::k_child);
    CHECK(child->find("uptime_ms")->as_int() == 90'000);
    CHECK(child->find("started")->as_string() == "2026-11-21T10:00:00.000Z");
    CHECK(json.find("last_end")->is_null());
}

TEST_CASE("status decodes the last exit in words, with what to do about it") {
    AppWorld world;
    world.put_running("App");
    world.publish(world.backoff_state("App", 0xC0000135));
    CHECK(world.run({"status", "App"}) == 3);
    CHECK(world.out.contains("0xC0000135"));
    CHECK(world.out.contains(std::string(meaning_of({0xC0000135}))));
    CHECK(world.out.contains(std::string(remedy_of({0xC0000135}))));
    CHECK(world.out.contains("next start"));
    CHECK(world.run({"status", "App", "--json"}) == 3);
    const Json json = world.json();
    CHECK(json.find("last_end")->find("kind")->as_string() == "crashed");
    CHECK(json.find("last_end")->find("exit_code")->as_int() == 0xC0000135);
    CHECK(json.find("child")->find("next_launch")->as_string() == "2026-11-21T10:00:05.000Z");
}

TEST_CASE("An end that is told in several lines stays one line, and what to do stands for itself") {
    AppWorld world;
    world.put_running("App");
    auto state = world.backoff_state("App", 0);
    state.last_end->kind = supervise::EndKind::launch_failed;
    state.last_end->detail = "start the child in folder X: it is a file\n  set process.working_directory";
    world.publish(state);
    CHECK(world.run({"status", "App", "--json"}) == 3);
    const Json json = world.json();
    CHECK(json.find("last_end")->find("text")->as_string() ==
          "could not be started: start the child in folder X: it is a file");
    CHECK(json.find("last_end")->find("remedy")->as_string() == "set process.working_directory");
}

TEST_CASE("A state file of an earlier wrapper tells of the last end, not of the present") {
    AppWorld world;
    auto& service = world.put_running("App");
    world.publish(world.backoff_state("App", 3));
    service.status = status_of(ServiceState::running, testing::k_wrapper + 1);
    (void)world.run({"status", "App", "--json"});
    CHECK(world.json().find("child")->find("state")->is_null());
    CHECK(world.json().find("last_end")->find("exit_code")->as_int() == 3);
    CHECK_FALSE(world.json().find("note")->as_string().empty());
}

TEST_CASE("A wrapper that was killed is told from a service that was stopped") {
    AppWorld world;
    auto& service = world.put_running("App");
    service.status = status_of(ServiceState::stopped);
    service.status.win32_exit_code = 1067;
    CHECK(world.run({"status", "App"}) == 3);
    CHECK(world.out.contains("ended without a word"));
}

TEST_CASE("status without a name lists svcwrap's services only") {
    AppWorld world;
    world.services.put("Spooler", "C:\\Windows\\spoolsv.exe");
    CHECK(world.run({"status"}) == 0);
    CHECK(world.out.contains("No service"));
    world.put_running("Größe");
    world.put_service("Beta");
    CHECK(world.run({"status"}) == 0);
    CHECK(world.out ==
          "NAME   STATE    CHILD    PID   UPTIME  RESTARTS  START\n"
          "Beta   stopped  -        -     -       -         auto\n"
          "Größe  running  running  1234  " +
              to_human(Duration{}) + "     0         auto\n");
    CHECK(world.run({"status", "--json"}) == 0);
    const Json json = world.json();
    const auto* array = std::get_if<JsonArray>(&json.value());
    REQUIRE(array != nullptr);
    CHECK(array->size() == 2);
}

TEST_CASE("status of a live wrapper shows its last lines, what waits, and its trouble") {
    AppWorld world;
    world.put_live("App");
    for (int i = 1; i <= 15; ++i) world.live_lines.push_back("line " + std::to_string(i) + ".");
    world.live_waiting = {JsonObject{{"setting", "process.arguments"}, {"needs", "child-restart"}}};
    world.live.trouble = "hooks.post_start failed";
    world.live.child_process_id = 4321;  // newer than the state file
    CHECK(world.run({"status", "App"}) == 0);
    CHECK(world.out.contains("process 4321"));
    CHECK(world.out.contains("line 15.\n"));
    CHECK(world.out.contains("line 6.\n"));
    CHECK_FALSE(world.out.contains("line 5.\n"));
    CHECK(world.out.contains("process.arguments, until svcwrap restart App --child-only"));
    CHECK(world.out.contains("hooks.post_start failed"));
    CHECK(world.out.contains("svcwrap why App"));
    CHECK(world.run({"status", "App", "--json"}) == 0);
    CHECK(world.json().find("live")->as_bool());
    CHECK(std::get<JsonArray>(world.json().find("last_lines")->value()).size() == 15);
    CHECK(world.json().find("problem")->find("code")->as_string() == "trouble");
}

TEST_CASE("status does not call a configuration valid that it has not looked at") {
    AppWorld world;
    auto& service = world.put_service("App");
    service.status = status_of(ServiceState::stopped);
    service.status.win32_exit_code = 1610;
    CHECK(world.run({"status", "App"}) == 3);
    CHECK_FALSE(world.out.contains("valid"));
    CHECK(world.out.contains("svcwrap check App"));
}

TEST_CASE("A trouble of two lines stands in one column, and says how to end it") {
    AppWorld world;
    world.put_live("App");
    world.live.trouble = "the configuration file was not taken: App.toml:1:1: wrong\n  correct it";
    CHECK(world.run({"status", "App"}) == 0);
    CHECK(world.out.contains("wrong\n                correct it\n"));
    CHECK(world.out.contains("svcwrap reload App"));
}

TEST_CASE("Commands that are suggested can be typed, whatever the name of the service") {
    AppWorld world;
    world.put_live("My App");
    world.live = world.backoff_state("My App", 3);
    world.live.control_address = testing::k_address;
    CHECK(world.run({"status", "My App"}) == 3);
    CHECK(world.out.contains("svcwrap start \"My App\""));
    CHECK(world.out.contains("svcwrap why \"My App\""));
}

TEST_CASE("What a program writes can't command the terminal of who looks at it") {
    AppWorld world;
    world.put_live("App");
    world.live_lines = {"\x1b[2Jgone\tfar"};
    CHECK(world.run({"status", "App"}) == 0);
    CHECK(world.out.contains("\uFFFD[2Jgone\tfar\n"));
    CHECK_FALSE(world.out.contains('\x1b'));
    host::RunRecord run{.run = 1, .wrapper_process_id = testing::k_wrapper};
    run.last_lines = {"\x1b[2Jgone"};
    world.files.put(host::history_file_path(world.system.data, "App"), host::history_text({run}));
    CHECK(world.run({"history", "App", "--output"}) == 0);
    CHECK(world.out.contains("[2Jgone"));
    CHECK_FALSE(world.out.contains('\x1b'));
}

TEST_CASE("What the file says and the SCM does not waits for a new installation, whoever was restarted") {
    AppWorld world;
    auto& service = world.put_live("App");
    service.definition.display_name = "App";
    service.definition.account = "nt authority\\SYSTEM";
    const auto write = [&world](const std::string& more) {
        world.files.put(world.config_of("App"), "schema = 1\n[service]\nname = \"App\"\n" + more +
                                                    "[process]\nexecutable = '" + at("apps/my app/app.exe") + "'\n");
    };
    const auto waiting = [&world] { return std::get<JsonArray>(world.json().find("waiting")->value()).size(); };
    SECTION("all as it is registered") {
        write("");
        CHECK(world.run({"status", "App", "--json"}) == 0);
        CHECK(waiting() == 0);
    }
    SECTION("all changed") {
        write("start = \"manual\"\naccount = 'NT AUTHORITY\\LocalService'\ndisplay_name = \"Other\"\n");
        world.live_waiting = {JsonObject{{"setting", "service.start"}, {"needs", "reinstall"}}};
        CHECK(world.run({"status", "App", "--json"}) == 0);
        CHECK(waiting() == 3);
        CHECK(world.run({"status", "App"}) == 0);
        CHECK(world.out.contains("service.account, until svcwrap install App --update"));
        CHECK(world.out.contains("service.display_name, until svcwrap install App --update"));
        service.status = status_of(ServiceState::stopped);
        CHECK(world.run({"status", "App"}) == 3);
        CHECK(world.out.contains("service.start, until svcwrap install App --update"));
    }
    SECTION("an account by another of its names") {
        service.definition.account = "NT SERVICE\\App";
        write("account = \"virtual\"\n");
        CHECK(world.run({"status", "App", "--json"}) == 0);
        CHECK(waiting() == 0);
        service.definition.account = "NT AUTHORITY\\LocalService";
        write("account = \"LocalService\"\n");
        CHECK(world.run({"status", "App", "--json"}) == 0);
        CHECK(waiting() == 0);
    }
    SECTION("what the SCM was told since") {
        service.definition.account = "NT SERVICE\\App";
        write("account = \"virtual\"\n");
        world.live_waiting = {JsonObject{{"setting", "service.start"}, {"needs", "reinstall"}},
                              JsonObject{{"setting", "service.account"}, {"needs", "reinstall"}}};
        CHECK(world.run({"status", "App"}) == 0);
        CHECK_FALSE(world.out.contains("service.start"));
        CHECK(world.out.contains("service.account, until svcwrap restart App\n"));
    }
    SECTION("other dependencies, in whatever order and case") {
        service.definition.dependencies = {"Tcpip", "+Network"};
        write("dependencies = [\"+network\", \"tcpip\"]\n");
        CHECK(world.run({"status", "App", "--json"}) == 0);
        CHECK(waiting() == 0);
        CHECK(world.run({"check", "App"}) == 0);
        CHECK(world.err.empty());
        write("dependencies = [\"Tcpip\"]\n");
        CHECK(world.run({"status", "App"}) == 0);
        CHECK(world.out.contains("service.dependencies, until svcwrap install App --update"));
        CHECK(world.run({"check", "App"}) == 0);
        CHECK(world.err.contains("service.dependencies is not what Windows was told: svcwrap install App --update"));
        write("");
        CHECK(world.run({"status", "App", "--json"}) == 0);
        CHECK(waiting() == 1);
    }
    SECTION("a file that can't be used says nothing") {
        write("start = 1\n");
        CHECK(world.run({"status", "App", "--json"}) == 0);
        CHECK(waiting() == 0);
    }
}

TEST_CASE("A wrapper that does not answer leaves its program unknown, and status says why") {
    AppWorld world;
    world.put_live("App");
    SECTION("it hangs") {
        world.channel.fail_ask(Error{.kind = ErrorKind::timed_out, .message = "no answer came in time"});
        CHECK(world.run({"status", "App"}) == 0);
        CHECK(world.out.contains("is not known"));
        CHECK(world.out.contains("no answer came in time"));
        CHECK(world.out.contains("it published: running"));
    }
    SECTION("somebody else serves its address") {
        world.channel.answer_as(1);
        CHECK(world.run({"status", "App"}) == 0);
    }
    SECTION("it answers nonsense") {
        world.answers[host::ControlCommand::status] = [] { return std::string("{]"); };
        CHECK(world.run({"status", "App"}) == 0);
        CHECK(world.out.contains("is not known"));
    }
    SECTION("its answer has no state") {
        world.answers[host::ControlCommand::status] = [] { return host::success_line(JsonObject{}); };
        CHECK(world.run({"status", "App"}) == 0);
        CHECK(world.out.contains("is not known"));
    }
    CHECK(world.run({"status", "App", "--json"}) == 0);
    CHECK(world.json().find("child")->find("state")->is_null());
    CHECK_FALSE(world.json().find("live")->as_bool(true));
    CHECK_FALSE(world.json().find("note")->as_string().empty());
}

TEST_CASE("status --watch tells each change in a line until Ctrl-C") {
    AppWorld world;
    auto& service = world.put_live("App");
    const auto now_running = status_of(ServiceState::running, testing::k_wrapper);
    service.pending = {
        {3s, now_running, [&world] { world.live_lines = {"only output"}; }},
        {5s, now_running,
         [&world] {
             world.live = world.backoff_state("App", 3);
             world.live.control_address = testing::k_address;
         }},
        {10s, now_running, [&world] { world.press_control_c(); }},
    };
    service.script_began = world.clock.now();
    SECTION("in words") {
        CHECK(world.run({"status", "App", "--watch"}) == 3);
        CHECK(std::ranges::count(world.out, '\n') == 2);
        CHECK(world.out.contains("App: running, program running, process 1234\n"));
        CHECK(world.out.contains("App: running, program backoff, last exit code 3"));
    }
    SECTION("as an object on a line") {
        CHECK(world.run({"status", "App", "--watch", "--json"}) == 3);
        CHECK(std::ranges::count(world.out, '\n') == 2);
        const auto last = parse_json(world.out.substr(world.out.find('\n') + 1));
        REQUIRE(last);
        CHECK(last->find("child")->find("state")->as_string() == "backoff");
    }
    SECTION("anew on a terminal") {
        world.terminal = true;
        CHECK(world.run({"status", "App", "--watch"}) == 3);
        CHECK(world.out.starts_with("\x1b[H\x1b[J"));
        CHECK(world.out.contains("last lines of output"));
    }
    CHECK(world.clock.slept() >= 9s);
    CHECK(world.clock.slept() <= 12s);
}

TEST_CASE("status --watch of all tells who came and who went") {
    AppWorld world;
    auto& service = world.put_live("App");
    const auto now_running = status_of(ServiceState::running, testing::k_wrapper);
    service.pending = {{2s, now_running, [&world] { world.put_service("New"); }},
                       {4s, now_running, [&world] { (void)world.services.remove("New"); }},
                       {8s, now_running, [&world] { world.press_control_c(); }}};
    service.script_began = world.clock.now();
    CHECK(world.run({"status", "--watch"}) == 0);
    CHECK(world.out.contains("New: stopped\n"));
    CHECK(world.out.contains("New: removed\n"));
    CHECK(std::ranges::count(world.out, '\n') == 3);
}

TEST_CASE("status --watch of all takes a service that could not be read for no removed one") {
    AppWorld world;
    auto& service = world.put_live("App");
    const auto now_running = status_of(ServiceState::running, testing::k_wrapper);
    service.pending = {{2s, now_running,
                        [&world] {
                            world.services.fail(testing::ManagerCall::configuration,
                                                testing::scm_error(ErrorKind::scm_failed, 1053, "the SCM is busy"));
                        }},
                       {8s, now_running, [&world] { world.press_control_c(); }}};
    service.script_began = world.clock.now();
    CHECK(world.run({"status", "--watch"}) == 0);
    CHECK_FALSE(world.out.contains("removed"));
    CHECK(std::ranges::count(world.out, '\n') == 1);
}

TEST_CASE("status --watch ends when its service is removed, and says so as it says everything else") {
    AppWorld world;
    auto& service = world.put_live("App");
    service.pending = {{2s, status_of(ServiceState::running, testing::k_wrapper), [&world] {
                            world.services.fail(testing::ManagerCall::configuration,
                                                testing::scm_error(ErrorKind::not_found, 1060, "it is gone"));
                        }}};
    service.script_began = world.clock.now();
    SECTION("in words") {
        CHECK(world.run({"status", "App", "--watch"}) == 4);
        CHECK(world.out.ends_with("App: removed\n"));
    }
    SECTION("as an object on a line") {
        CHECK(world.run({"status", "App", "--watch", "--json"}) == 4);
        CHECK(world.out.ends_with("{\"name\":\"App\",\"state\":null,\"up\":false}\n"));
    }
    CHECK(world.err.empty());
}

TEST_CASE("status --watch of a service that is not there, or can't be asked, is an error") {
    AppWorld world;
    CHECK(world.run({"status", "Other", "--watch"}) == 4);
    CHECK(world.err.contains("Other"));
    world.put_live("App");
    world.services.fail(testing::ManagerCall::configuration,
                        testing::scm_error(ErrorKind::access_denied, 5, "it may not be read"));
    CHECK(world.run({"status", "App", "--watch", "--json"}) == 7);
    CHECK_FALSE(world.json().find("ok")->as_bool(true));
}

}  // namespace svcwrap::app
