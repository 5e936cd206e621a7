// What a running service can be asked for: the control channel, reload, the watch of the file, pause.
#include <catch_amalgamated.hpp>

#include "scenarios/stage.hpp"

using namespace svcwrap;
using namespace svcwrap::testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using host::ControlCommand;
using platform::ServiceControl;
using platform::ServiceState;
using supervise::Outcome;
using supervise::State;

namespace {

const Error k_refused{.kind = ErrorKind::io_failed, .message = "there is no such thing here"};

}  // namespace

TEST_CASE("A running wrapper tells its state, its child's last lines and what waits for a restart") {
    Stage stage;
    stage.start();
    stage.child(0)->print("one\ntwo\n");
    stage.wait_for_state(State::running);
    CHECK(stage.state_file().control_address == stage.channel.served().front());
    stage.wait_until([&] { return to_json_text(*stage.ask(ControlCommand::status)).contains("two"); });
    const auto status = stage.ask(ControlCommand::status);
    REQUIRE(status);
    const auto state = host::published_state_from_json(*status->find("state"));
    REQUIRE(state);
    CHECK(state->state == State::running);
    CHECK(to_json_text(*status->find("last_lines")) == R"(["one","two"])");
    (void)stage.stop_and_wait();
    CHECK(stage.state_file().control_address.empty());
    stage.end();
    CHECK(stage.channel.served().empty());
}

TEST_CASE("A request that is none is answered with what is understood") {
    Stage stage;
    stage.start_and_wait();
    const auto line = stage.channel.ask(stage.channel.served().front(), FakeControlChannel::k_process_id, "hello", 60s);
    REQUIRE(line);
    const auto answer = host::parse_answer(*line);
    REQUIRE_FALSE(answer);
    CHECK_THAT(answer.error().front().remedy, ContainsSubstring("restart-child"));
    (void)stage.stop_and_wait();
}

TEST_CASE("A channel that cannot be served is told and survived") {
    Stage stage;
    stage.channel.fail_serve(k_refused);
    stage.start_and_wait();
    stage.wait_for_trouble("control channel");
    CHECK(stage.state_file().control_address.empty());
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("restart-child ends the child by its steps and starts it again") {
    Stage stage;
    const auto first = stage.start_and_wait();
    CHECK(stage.ask(ControlCommand::restart_child));
    (void)stage.child(1);
    stage.wait_for_run(2);
    CHECK(first->events().size() == 1);
    CHECK(stage.state_file().start_reason == supervise::StartReason::asked);
    (void)stage.stop_and_wait();
}

TEST_CASE("start-child ends the wait for a restart") {
    Stage stage;
    stage.config.supervise.restart.delay = 1h;
    stage.config.supervise.restart.max_delay = 1h;
    stage.launcher.add({.exit = ExitCode{1}});
    stage.start();
    stage.wait_for_state(State::backoff);
    CHECK(stage.ask(ControlCommand::start_child));
    (void)stage.child(1);
    stage.wait_for_state(State::running);
    (void)stage.stop_and_wait();
}

TEST_CASE("A silent service's log is rotated all the same") {
    Stage stage;
    stage.start();
    stage.child(0)->print("before\n");
    stage.wait_until([&] { return stage.output() == "before\n"; });
    stage.wait_for_state(State::running);
    const auto answer = stage.ask(ControlCommand::rotate);
    REQUIRE(answer);
    CHECK(to_json_text(*answer) == R"({"logs":["stdout"]})");
    stage.wait_until([&] { return stage.output().empty(); });
    stage.child(0)->print("after\n");
    stage.wait_until([&] { return stage.output() == "after\n"; });
    (void)stage.stop_and_wait();
}

TEST_CASE("A reload applies what it can at once and says what the rest needs") {
    Stage stage;
    stage.start_from_file();
    stage.write_config("arguments = [\"--new\"]\n[restart]\ndelay = \"77ms\"\n[logs.keep]\nfiles = 3\n");
    const auto answer = stage.ask(ControlCommand::reload);
    REQUIRE(answer);
    const std::string text = to_json_text(*answer);
    CHECK_THAT(text, ContainsSubstring("process.arguments") && ContainsSubstring("child-restart"));
    CHECK_THAT(text, ContainsSubstring("restart.delay"));
    const auto status = stage.ask(ControlCommand::status);
    CHECK_THAT(to_json_text(*status->find("waiting")), ContainsSubstring("process.arguments"));
    CHECK(stage.ask(ControlCommand::restart_child));
    const auto second = stage.child(1);
    CHECK(second->spec().arguments == std::vector<std::string>{"--new"});
    stage.wait_for_run(2);
    CHECK_FALSE(to_json_text(*stage.ask(ControlCommand::status)->find("waiting")).contains("process.arguments"));
    (void)stage.stop_and_wait();
}

TEST_CASE("An invalid file changes nothing and is told with line and column, all errors at once") {
    Stage stage;
    stage.write_config("");
    stage.start_and_wait();
    stage.write_config("[restart]\ndelay = \"5 parsecs\"\nnonsense = 1\n");
    const auto answer = stage.ask(ControlCommand::reload);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().size() == 2);
    CHECK_THAT(answer.error().front().where, ContainsSubstring("story.toml:8:"));
    stage.wait_for_journal("nothing was changed");
    stage.wait_until([&] { return !stage.state_file().trouble.empty(); });
    stage.write_config("");
    CHECK(stage.ask(ControlCommand::reload));
    stage.wait_for_no_trouble();
    (void)stage.stop_and_wait();
}

TEST_CASE("A file with another service's name is refused") {
    Stage stage;
    stage.files.put(Stage::k_config,
                    "schema = 1\n[service]\nname = \"other\"\n[process]\nexecutable = '" + at("/apps/app") + "'\n");
    stage.start_and_wait();
    const auto answer = stage.ask(ControlCommand::reload);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().front().kind == ErrorKind::bad_config);
    CHECK_THAT(answer.error().front().message, ContainsSubstring("\"other\""));
    (void)stage.stop_and_wait();
}

TEST_CASE("PARAMCHANGE reloads, and Windows is told of a stop that takes longer now") {
    Stage stage;
    stage.registered = true;
    stage.services.put("story", "svcwrap.exe");
    stage.write_config("[stop]\nsteps = [{ method = \"ctrl-break\", timeout = \"7m\" }]\n");
    stage.start_and_wait();
    CHECK(stage.host().handle_control(ServiceControl::parameter_change));
    stage.wait_for_journal("Windows now waits");
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(stage.services.find("story")->definition.preshutdown_timeout > 7min);
}

TEST_CASE("A change of the watched file is a reload; a change of its neighbours is not") {
    Stage stage;
    stage.config.watch = true;
    std::string file =
        "schema = 1\n[service]\nname = \"story\"\nwatch = true\n[process]\nexecutable = '" + at("/apps/app") + "'\n";
    stage.files.put(Stage::k_config, file);
    stage.start_and_wait();
    stage.wait_for_journal("reload (the file changed)");
    stage.files.put(Stage::k_config, file += "[restart]\ndelay = \"123ms\"\n");
    stage.wait_until([&] { return stage.watcher.touch(Stage::k_config) == 1; });
    stage.wait_for_journal("123ms");
    (void)stage.watcher.touch(Stage::k_config);
    (void)stage.stop_and_wait();
    const std::string journal = stage.journal();
    CHECK(journal.find("123ms") == journal.rfind("123ms"));
    stage.wait_until([&] { return stage.watcher.watched().empty(); });
}

TEST_CASE("A file that cannot be watched is watched later") {
    Stage stage;
    stage.config.watch = true;
    stage.watcher.fail_with(k_refused);
    stage.start();
    stage.wait_for_trouble("watched");
    stage.watcher.fail_with({});
    stage.wait_until([&] { return stage.watcher.watched().size() == 1; });
    (void)stage.stop_and_wait();
}

TEST_CASE("PAUSE suspends the tree and CONTINUE lets it go on") {
    Stage stage;
    stage.config.supervise.pause = supervise::PausePolicy::suspend;
    const auto child = stage.start_and_wait();
    CHECK(stage.host().handle_control(ServiceControl::pause));
    stage.wait_for_state(State::paused);
    CHECK(child->is_suspended());
    CHECK(stage.state_file().suspended);
    stage.wait_until([&] { return stage.reports().back().state == ServiceState::paused; });
    CHECK(stage.host().handle_control(ServiceControl::resume));
    stage.wait_for_state(State::running);
    CHECK_FALSE(child->is_suspended());
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("A suspended child that is killed is noticed") {
    Stage stage;
    stage.config.supervise.pause = supervise::PausePolicy::suspend;
    const auto child = stage.start_and_wait();
    CHECK(stage.host().handle_control(ServiceControl::pause));
    stage.wait_for_state(State::paused);
    child->exit(ExitCode{1});
    stage.wait_until([&] {
        const auto now = stage.published();
        return now && now->last_end.has_value();
    });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(stage.launcher.running() == 0);
}

TEST_CASE("A tree that cannot be suspended runs on, and that is told") {
    Stage stage;
    stage.config.supervise.pause = supervise::PausePolicy::suspend;
    stage.launcher.add({.suspend_error = k_refused});
    stage.start_and_wait();
    CHECK(stage.host().handle_control(ServiceControl::pause));
    stage.wait_for_journal(k_refused.message);
    stage.wait_for_state(State::running);
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("PAUSE is refused where the configuration says so") {
    Stage stage;
    stage.start_and_wait();
    CHECK_FALSE(stage.host().handle_control(ServiceControl::pause));
    CHECK_FALSE(stage.host().handle_control(ServiceControl::resume));
    (void)stage.stop_and_wait();
}

TEST_CASE("A scheduled restart goes through the normal stop") {
    Stage stage;
    stage.config.schedule.every = 100ms;
    stage.start();
    const auto first = stage.child(0);
    (void)stage.child(2);
    CHECK(first->events().size() == 1);
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    const auto runs = stage.history();
    REQUIRE(runs.size() >= 3);
    CHECK(runs[1].start_reason == supervise::StartReason::scheduled);
}
