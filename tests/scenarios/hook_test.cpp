// Hooks: the user's programs at the moments of a run's life, and what happens when they fail, hang or flood.
#include <algorithm>
#include <catch_amalgamated.hpp>

#include "scenarios/stage.hpp"

using namespace svcwrap;
using namespace svcwrap::testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using supervise::Outcome;
using supervise::State;

TEST_CASE("A pre_start hook runs to its end before the child, with its output in the journal") {
    Stage stage;
    stage.config.hooks.pre_start = hook(at("/hooks/before"));
    stage.launcher.add({.prints = {{.text = "made ready\n"}}, .exit = ExitCode{0}});
    stage.start_and_wait();
    const auto specs = stage.launcher.specs();
    REQUIRE(specs.size() == 2);
    CHECK(specs[0].executable == at("/hooks/before"));
    CHECK(specs[1].executable == at("/apps/app"));
    CHECK(variable(specs[0], "SVCWRAP_EVENT") == "pre_start");
    CHECK(variable(specs[0], "SVCWRAP_RUN") == "1");
    CHECK(variable(specs[0], "SVCWRAP_NAME") == "story");
    CHECK(variable(specs[0], "SVCWRAP_PID") == "(none)");
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    stage.wait_for_journal("hook pre_start: | made ready");
}

TEST_CASE("A pre_start hook that fails is a launch that failed, which names the hook and its exit code") {
    Stage stage;
    stage.config.supervise.restart.policy = supervise::RestartPolicy::never;
    stage.config.hooks.pre_start = hook(at("/hooks/before"));
    stage.launcher.add({.exit = ExitCode{5}});
    stage.start();
    CHECK(stage.wait_for_end().outcome == Outcome::failure);
    CHECK(stage.launches_of(at("/apps/app")).empty());
    const auto end = stage.state_file().last_end;
    REQUIRE(end);
    CHECK(end->kind == supervise::EndKind::launch_failed);
    CHECK_THAT(end->detail, ContainsSubstring("pre_start") && ContainsSubstring("exit code 5"));
}

TEST_CASE("A pre_start hook that fails and may does not keep the child from starting") {
    Stage stage;
    stage.config.hooks.pre_start = hook(at("/hooks/before"));
    stage.config.hooks.pre_start->ignore_failure = true;
    stage.launcher.add({.exit = ExitCode{5}});
    stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    stage.wait_for_journal("exit code 5");
    stage.wait_for_journal("ignored");
}

TEST_CASE("A stop during a pre_start hook ends the hook at once, and no child is started") {
    Stage stage;
    stage.config.hooks.pre_start = hook(at("/hooks/before"));  // runs until it is ended
    stage.start();
    const auto running = stage.child(0);
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(running->is_released());
    CHECK(running->active_processes() == 0);
    CHECK(stage.launches_of(at("/apps/app")).empty());
}

TEST_CASE("A hook that hangs is ended when its time is over, with all that it started") {
    Stage stage;
    stage.config.supervise.restart.policy = supervise::RestartPolicy::never;
    stage.config.hooks.pre_start = hook(at("/hooks/before"), 50ms);
    stage.launcher.add({.left_behind = 2});
    stage.start();
    CHECK(stage.wait_for_end().outcome == Outcome::failure);
    CHECK(stage.child(0)->active_processes() == 0);
    CHECK_THAT(stage.state_file().last_end->detail, ContainsSubstring("took longer than 50ms"));
}

TEST_CASE("A post_start hook runs beside the child, and the child is ready when it has ended well") {
    Stage stage;
    stage.config.hooks.post_start = hook(at("/hooks/after_start"));
    stage.launcher.add({});                     // the child
    stage.launcher.add({.exit = ExitCode{0}});  // the hook
    stage.start();
    stage.wait_until([&] {
        const auto runs = stage.history();
        return !runs.empty() && runs.back().ready;
    });
    const auto specs = stage.launches_of(at("/hooks/after_start"));
    REQUIRE(specs.size() == 1);
    CHECK(variable(specs[0], "SVCWRAP_PID") == std::to_string(stage.child(0)->id()));
    (void)stage.stop_and_wait();
}

TEST_CASE("A post_start hook that fails is told, and the child runs on without counting as ready") {
    Stage stage;
    stage.config.hooks.post_start = hook(at("/hooks/after_start"));
    stage.launcher.add({});
    stage.launcher.add({.exit = ExitCode{9}});
    stage.start();
    stage.wait_for_trouble("post_start");
    CHECK(stage.state_file().state == State::running);
    (void)stage.stop_and_wait();
    REQUIRE(stage.history().size() == 1);
    CHECK_FALSE(stage.history()[0].ready);
}

TEST_CASE("post_stop is told how the run ended and is over before the next launch; on_failure follows it") {
    Stage stage;
    stage.config.hooks.post_stop = hook(at("/hooks/post_stop"));
    stage.config.hooks.on_failure = hook(at("/hooks/on_failure"));
    stage.launcher.add({.exit = ExitCode{3}});
    stage.launcher.add({.exit = ExitCode{0}});
    stage.launcher.add({.exit = ExitCode{0}});
    stage.start();
    stage.wait_for_run(2);
    const auto specs = stage.launcher.specs();
    REQUIRE(specs.size() == 4);
    CHECK(specs[1].executable == at("/hooks/post_stop"));
    CHECK(specs[2].executable == at("/hooks/on_failure"));
    CHECK(specs[3].executable == at("/apps/app"));
    for (const auto& spec : {specs[1], specs[2]}) {
        CHECK(variable(spec, "SVCWRAP_RESULT") == "exit-code");
        CHECK(variable(spec, "SVCWRAP_EXIT_KIND") == "exited");
        CHECK(variable(spec, "SVCWRAP_EXIT_CODE") == "3");
        CHECK(variable(spec, "SVCWRAP_EXIT_CODE_HEX") == "0x00000003");
        CHECK(variable(spec, "SVCWRAP_RUN") == "1");
    }
    stage.launcher.set_fallback({.exit = ExitCode{0}});
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    // After our own stop: post_stop once more, and no failure.
    const auto all = stage.launches_of(at("/hooks/post_stop"));
    REQUIRE(all.size() == 2);
    CHECK(variable(all[1], "SVCWRAP_RESULT") == "stopped");
    CHECK(stage.launches_of(at("/hooks/on_failure")).size() == 1);
}

TEST_CASE("on_give_up runs when the limit is reached, before the service has stopped") {
    Stage stage;
    stage.config.supervise.restart.limit = 1;
    stage.config.hooks.on_give_up = hook(at("/hooks/on_give_up"));
    stage.launcher.set_fallback({.exit = ExitCode{1}});
    stage.start();
    CHECK(stage.wait_for_end().outcome == Outcome::failure);
    CHECK(stage.launches_of(at("/apps/app")).size() == 2);
    CHECK(stage.launches_of(at("/hooks/on_give_up")).size() == 1);
    CHECK(stage.state_file().gave_up);
    CHECK(stage.reports().back().state == platform::ServiceState::stop_pending);
}

TEST_CASE("A pre_stop hook runs before the first stop step, while the child lives") {
    Stage stage;
    stage.config.hooks.pre_stop = hook(at("/hooks/pre_stop"));
    stage.config.supervise.stop.pre_stop = 10min;
    stage.launcher.add({});
    stage.launcher.add({.exit = ExitCode{0}});
    const auto child = stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    const auto specs = stage.launches_of(at("/hooks/pre_stop"));
    REQUIRE(specs.size() == 1);
    CHECK(variable(specs[0], "SVCWRAP_PID") == std::to_string(child->id()));
    CHECK(child->events().size() == 1);
}

TEST_CASE("A hook that hangs is cut short when the system shuts down") {
    Stage stage;
    stage.config.hooks.post_stop = hook(at("/hooks/post_stop"), 1h);
    stage.start_and_wait();
    CHECK(stage.stop_and_wait(supervise::StopReason::system_shutdown).outcome == Outcome::success);
    CHECK(stage.launches_of(at("/hooks/post_stop")).size() == 1);
    // It ran, and was ended for no other reason than its time.
    CHECK(stage.child(1)->terminations() == 1);
    CHECK_THAT(stage.journal(), ContainsSubstring("hook post_stop: it took longer than") ||
                                    ContainsSubstring("hook post_stop: it was ended, because there was no more time"));
}

TEST_CASE("A hook that floods the journal is bounded, and what was left out is counted") {
    Stage stage;
    std::string flood;
    for (int i = 0; i < 1000; ++i) flood += "flood " + std::to_string(i) + "\n";
    stage.config.hooks.pre_start = hook(at("/hooks/before"));
    stage.launcher.add({.prints = {{.text = flood}}, .exit = ExitCode{0}});
    stage.start_and_wait();
    (void)stage.stop_and_wait();
    CHECK_THAT(stage.journal(), ContainsSubstring("| flood 199") &&
                                    ContainsSubstring("(800 more lines were left out)") &&
                                    !ContainsSubstring("| flood 200"));
}

TEST_CASE("A hook that cannot be started is a hook that failed") {
    Stage stage;
    stage.config.hooks.post_stop = hook(at("/hooks/gone"));
    stage.launcher.add({});
    stage.launcher.add({.launch_error = Error{.kind = ErrorKind::launch_failed, .message = "start /hooks/gone: no"}});
    stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    stage.wait_for_journal("hook post_stop: it could not be started: start /hooks/gone: no");
}
