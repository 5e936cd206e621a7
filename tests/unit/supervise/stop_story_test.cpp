// Stories of stopping.
#include <catch_amalgamated.hpp>

#include "story.hpp"

namespace svcwrap::supervise {

using enum StopMethod;

TEST_CASE("a stop in a state without a child is over at once, as a success") {
    const auto go = GENERATE(values<void (*)(Story&)>({
        [](Story&) {},
        [](Story& s) { s.run().exit(1); },
        [](Story& s) { s.start().then(LaunchFailed{launch_error()}); },
    }));
    Story story;
    go(story);
    story.stop();
    CHECK(story.state() == State::stopped);
    CHECK(story.result().outcome == Outcome::success);
    CHECK(story.snapshot().stop_reason == StopReason::asked);
    CHECK_FALSE(has<Launch>(story.last()));
    CHECK_FALSE(story.has_deadline());
}

TEST_CASE("the first step begins at once, and a child that obeys ends the service") {
    Story story;
    story.run().stop();
    const auto steps = all_of<BeginStopStep>(story.last());
    REQUIRE(steps.size() == 1);
    CHECK(steps[0].step.method == ctrl_break);
    CHECK(steps[0].step.timeout == 20s);
    CHECK(story.ahead() == 20s);
    CHECK(story.snapshot().pending_until == story.now() + 20s + k_kill_timeout);
    story.wait(3s).exit(0);
    CHECK(story.state() == State::stopped);
    CHECK(story.result().outcome == Outcome::success);
    CHECK(story.snapshot().last_end->asked_for);
    CHECK_FALSE(contains(story.result().reason, "killed"));
}

TEST_CASE("the codes of a stopped child are clean after our own stop, and crashes before") {
    const auto [code, kind] = GENERATE(table<std::uint32_t, EndKind>({
        {0, EndKind::exited},
        {1, EndKind::exited},
        {130, EndKind::exited},
        {143, EndKind::exited},
        {0xC000013A, EndKind::exited},
        {3, EndKind::exited},
        {0xC0000005, EndKind::crashed},
    }));
    Story story;
    story.run().stop().exit(code);
    CHECK(story.snapshot().last_end->kind == kind);
    CHECK(story.result().outcome == Outcome::success);
    CHECK(story.result().code == ExitCode{code});
    Story alone;
    alone.run().exit(0xC000013A);
    CHECK(alone.snapshot().last_end->kind == EndKind::crashed);
}

TEST_CASE("steps follow each other, then the whole tree is ended, then the rest is reported") {
    Story story(three_steps());
    story.run().stop();
    const TimePoint asked = story.now();
    CHECK(story.snapshot().pending_until == asked + 35s + k_kill_timeout);
    for (const std::size_t index : {1U, 2U}) {
        CHECK(all_of<BeginStopStep>(story.pass_deadline()).at(0).index == index);
        CHECK(story.state() == State::stopping);
        CHECK(story.snapshot().pending_until == asked + 35s + k_kill_timeout);
    }
    CHECK(all_of<TerminateTree>(story.pass_deadline()).at(0).code == k_exit_terminated);
    CHECK(story.state() == State::killing);
    CHECK(story.now() == asked + 35s);
    CHECK(story.snapshot().pending_until == story.now() + k_kill_timeout);

    SECTION("the tree ends") {
        story.exit(0xC000013A);
        CHECK(story.state() == State::stopped);
        CHECK(contains(story.result().reason, "killed"));
    }
    SECTION("the child ends, and its tree a little later") {
        CHECK(story.exit(0xC000013A, 1).state() == State::killing);
        CHECK(story.then(TreeEmptied{}).state() == State::stopped);
        CHECK(contains(story.result().reason, "killed"));
    }
    SECTION("nothing ends it") {
        story.wait_for_deadline();
        CHECK(story.state() == State::stopped);
        CHECK(contains(story.result().reason, "process 4711"));
        CHECK(story.snapshot().process_id == 0);
        CHECK_FALSE(story.result().code.has_value());
    }
    SECTION("the child ends, its tree does not") {
        story.exit(0xC000013A, 2).wait_for_deadline();
        CHECK(story.state() == State::stopped);
        CHECK(contains(story.result().reason, "2 processes"));
    }
    CHECK(story.result().outcome == Outcome::success);
}

TEST_CASE("the code of an earlier run is not the code of a child that could not be ended") {
    Story story;
    story.run().exit(3).wait_for_deadline().then(ChildStarted{k_process_id}).stop();
    story.wait_for_deadline().wait_for_deadline();
    CHECK(story.state() == State::stopped);
    CHECK(story.snapshot().last_end->kind == EndKind::left_over);
    CHECK_FALSE(story.result().code.has_value());
}

TEST_CASE("a stop in the backoff tells the code of the run before it") {
    Story story;
    story.run().exit(3).stop();
    CHECK(story.result().outcome == Outcome::success);
    CHECK(story.result().code == ExitCode{3});
}

TEST_CASE("grandchildren have the rest of the step's time") {
    Story story(three_steps());
    story.run().stop().wait(4s).exit(0, 2);
    CHECK(story.state() == State::stopping);
    CHECK(story.last().empty());
    CHECK(story.ahead() == 6s);
    CHECK(story.snapshot().process_id == 0);
    SECTION("and end in it") {
        story.wait(5s).then(TreeEmptied{});
    }
    SECTION("or see the next step") {
        CHECK(all_of<BeginStopStep>(story.pass_deadline()).at(0).index == 1);
        story.then(TreeEmptied{});
    }
    CHECK(story.state() == State::stopped);
    CHECK(story.result().code == ExitCode{0});
}

TEST_CASE("without steps the tree is ended at once") {
    Story story(with_steps({}));
    story.run().stop();
    CHECK(story.state() == State::killing);
    CHECK(has<TerminateTree>(story.last()));
    CHECK(story.ahead() == k_kill_timeout);
}

TEST_CASE("a step without end is waited for without end") {
    Story story(with_steps({{ctrl_break, k_forever}}));
    story.run().stop();
    CHECK_FALSE(story.has_deadline());
    CHECK_FALSE(story.snapshot().pending_until.has_value());
    SECTION("except when the system shuts down") {
        story.stop(StopReason::system_shutdown);
        CHECK(story.ahead() == k_shutdown_budget);
    }
}

TEST_CASE("a step that fails gives way to the next without a wait") {
    Story story(three_steps());
    story.run().stop();
    story.then(StepEnded{0});
    CHECK(all_of<BeginStopStep>(story.last()).at(0).index == 1);
    CHECK(story.ahead() == 20s);
    CHECK(story.send(StepEnded{0}).empty());
    story.then(StepEnded{1}).then(StepEnded{2});
    CHECK(story.state() == State::killing);
    CHECK(has<TerminateTree>(story.last()));
}

TEST_CASE("a second stop request changes nothing") {
    const auto reason = GENERATE(StopReason::asked, StopReason::console, StopReason::system_preshutdown);
    Story story(three_steps());
    story.run().stop().wait(4s);
    CHECK(story.send(StopRequested{reason}).empty());
    CHECK(story.ahead() == 6s);
    CHECK(story.snapshot().stop_reason == StopReason::asked);
}

TEST_CASE("at a shutdown all steps together fit the system's patience") {
    Story story(with_steps({{ctrl_c, 2s}, {ctrl_break, 1s}, {terminate, 3s}}));
    story.run().stop(StopReason::system_shutdown);
    const TimePoint asked = story.now();
    CHECK(all_of<BeginStopStep>(story.last()).at(0).step.timeout == 1s);
    CHECK(all_of<BeginStopStep>(story.pass_deadline()).at(0).step.timeout == 500ms);
    CHECK(all_of<BeginStopStep>(story.pass_deadline()).at(0).step.timeout == 1500ms);
    CHECK(has<TerminateTree>(story.pass_deadline()));
    CHECK(story.now() == asked + k_shutdown_budget);
}

TEST_CASE("a shutdown while stopping cuts what is left") {
    Story story(three_steps());
    story.run().stop().wait(8s);
    story.stop(StopReason::system_shutdown);
    const TimePoint asked = story.now();
    CHECK(has<Transition>(story.last()));
    CHECK(story.snapshot().stop_reason == StopReason::system_shutdown);
    CHECK(story.ahead() < 2s);
    story.wait_for_deadline().wait_for_deadline().wait_for_deadline();
    CHECK(story.state() == State::killing);
    CHECK(story.now() <= asked + k_shutdown_budget);
    CHECK(story.now() > asked + k_shutdown_budget - 10ms);

    SECTION("once") {
        const Duration ahead = story.ahead();
        CHECK(story.send(StopRequested{StopReason::system_shutdown}).empty());
        CHECK(story.ahead() == ahead);
    }
}

TEST_CASE("a shutdown leaves a stop alone that is short enough") {
    Story story(with_steps({{ctrl_c, 10s}}));
    story.run().stop().wait(8s).stop(StopReason::system_shutdown);
    CHECK(story.ahead() == 2s);
}

TEST_CASE("a stop while the launch is under way waits for it, with a bound") {
    Story story(three_steps());
    story.start().stop();
    const TimePoint asked = story.now();
    CHECK(story.state() == State::stopping);
    CHECK(story.last().size() == 1);
    CHECK(story.ahead() == k_kill_timeout);
    CHECK(story.snapshot().pending_until == asked + k_kill_timeout + 35s + k_kill_timeout);

    SECTION("it fails") {
        story.then(LaunchFailed{launch_error()});
        CHECK(story.state() == State::stopped);
        CHECK(story.result().outcome == Outcome::success);
        CHECK_FALSE(story.result().code.has_value());
        CHECK(contains(story.result().reason, "access is denied"));
    }
    SECTION("the child comes: it is stopped by the steps") {
        story.wait(1s).then(ChildStarted{k_process_id});
        CHECK(all_of<BeginStopStep>(story.last()).at(0).index == 0);
        CHECK(story.ahead() == 10s);
        CHECK(story.exit(0).state() == State::stopped);
    }
    SECTION("the child comes at the last moment: it is ended at once") {
        story.wait_for_deadline();
        CHECK(story.state() == State::killing);
        CHECK_FALSE(has<TerminateTree>(story.last()));
        story.then(ChildStarted{k_process_id});
        CHECK(has<TerminateTree>(story.last()));
        CHECK(story.ahead() == k_kill_timeout);
        CHECK(story.exit(0xC000013A).state() == State::stopped);
    }
    SECTION("it never returns") {
        story.wait_for_deadline().wait_for_deadline();
        CHECK(story.state() == State::stopped);
        CHECK(story.now() == asked + 2 * k_kill_timeout);
        CHECK(contains(story.result().reason, "never returned"));
        CHECK(story.result().outcome == Outcome::success);
        SECTION("and a child that comes after all is ended") {
            const Actions actions = story.send(ChildStarted{k_process_id});
            CHECK(actions.size() == 1);
            CHECK(has<TerminateTree>(actions));
            CHECK(story.snapshot().process_id == 0);
            CHECK(has<Complaint>(story.send(ChildStarted{k_process_id})));
        }
    }
    SECTION("a step cannot fail that has not begun") {
        CHECK(story.send(StepEnded{0}).empty());
    }
}

TEST_CASE("a shutdown while the launch is under way leaves the steps what time there is") {
    Story story(three_steps());
    SECTION("from the start") {
        story.start().stop(StopReason::system_shutdown);
    }
    SECTION("after an ordinary stop") {
        story.start().stop().stop(StopReason::system_shutdown);
    }
    CHECK(story.ahead() == k_shutdown_budget);
    const TimePoint end = story.now() + k_shutdown_budget;
    story.wait(2s).then(ChildStarted{k_process_id});
    story.wait_for_deadline().wait_for_deadline().wait_for_deadline();
    CHECK(story.state() == State::killing);
    CHECK(story.now() <= end);
    CHECK(story.now() > end - 10ms);
}

TEST_CASE("after the end nothing is started any more") {
    Story story;
    story.run().stop().exit(0);
    for (const Event& event : {Event{StartRequested{}}, Event{RestartRequested{}}, Event{Deadline{}}})
        CHECK(story.send(event).empty());
    CHECK(story.state() == State::stopped);
}

TEST_CASE("reasons, ends and outcomes have names") {
    CHECK(name_of(StopReason::system_preshutdown) == "system_preshutdown");
    CHECK(name_of(EndKind::start_timed_out) == "start_timed_out");
    CHECK(name_of(Outcome::recover) == "recover");
    CHECK(name_of(State::clearing) == "clearing");
}

}  // namespace svcwrap::supervise
