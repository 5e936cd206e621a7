// From start to stop: what a child's life looks like from outside.
#include <catch_amalgamated.hpp>

#include "scenarios/stage.hpp"
#include "supervise/scm_report.hpp"

using namespace svcwrap;
using namespace svcwrap::testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using platform::ConsoleEvent;
using platform::ServiceState;
using supervise::Outcome;
using supervise::State;

TEST_CASE("A child is started, its output is kept byte for byte, and a stop ends it by the first step") {
    Stage stage;
    stage.start();
    const auto child = stage.child(0);
    const std::string text("one\ntw\xFFo\r\n\0three, without an end of line", 39);
    child->print(text);
    stage.wait_for_state(State::running);
    const auto result = stage.stop_and_wait();

    CHECK(result.outcome == Outcome::success);
    CHECK(child->events() == std::vector{ConsoleEvent::control_break});
    CHECK(child->terminations() == 0);
    CHECK(stage.output() == text);
    CHECK(stage.state_file().state == State::stopped);
    CHECK(stage.launcher.launches() == 1);
}

TEST_CASE("The SCM hears of start, running and stop in that order, and nothing of stopped: that is the caller's") {
    Stage stage;
    stage.start_and_wait();
    (void)stage.stop_and_wait();
    std::vector<ServiceState> states;
    for (const auto& report : stage.reports()) {
        if (states.empty() || states.back() != report.state) states.push_back(report.state);
    }
    CHECK(states == std::vector{ServiceState::start_pending, ServiceState::running, ServiceState::stop_pending});
}

TEST_CASE("A stop that was asked for before the start still ends in stopped") {
    Stage stage;
    stage.config.supervise.restart.policy = supervise::RestartPolicy::always;
    stage.start();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    stage.wait_until([&] { return stage.launcher.running() == 0; });
}

TEST_CASE("A failed child is started again, and the world is told why") {
    Stage stage;
    stage.start();
    stage.child(0)->print("first\n");
    stage.wait_until([&] { return stage.output() == "first\n"; });  // the pipes of two runs are read side by side
    stage.child(0)->exit(ExitCode{3});
    stage.child(1)->print("second\n");
    stage.child(1)->exit(ExitCode{0xC0000005});
    stage.wait_for_run(3);
    const auto now = stage.state_file();
    CHECK(now.restarts == 2);
    REQUIRE(now.last_end);
    CHECK(now.last_end->kind == supervise::EndKind::crashed);
    CHECK(now.last_end->code == ExitCode{0xC0000005});
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(stage.output() == "first\nsecond\n");
    stage.wait_for_journal("exit code 3");
    stage.wait_for_journal("access violation");
}

TEST_CASE("Without restarts the child's exit code is the service's") {
    Stage stage;
    stage.config.supervise.restart.policy = supervise::RestartPolicy::never;
    stage.launcher.add({.prints = {{.text = "bye\n"}}, .exit = ExitCode{7}});
    stage.start();
    const auto result = stage.wait_for_end();
    CHECK(result.outcome == Outcome::failure);
    CHECK(result.code == ExitCode{7});
    CHECK(supervise::stopped_report(result).service_exit_code == 7);
    CHECK(stage.output() == "bye\n");
    CHECK(stage.launcher.launches() == 1);
}

TEST_CASE("A flood written right before the end is all there") {
    Stage stage;
    stage.config.supervise.restart.policy = supervise::RestartPolicy::never;
    std::string flood;
    for (int i = 0; i < 50'000; ++i) flood += "line " + std::to_string(i) + "\n";
    stage.launcher.add({.prints = {{.text = flood}}, .exit = ExitCode{0}});
    stage.start();
    CHECK(stage.wait_for_end().outcome == Outcome::success);
    CHECK(stage.output() == flood);
    stage.wait_until([&] {
        const auto logs = stage.state_file().logs;
        return logs.size() == 1 && logs[0].lines == 50'000;
    });
}

TEST_CASE("A launch that fails is tried again with its stage in the journal") {
    Stage stage;
    const Error error{.kind = ErrorKind::launch_failed,
                      .message = "start /apps/app: access is denied",
                      .os_code = 5,
                      .where = "create process",
                      .remedy = ""};
    stage.launcher.add({.launch_error = error});
    stage.start();
    stage.wait_for_run(2);
    CHECK(stage.state_file().last_end->kind == supervise::EndKind::launch_failed);
    (void)stage.stop_and_wait();
    stage.wait_for_journal("create process");
    stage.wait_for_journal("access is denied");
}

TEST_CASE("A missing working folder is a launch failure that names the setting") {
    Stage stage;
    stage.config.process.working_directory = "/nowhere";
    stage.config.supervise.restart.policy = supervise::RestartPolicy::never;
    stage.start();
    const auto result = stage.wait_for_end();
    CHECK(result.outcome == Outcome::failure);
    CHECK_FALSE(result.code);
    stage.wait_for_journal("/nowhere");
    stage.wait_for_journal("process.working_directory");
    CHECK(stage.launcher.launches() == 0);
}

TEST_CASE("A child that closes its output goes on running") {
    Stage stage;
    stage.start();
    const auto child = stage.child(0);
    child->print("before\n");
    child->output()->close_writer();
    stage.wait_until([&] { return stage.output() == "before\n"; });
    stage.wait_for_state(State::running);
    CHECK_FALSE(child->exit_code());
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("In the foreground the output is shown and kept") {
    Stage stage;
    stage.shown = true;
    stage.start();
    stage.child(0)->print("hello\n");
    stage.wait_until([&] { return stage.echoed() == "hello\n" && stage.output() == "hello\n"; });
    (void)stage.stop_and_wait(supervise::StopReason::console);
}

TEST_CASE("Controls that the wrapper does not know are refused, and INTERROGATE is always answered") {
    Stage stage;
    stage.start();
    (void)stage.child(0);
    CHECK(stage.host().handle_control(platform::ServiceControl::interrogate));
    CHECK_FALSE(stage.host().handle_control(platform::ServiceControl::pause));
    CHECK(stage.host().handle_control(platform::ServiceControl::preshutdown));
    CHECK(stage.wait_for_end().outcome == Outcome::success);
}
