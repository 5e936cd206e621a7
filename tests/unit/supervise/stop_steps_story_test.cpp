// Stories of the time for all steps, the hook before them, and how they went.
#include <catch_amalgamated.hpp>

#include "story.hpp"

namespace svcwrap::supervise {

using enum StopMethod;

TEST_CASE("the time for all steps is cut in order: the last ones lose it") {
    auto options = three_steps();
    options.stop.timeout = 15s;
    Story story(options);
    story.run().stop();
    const TimePoint asked = story.now();
    CHECK(story.snapshot().pending_until == asked + 15s + k_kill_timeout);
    CHECK(all_of<BeginStopStep>(story.last()).at(0).step.timeout == 10s);
    CHECK(all_of<BeginStopStep>(story.pass_deadline()).at(0).step.timeout == 5s);
    // The last one is begun, and not waited for.
    CHECK(all_of<BeginStopStep>(story.pass_deadline()).at(0).step.timeout == 0s);
    CHECK(story.state() == State::stopping);
    CHECK(has<TerminateTree>(story.pass_deadline()));
    CHECK(story.now() == asked + 15s);
}

TEST_CASE("a hook before the stop is the first step, and over as soon as it has ended") {
    auto options = three_steps();
    options.stop.pre_stop = 60s;
    Story story(options);
    story.run().stop();
    const auto hook = all_of<BeginStopStep>(story.last()).at(0);
    CHECK(hook.index == 0);
    CHECK(hook.step.method == StopMethod::pre_stop);
    CHECK(story.ahead() == 60s);
    CHECK(story.snapshot().pending_until == story.now() + 60s + 35s + k_kill_timeout);
    SECTION("it ends") {
        story.wait(2s).then(StepEnded{0, false, {}});
        CHECK_FALSE(story.snapshot().steps.at(0).failed);
        CHECK(story.snapshot().steps.at(0).took == 2s);
    }
    SECTION("it fails") {
        story.then(StepEnded{0, true, "no such file"});
        CHECK(story.snapshot().steps.at(0).failed);
        CHECK(contains(story.snapshot().reason, "no such file"));
    }
    SECTION("it hangs") {
        story.wait_for_deadline();
    }
    SECTION("the system shuts down meanwhile") {
        story.stop(StopReason::system_shutdown);
        CHECK(story.ahead() < 3s);
        story.wait_for_deadline();
    }
    const auto step = all_of<BeginStopStep>(story.last()).at(0);
    CHECK(step.index == 1);
    CHECK(step.step.method == ctrl_c);
    CHECK(story.exit(0).state() == State::stopped);
}

TEST_CASE("a hook before the stop runs before a restart and a pause too, but not where there is no child") {
    Options options;
    options.pause = PausePolicy::stop;
    options.stop.pre_stop = 60s;
    Story story(options);
    const auto event = GENERATE(values<Event>({RestartRequested{}, PauseRequested{}}));
    CHECK(all_of<BeginStopStep>(story.run().send(event)).at(0).step.method == StopMethod::pre_stop);
    Story empty(options);
    CHECK_FALSE(has<BeginStopStep>(empty.run().exit(1).send(StopRequested{})));
}

TEST_CASE("the steps of a stop are recorded as they went") {
    Story story(three_steps());
    story.run().stop();
    CHECK(story.snapshot().steps.size() == 1);
    CHECK(story.snapshot().steps.at(0).took == 0s);
    story.wait(2s).then(StepEnded{0, true, "no console"});
    SECTION("the second one ended it") {
        story.wait(3s).exit(0);
        const auto steps = story.snapshot().steps;
        REQUIRE(steps.size() == 2);
        CHECK((steps[0].method == ctrl_c && steps[0].failed && !steps[0].ended_it && steps[0].took == 2s));
        CHECK((steps[1].method == ctrl_break && !steps[1].failed && steps[1].ended_it && steps[1].took == 3s));
        CHECK((steps[0].detail == "no console" && steps[1].detail.empty()));
        CHECK_FALSE(story.snapshot().was_killed);
    }
    SECTION("its tree ended a little later") {
        story.wait(3s).exit(0, 1).wait(4s).then(TreeEmptied{});
        CHECK(story.snapshot().steps.at(1).ended_it);
        CHECK(story.snapshot().steps.at(1).took == 7s);
    }
    SECTION("none ended it") {
        story.wait_for_deadline().wait_for_deadline().exit(0);
        const auto steps = story.snapshot().steps;
        REQUIRE(steps.size() == 3);
        CHECK_FALSE(std::ranges::any_of(steps, &StepRecord::ended_it));
        CHECK(steps[1].took == 20s);
        CHECK(steps[2].took == 5s);
        CHECK(story.snapshot().was_killed);
    }
}

TEST_CASE("the steps are those of the last stop") {
    Story story(three_steps());
    story.run().then(RestartRequested{}).wait_for_deadline().wait_for_deadline().wait_for_deadline().exit(0);
    CHECK(story.snapshot().steps.size() == 3);
    CHECK(story.snapshot().was_killed);
    SECTION("a stop of a launch has none") {
        story.stop();
        CHECK(story.snapshot().steps.empty());
        CHECK_FALSE(story.snapshot().was_killed);
    }
    SECTION("a new stop begins anew") {
        story.then(ChildStarted{k_process_id}).stop();
        CHECK(story.snapshot().steps.size() == 1);
        CHECK_FALSE(story.snapshot().was_killed);
    }
    SECTION("a stop while clearing has none, and kills") {
        story.then(ChildStarted{k_process_id}).exit(1, 1).stop();
        CHECK(story.snapshot().steps.empty());
        CHECK(story.snapshot().was_killed);
    }
}

}  // namespace svcwrap::supervise
