// Stories of PAUSE and CONTINUE.
#include <catch_amalgamated.hpp>

#include "story.hpp"

namespace svcwrap::supervise {
namespace {

Options pausing_by(PausePolicy policy) {
    Options options;
    options.pause = policy;
    return options;
}

const Event k_pause = PauseRequested{};
const Event k_continue = ContinueRequested{};
const Event k_suspend_failed = SuspendFailed{launch_error()};

}  // namespace

TEST_CASE("a pause that is refused is journaled and changes nothing") {
    const auto go = GENERATE(values<void (*)(Story&)>({
        [](Story& s) { s.start(); },
        [](Story& s) { s.run(); },
        [](Story& s) { s.run().exit(1, 2); },
        [](Story& s) { s.run().exit(1); },
        [](Story& s) { s.run().then(RestartRequested{}); },
    }));
    Story story;
    go(story);
    const Snapshot before = story.snapshot();
    const Actions actions = story.send(k_pause);
    REQUIRE(actions.size() == 1);
    CHECK(contains(std::get<Transition>(actions[0]).reason, "refuse"));
    CHECK(story.state() == before.state);
    CHECK_FALSE(story.snapshot().accepts_pause);
    CHECK_FALSE(story.snapshot().pausing);
    CHECK(story.snapshot().restarting == before.restarting);
}

TEST_CASE("a child is suspended, and runs on") {
    const auto event = GENERATE(k_continue, Event{StartRequested{}});
    Story story(pausing_by(PausePolicy::suspend));
    story.run();
    CHECK(story.snapshot().accepts_pause);
    CHECK(has<SuspendTree>(story.send(k_pause)));
    CHECK(story.state() == State::paused);
    CHECK(story.snapshot().suspended);
    CHECK(story.snapshot().process_id == k_process_id);
    CHECK_FALSE(story.has_deadline());
    CHECK(story.wait(1h).send(k_pause).empty());
    const Actions actions = story.send(event);
    CHECK(has<ResumeTree>(actions));
    CHECK_FALSE(has<Launch>(actions));
    CHECK(story.state() == State::running);
    CHECK_FALSE(story.snapshot().suspended);
    CHECK(story.snapshot().run == 1);
}

TEST_CASE("a suspension that fails lets the whole tree run on, and says why") {
    Story story(pausing_by(PausePolicy::suspend));
    story.run().then(k_pause);
    const Actions actions = story.send(k_suspend_failed);
    CHECK(has<ResumeTree>(actions));
    CHECK(story.state() == State::running);
    CHECK(contains(story.snapshot().reason, "access is denied"));
    CHECK(story.send(k_suspend_failed).empty());
}

TEST_CASE("the time that a child stands still does not make it a stable one") {
    const auto event = GENERATE(k_continue, k_suspend_failed);
    Story story(pausing_by(PausePolicy::suspend));
    story.run().exit(1).wait_for_deadline().then(ChildStarted{k_process_id});
    story.wait(4min).then(k_pause).wait(1h).then(event);
    CHECK(story.ahead() == 6min);
    Story other = story;
    CHECK(wait_after_exit(other.wait(5min), 1) == 2s);
    CHECK(wait_after_exit(story.wait(6min), 1) == 1s);
}

TEST_CASE("a suspended child that somebody ends leaves a pause without a child") {
    Story story(pausing_by(PausePolicy::suspend));
    story.run().then(k_pause);
    SECTION("at once") {
        story.exit(1);
    }
    SECTION("when what it left behind is ended too") {
        CHECK(has<TerminateTree>(story.exit(1, 2).last()));
        CHECK(story.state() == State::clearing);
        CHECK(story.snapshot().pausing);
        story.then(TreeEmptied{});
    }
    SECTION("even if what it left behind cannot be ended") {
        story.exit(1, 2).wait_for_deadline();
        CHECK(contains(story.snapshot().reason, "2 processes"));
    }
    const auto over = all_of<RunOver>(story.last());
    REQUIRE(over.size() == 1);
    CHECK(over[0].aftermath == Aftermath::paused);
    CHECK_FALSE(over[0].end.asked_for);
    CHECK(story.state() == State::paused);
    CHECK(story.snapshot().process_id == 0);
    CHECK_FALSE(story.snapshot().suspended);
    CHECK_FALSE(story.has_deadline());
    CHECK(all_of<Launch>(story.send(k_continue)).at(0).reason == StartReason::continued);
    CHECK(story.snapshot().run == 2);
}

TEST_CASE("a pause by stopping goes through the steps, and a continue launches") {
    Story story(pausing_by(PausePolicy::stop));
    story.run().then(k_pause);
    CHECK(has<BeginStopStep>(story.last()));
    CHECK(story.state() == State::stopping);
    CHECK(story.snapshot().pausing);
    CHECK_FALSE(story.snapshot().stop_reason.has_value());
    SECTION("the child obeys") {
        story.exit(0);
    }
    SECTION("the child has to be killed") {
        CHECK(has<TerminateTree>(story.wait_for_deadline().last()));
        CHECK(story.snapshot().pausing);
        story.exit(0);
        CHECK(story.snapshot().was_killed);
    }
    SECTION("but there is no pause while the child cannot be ended") {
        story.wait_for_deadline();
        for (int attempt = 0; attempt < 3; ++attempt) {
            CHECK(has<TerminateTree>(story.pass_deadline()));
            CHECK(story.state() == State::killing);
        }
        story.exit(0);
    }
    SECTION("what cannot be ended of its tree does not hold it up") {
        story.exit(0, 2).wait_for_deadline().wait_for_deadline();
        CHECK(contains(story.snapshot().reason, "2 processes"));
    }
    const auto over = all_of<RunOver>(story.last());
    REQUIRE(over.size() == 1);
    CHECK(over[0].aftermath == Aftermath::paused);
    CHECK(over[0].end.asked_for);
    CHECK_FALSE(over[0].stop_reason.has_value());
    CHECK(story.state() == State::paused);
    CHECK_FALSE(story.snapshot().pausing);
    CHECK(all_of<Launch>(story.send(k_continue)).at(0).reason == StartReason::continued);
}

TEST_CASE("a pause in the backoff holds the launch back until it is continued, which starts the delays over") {
    const auto policy = GENERATE(PausePolicy::suspend, PausePolicy::stop);
    Story story(pausing_by(policy));
    story.run().exit(1).wait_for_deadline().then(ChildStarted{k_process_id}).exit(1).then(k_pause);
    CHECK(story.state() == State::paused);
    CHECK_FALSE(has<RunOver>(story.last()));
    CHECK_FALSE(story.has_deadline());
    CHECK_FALSE(story.snapshot().next_launch.has_value());
    CHECK(story.wait(1h).last().empty());
    CHECK(has<Launch>(story.send(k_continue)));
    CHECK(story.snapshot().start_reason == StartReason::continued);
    story.then(ChildStarted{k_process_id});
    CHECK(wait_after_exit(story, 1) == 1s);
}

TEST_CASE("a pause while the launch is under way waits for it") {
    const auto policy = GENERATE(PausePolicy::suspend, PausePolicy::stop);
    Story story(pausing_by(policy));
    story.start().then(k_pause);
    CHECK(story.state() == State::starting);
    CHECK(story.snapshot().pausing);
    CHECK(story.send(k_pause).empty());
    SECTION("then the child is paused") {
        story.then(ChildStarted{k_process_id});
        CHECK(story.state() == (policy == PausePolicy::suspend ? State::paused : State::stopping));
        CHECK(has<SuspendTree>(story.last()) == (policy == PausePolicy::suspend));
    }
    SECTION("or there is none") {
        story.then(LaunchFailed{launch_error()});
        CHECK(story.state() == State::paused);
        CHECK(all_of<RunOver>(story.last()).at(0).aftermath == Aftermath::paused);
        CHECK_FALSE(story.snapshot().suspended);
    }
    SECTION("unless it is continued before") {
        CHECK(has<Transition>(story.send(k_continue)));
        CHECK(story.send(k_continue).empty());
        CHECK(story.then(ChildStarted{k_process_id}).state() == State::running);
    }
    SECTION("unless the configuration refuses it meanwhile") {
        CHECK(has<Transition>(story.send(Reconfigured{})));
        CHECK(story.then(ChildStarted{k_process_id}).state() == State::running);
    }
    SECTION("and a stop wins") {
        story.stop().then(ChildStarted{k_process_id}).exit(0);
        CHECK(story.state() == State::stopped);
    }
}

TEST_CASE("a stop in a pause ends the service") {
    Story story(pausing_by(PausePolicy::suspend));
    SECTION("a suspended child runs on first, to hear of it") {
        story.run().then(k_pause).stop();
        REQUIRE(story.last().size() == 3);
        CHECK(std::holds_alternative<ResumeTree>(story.last()[0]));
        CHECK(std::holds_alternative<BeginStopStep>(story.last()[2]));
        CHECK(story.state() == State::stopping);
        story.exit(0);
        CHECK(all_of<RunOver>(story.last()).at(0).stop_reason == StopReason::asked);
    }
    SECTION("without a child at once") {
        story.run().exit(1).then(k_pause).stop();
        CHECK_FALSE(has<ResumeTree>(story.last()));
    }
    SECTION("while what the suspended child left behind is being ended") {
        story.run().then(k_pause).exit(1, 1).stop().then(TreeEmptied{});
    }
    CHECK(story.state() == State::stopped);
    CHECK(story.result().outcome == Outcome::success);
}

TEST_CASE("a shutdown in a pause has the shutdown's budget") {
    Story story(pausing_by(PausePolicy::suspend));
    story.run().then(k_pause).stop(StopReason::system_shutdown);
    CHECK(has<ResumeTree>(story.last()));
    CHECK(story.ahead() == k_shutdown_budget);
}

TEST_CASE("a stop while pausing turns it into a stop, whatever comes after it") {
    const auto later = GENERATE(k_pause, k_continue, Event{RestartRequested{}}, Event{StartRequested{}},
                                Event{Reconfigured{pausing_by(PausePolicy::suspend)}});
    const auto go = GENERATE(values<void (*)(Story&)>({
        [](Story& s) { s.run().then(k_pause); },
        [](Story& s) { s.run().then(k_pause).wait_for_deadline(); },
        [](Story& s) { s.run().then(k_pause).then(k_continue); },
        [](Story& s) { s.run().then(RestartRequested{}).then(k_pause); },
    }));
    Story story(pausing_by(PausePolicy::stop));
    go(story);
    story.stop();
    CHECK(has<Transition>(story.last()));
    CHECK_FALSE(story.snapshot().pausing);
    CHECK_FALSE(story.snapshot().restarting);
    CHECK(story.send(later).empty());
    story.exit(0);
    CHECK(story.state() == State::stopped);
    CHECK_FALSE(has<Launch>(story.last()));
}

TEST_CASE("of a pause and a launch that wait for the same tree the later request counts") {
    const auto by_hand = GENERATE(k_continue, Event{RestartRequested{}});
    const StartReason reason =
        std::holds_alternative<ContinueRequested>(by_hand) ? StartReason::continued : StartReason::asked;
    Story story(pausing_by(PausePolicy::stop));
    SECTION("the launch, while stopping") {
        story.run().then(k_pause).then(by_hand);
        CHECK(story.snapshot().restarting);
        CHECK_FALSE(story.snapshot().pausing);
        CHECK(all_of<Launch>(story.exit(0).last()).at(0).reason == reason);
    }
    SECTION("the launch, while killing") {
        story.run().then(k_pause).wait_for_deadline().then(by_hand);
        CHECK(all_of<Launch>(story.exit(0).last()).at(0).reason == reason);
    }
    SECTION("the launch, while clearing") {
        story.run().exit(1, 1).then(k_pause).then(by_hand);
        CHECK(all_of<Launch>(story.then(TreeEmptied{}).last()).at(0).reason == reason);
    }
    SECTION("the pause, while stopping") {
        story.run().then(RestartRequested{}).then(k_pause);
        CHECK_FALSE(story.snapshot().restarting);
        CHECK(story.exit(0).state() == State::paused);
    }
    SECTION("the pause, while clearing") {
        story.run().exit(0, 1).then(RestartRequested{}).then(k_pause).then(TreeEmptied{});
        CHECK(story.state() == State::paused);
    }
}

TEST_CASE("a restart by hand ends a pause, a scheduled one does not") {
    const Event by_hand = RestartRequested{};
    const Event scheduled = RestartRequested{RestartReason::scheduled};
    Story story(pausing_by(PausePolicy::suspend));
    SECTION("of a suspended child: it runs on, and is stopped by the steps") {
        story.run().then(k_pause).then(scheduled);
        CHECK(story.state() == State::paused);
        CHECK_FALSE(has<ResumeTree>(story.last()));
        story.then(by_hand);
        CHECK(has<ResumeTree>(story.last()));
        CHECK(has<BeginStopStep>(story.last()));
        CHECK(has<Launch>(story.exit(0).last()));
    }
    SECTION("without a child: it is launched") {
        story.run().exit(1).then(k_pause).then(scheduled);
        CHECK(story.state() == State::paused);
        CHECK(all_of<Launch>(story.send(by_hand)).at(0).reason == StartReason::asked);
    }
    SECTION("nor while the tree is being ended") {
        story.run().then(k_pause).exit(1, 1);
        CHECK(story.send(scheduled).empty());
        CHECK(story.then(TreeEmptied{}).state() == State::paused);
    }
}

TEST_CASE("a paused service can be continued even if pausing is refused meanwhile") {
    Story story(pausing_by(PausePolicy::suspend));
    story.run().then(k_pause).then(Reconfigured{});
    CHECK(story.snapshot().accepts_pause);
    CHECK(has<ResumeTree>(story.send(k_continue)));
    CHECK_FALSE(story.snapshot().accepts_pause);
}

}  // namespace svcwrap::supervise
