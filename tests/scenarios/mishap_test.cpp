// What goes wrong beside the child: hooks that hang, files that are held, callbacks that throw. Every stop ends all the
// same, and what is told is true.
#include <algorithm>
#include <atomic>
#include <catch_amalgamated.hpp>
#include <stdexcept>

#include "platform/control_channel.hpp"
#include "scenarios/stage.hpp"

using namespace svcwrap;
using namespace svcwrap::testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using host::ControlCommand;
using supervise::EndKind;
using supervise::Outcome;
using supervise::State;

TEST_CASE("A child that cannot be ended is told to post_stop, and the service ends") {
    Stage stage;
    stage.config.supervise.stop.steps = {{.timeout = 50ms}};
    stage.config.hooks.post_stop = hook(at("/hooks/post_stop"));
    stage.launcher.add({.obeys_control_break = false, .survives_termination = true});
    stage.launcher.add({.exit = ExitCode{0}});
    const auto child = stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    const auto specs = stage.launcher.specs();
    REQUIRE(specs.size() == 2);
    CHECK(variable(specs[1], "SVCWRAP_EXIT_KIND") == "left-over");
    REQUIRE(stage.history().size() == 1);
    CHECK(stage.history()[0].end->kind == EndKind::left_over);
    child->exit(ExitCode{1});
}

TEST_CASE("A child that comes too late does not live, even where its tree is left alone") {
    Stage stage;
    stage.config.supervise.stop.kill_tree = false;
    stage.launcher.add({.block_launch = true});
    stage.start();
    stage.wait_until([&] { return stage.launcher.launches() == 1; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    stage.launcher.release_launches();
    const auto late = stage.child(0);
    stage.wait_until([&] { return late->exit_code().has_value(); });
}

TEST_CASE("A report that throws does not keep a stop from ending a deaf child") {
    Stage stage;
    stage.report_throws = true;
    stage.config.supervise.stop.steps = {{.timeout = 50ms}};
    stage.launcher.add({.obeys_control_break = false});
    stage.start();
    const auto child = stage.child(0);
    stage.wait_for_journal("starting -> running");
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(child->terminations() >= 1);
    stage.wait_for_journal("no report");
}

TEST_CASE("A stop while the service ends for Windows' recovery actions is a stop, and Windows hears of it") {
    Stage stage;
    stage.config.supervise.restart.limit = 1;
    stage.config.supervise.restart.on_give_up = supervise::GiveUp::recover;
    stage.config.hooks.on_give_up = hook(at("/hooks/on_give_up"));
    stage.launcher.add({.exit = ExitCode{1}});
    stage.launcher.add({.exit = ExitCode{1}});
    stage.start();
    const auto running = stage.child(2);
    stage.wait_for_state(State::stopped);
    CHECK(stage.reports().back().state == platform::ServiceState::running);
    stage.host().request_stop(supervise::StopReason::asked);
    stage.wait_until([&] { return stage.reports().back().state == platform::ServiceState::stop_pending; });
    running->exit(ExitCode{0});
    CHECK(stage.wait_for_end().outcome == Outcome::success);
    stage.wait_for_journal("recovery actions any more");
}

TEST_CASE("A launch that waits for the hooks of the run before is given up at once") {
    Stage stage;
    stage.config.hooks.post_stop = hook(at("/hooks/post_stop"));
    stage.launcher.add({.exit = ExitCode{3}});
    stage.start();
    const auto running = stage.child(1);
    stage.wait_until([&] { return stage.state_file().run == 2; });
    stage.host().request_stop(supervise::StopReason::asked);
    stage.wait_for_state(State::stopped);
    CHECK_FALSE(stage.journal_says("-> killing"));
    stage.launcher.set_fallback({.exit = ExitCode{0}});
    running->exit(ExitCode{0});
    CHECK(stage.wait_for_end().outcome == Outcome::success);
    REQUIRE(stage.history().size() == 2);
    CHECK_THAT(stage.history()[1].end->detail, ContainsSubstring("given up"));
    CHECK(std::ranges::count(stage.launcher.specs(), at("/apps/app"), &platform::LaunchSpec::executable) == 1);
}

TEST_CASE("The time of hooks is no time of the launch") {
    Stage stage;
    stage.config.supervise.start.timeout = 50ms;
    stage.config.supervise.restart.policy = supervise::RestartPolicy::never;
    stage.config.hooks.pre_start = hook(at("/hooks/before"));
    stage.launcher.add({.exit = ExitCode{5}, .exit_after = 500ms});
    stage.start();
    CHECK(stage.wait_for_end().outcome == Outcome::failure);
    CHECK(stage.state_file().last_end->kind == EndKind::launch_failed);
    CHECK_FALSE(stage.journal_says("the launch has not returned"));
    for (const auto& report : stage.reports()) CHECK(report.state != platform::ServiceState::running);
}

TEST_CASE("A hook that hangs while it is started does not keep the next launch from coming") {
    Stage stage;
    stage.config.hooks.post_stop = hook(at("/hooks/post_stop"), 20ms);
    stage.launcher.add({.exit = ExitCode{3}});
    stage.launcher.add({.block_launch = true});
    stage.start();
    stage.wait_until([&] { return stage.state_file().run == 2; });
    stage.wait_for_state(State::running);
    stage.wait_for_journal("hangs in the system");
    stage.launcher.set_fallback({.exit = ExitCode{0}});
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("Hooks behind one that hangs have their turn, and the one that hangs is told as failed") {
    Stage stage;
    stage.config.hooks.post_stop = hook(at("/hooks/post_stop"), 20ms);
    stage.config.hooks.on_failure = hook(at("/hooks/on_failure"));
    stage.launcher.add({.exit = ExitCode{3}});
    stage.launcher.add({.block_launch = true});  // post_stop
    stage.launcher.add({.exit = ExitCode{0}});   // on_failure
    stage.start();
    stage.wait_until([&] { return stage.state_file().run == 2; });
    stage.wait_for_state(State::running);
    const auto specs = stage.launcher.specs();
    REQUIRE(specs.size() == 4);
    CHECK(specs[2].executable == at("/hooks/on_failure"));
    CHECK(specs[3].executable == at("/apps/app"));
    CHECK(stage.state_file().trouble.contains("hook post_stop: it hangs in the system"));
    stage.launcher.set_fallback({.exit = ExitCode{0}});
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("A child that was paused before it ran gets its post_start when it runs on") {
    Stage stage;
    stage.config.supervise.pause = supervise::PausePolicy::suspend;
    stage.config.hooks.post_start = hook(at("/hooks/after_start"));
    stage.launcher.add({.block_launch = true});
    stage.launcher.add({.exit = ExitCode{0}});
    stage.start();
    stage.wait_until([&] { return stage.launcher.launches() == 1; });
    stage.wait_until([&] { return stage.host().handle_control(platform::ServiceControl::pause); });
    stage.wait_for_journal("it waits for the launch");
    stage.launcher.release_launches();
    stage.wait_for_state(State::paused);
    CHECK(stage.launcher.launches() == 1);
    CHECK(stage.host().handle_control(platform::ServiceControl::resume));
    stage.wait_until([&] { return !stage.history().empty() && stage.history().back().ready; });
    CHECK(stage.launcher.launches() == 2);
    (void)stage.stop_and_wait();
}

TEST_CASE("The trouble with a hook is over when it works again") {
    Stage stage;
    stage.config.hooks.post_stop = hook(at("/hooks/post_stop"));
    stage.launcher.add({});
    stage.launcher.add({.exit = ExitCode{7}});
    stage.launcher.add({});
    stage.launcher.add({.exit = ExitCode{0}});
    stage.start_and_wait();
    stage.child(0)->exit(ExitCode{1});
    const auto second = stage.child(2);
    stage.wait_for_trouble("post_stop");
    stage.wait_for_run(2);
    second->exit(ExitCode{1});
    stage.wait_for_no_trouble();
    stage.launcher.set_fallback({.exit = ExitCode{0}});
    (void)stage.stop_and_wait();
}

TEST_CASE("A history that somebody holds is waited for, and kept") {
    Stage stage;
    const std::vector<host::RunRecord> earlier{{.run = 77, .why = "an earlier life"}};
    stage.files.put(Stage::k_history, host::history_text(earlier));
    const auto refused = std::make_shared<std::atomic<int>>(0);
    stage.files.set_fault([refused](const FileCall& call) -> std::optional<Error> {
        if (call.operation != Operation::read_text || normalize_path(call.path) != Stage::k_history) return {};
        ++*refused;
        return Error{.kind = ErrorKind::io_failed, .message = "somebody holds it", .os_code = 32};
    });
    stage.start();
    stage.wait_until([&] { return *refused > 3; });
    stage.files.heal();
    stage.wait_until([&] { return stage.history().size() == 2; });
    CHECK(stage.history()[0].run == 77);
    CHECK_FALSE(stage.files.has(Stage::k_history + ".damaged"));
    (void)stage.stop_and_wait();
}

TEST_CASE("A history that somebody holds for the whole life is said once, is trouble, and is left as it was") {
    Stage stage;
    const std::vector<host::RunRecord> earlier{{.run = 77, .why = "an earlier life"}};
    const std::string text = host::history_text(earlier);
    stage.files.put(Stage::k_history, text);
    const auto refused = std::make_shared<std::atomic<int>>(0);
    stage.files.set_fault([refused](const FileCall& call) -> std::optional<Error> {
        if (normalize_path(call.path) != Stage::k_history) return {};
        ++*refused;
        return Error{.kind = ErrorKind::io_failed, .message = "somebody holds it", .os_code = 32};
    });
    stage.start();
    stage.wait_until([&] { return *refused > 2; });
    stage.wait_for_trouble("somebody holds it");
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    stage.wait_for_journal("the history could not be written in time");
    const std::string journal = stage.journal();
    CHECK(journal.contains("the history of runs is not kept on the disk for now"));
    CHECK(journal.find("not kept on the disk") == journal.rfind("not kept on the disk"));
    CHECK(stage.files.contents(Stage::k_history) == text);
}

TEST_CASE("A service that stops refuses to start or restart its child") {
    Stage stage;
    stage.config.supervise.stop.steps = {{.timeout = 1h}};
    stage.launcher.add({.obeys_control_break = false});
    const auto child = stage.start_and_wait();
    stage.host().request_stop(supervise::StopReason::asked);
    stage.wait_for_state(State::stopping);
    for (const ControlCommand command : {ControlCommand::start_child, ControlCommand::restart_child}) {
        const auto answer = stage.ask(command);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().front().kind == ErrorKind::scm_failed);
        CHECK(answer.error().front().os_code == 1061U);
    }
    child->exit(ExitCode{0});
    CHECK(stage.wait_for_end().outcome == Outcome::success);
}

TEST_CASE("What a program is given is told to nobody: not by the journal, the state, the history or an event") {
    Stage stage;
    stage.config.process.environment = {{"PASSWORD", "hush1"}};
    stage.config.process.arguments = {"--token=hush2"};
    stage.launcher.add({.exit = ExitCode{3}});
    stage.launcher.add({.exit = ExitCode{0xC0000005}});
    stage.start();
    (void)stage.child(2);
    stage.wait_for_state(State::running);
    const auto answer = stage.ask(ControlCommand::status);
    if (!answer) FAIL(answer.error().front().message);
    CHECK_FALSE(to_json_text(*answer).contains("hush"));
    (void)stage.stop_and_wait();
    CHECK(stage.journal_says("exit code 3"));
    CHECK_FALSE(stage.journal_says("hush"));
    CHECK_FALSE(stage.files.contents(Stage::k_state).contains("hush"));
    CHECK_FALSE(stage.files.contents(Stage::k_history).contains("hush"));
    for (const auto& record : stage.events.records()) CHECK_FALSE(record.text.contains("hush"));
}

TEST_CASE("A reload tells the journal no secrets, and the control channel no environment") {
    Stage stage;
    stage.start_from_file();
    stage.write_config(
        "arguments = [\"--password=hush1\"]\n[process.environment]\nPASSWORD = \"hush2\"\n"
        "[stop]\nsteps = [{ method = \"command\", command = ['" +
        at("/apps/app") +
        "', \"hush3\"], timeout = \"1s\" }]\n"
        "[hooks.post_stop]\ncommand = ['" +
        at("/apps/app") + "', \"hush4\"]\n");
    const auto answer = stage.ask(ControlCommand::reload);
    if (!answer) FAIL(answer.error().front().message);
    CHECK_FALSE(to_json_text(*answer).contains("hush2"));
    stage.wait_for_journal("process.environment: changed");
    CHECK_FALSE(stage.journal_says("hush"));
    stage.launcher.set_fallback({.exit = ExitCode{0}});
    (void)stage.stop_and_wait();
}

TEST_CASE("A reload that changes more than an answer can tell says which settings changed") {
    Stage stage;
    stage.start_from_file();
    stage.write_config("[stop]\nsteps = [{ method = \"stdin\", text = \"" +
                       std::string(platform::k_longest_control_line, 'x') + "\", timeout = \"1s\" }]\n");
    const auto answer = stage.ask(ControlCommand::reload);
    if (!answer) FAIL(answer.error().front().message);
    CHECK_THAT(to_json_text(*answer), ContainsSubstring("stop.steps") && ContainsSubstring("(not shown)"));
    (void)stage.stop_and_wait();
}

TEST_CASE("A stop step that needs an input which the child has not waits for its restart") {
    Stage stage;
    stage.start_from_file();
    stage.write_config("[stop]\nsteps = [{ method = \"stdin\", text = \"quit\\n\", timeout = \"1s\" }]\n");
    const auto answer = stage.ask(ControlCommand::reload);
    REQUIRE(answer);
    CHECK_THAT(to_json_text(*answer), ContainsSubstring("stop.steps") && ContainsSubstring("child-restart"));
    CHECK_THAT(to_json_text(*stage.ask(ControlCommand::status)->find("waiting")), ContainsSubstring("stop.steps"));
    (void)stage.stop_and_wait();
}

TEST_CASE("Windows is told of a longer stop at the next reload, if it could not be told at first") {
    Stage stage;
    stage.registered = true;
    const std::string changed = "[stop]\nsteps = [{ method = \"ctrl-break\", timeout = \"7m\" }]\n";
    stage.write_config(changed);
    stage.start_and_wait();
    REQUIRE(stage.ask(ControlCommand::reload));
    stage.wait_for_journal("Windows could not be told");
    stage.services.put("story", "svcwrap.exe");
    REQUIRE(stage.ask(ControlCommand::reload));
    stage.wait_for_journal("Windows now waits");
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}
