// Stories of starting, ending and restarting.
#include <catch_amalgamated.hpp>

#include "story.hpp"

namespace svcwrap::supervise {

TEST_CASE("a start launches run 1, and the child's process is known as soon as it is there") {
    Story story;
    CHECK(story.snapshot().state == State::idle);
    const Actions actions = story.send(StartRequested{});
    REQUIRE(actions.size() == 2);
    CHECK(std::get<Launch>(actions[1]).reason == StartReason::requested);
    CHECK(std::get<Transition>(actions[0]).to == State::starting);
    CHECK(std::get<Launch>(actions[1]).run == 1);
    CHECK(story.snapshot().pending_until == story.now() + 30s);
    story.then(ChildStarted{77});
    const Snapshot snapshot = story.snapshot();
    CHECK(snapshot.state == State::running);
    CHECK(snapshot.process_id == 77);
    CHECK(snapshot.run == 1);
    CHECK(snapshot.restarts == 0);
    CHECK_FALSE(snapshot.pending_until.has_value());
    CHECK_FALSE(snapshot.last_end.has_value());
    CHECK_FALSE(snapshot.result.has_value());
}

TEST_CASE("a first run that is stable needs no timer") {
    Story story;
    CHECK_FALSE(story.run().has_deadline());
}

TEST_CASE("a failed run is followed by another one after the delay") {
    Story story;
    story.run().wait(5s).exit(3);
    CHECK(story.state() == State::backoff);
    CHECK(story.ahead() == 1s);
    CHECK(story.snapshot().next_launch == story.now() + 1s);
    CHECK(story.snapshot().since == story.now());
    CHECK(story.snapshot().process_id == 0);
    CHECK(story.snapshot().last_end->kind == EndKind::exited);
    CHECK(story.snapshot().last_end->code.value == 3);
    CHECK_FALSE(story.snapshot().last_end->asked_for);
    CHECK(contains(reason_of(story.last()), "exit code 3"));
    CHECK(contains(reason_of(story.last()), "policy on-failure"));
    CHECK(contains(reason_of(story.last()), "1 s"));
    CHECK(story.pass(999ms).empty());
    CHECK(all_of<Launch>(story.pass(1ms)).at(0).run == 2);
    CHECK(story.snapshot().restarts == 1);
    CHECK_FALSE(story.snapshot().next_launch.has_value());
}

TEST_CASE("a clean end ends the service as a success, with the code") {
    Story story;
    story.run().exit(0);
    CHECK(story.state() == State::stopped);
    CHECK(story.result().outcome == Outcome::success);
    CHECK(story.result().code == ExitCode{0});
    CHECK_FALSE(story.has_deadline());
    CHECK_FALSE(has<TerminateTree>(story.last()));
}

TEST_CASE("a failure without a restart ends the service with the child's code") {
    Story story(with_policy(RestartPolicy::never));
    story.run().exit(0xC0000005);
    CHECK(story.state() == State::stopped);
    CHECK(story.result().outcome == Outcome::failure);
    CHECK(story.result().code == ExitCode{0xC0000005});
    CHECK(story.snapshot().last_end->kind == EndKind::crashed);
    CHECK(contains(story.result().reason, "crash"));
    CHECK(story.snapshot().reason == story.result().reason);
}

TEST_CASE("a stop that comes while the service ends for Windows' recovery actions is a stop") {
    Options options;
    options.restart.limit = 1;
    options.restart.on_give_up = GiveUp::recover;
    Story story(options);
    story.run().exit(1).wait_for_deadline().then(ChildStarted{k_process_id}).exit(1);
    REQUIRE(story.state() == State::stopped);
    REQUIRE(story.result().outcome == Outcome::recover);
    const StopReason reason = GENERATE(StopReason::asked, StopReason::system_preshutdown);
    CHECK(has<Transition>(story.send(StopRequested{reason})));
    CHECK(story.state() == State::stopped);
    CHECK(story.result().outcome == Outcome::success);
    CHECK(story.snapshot().stop_reason == reason);
    CHECK(story.send(StopRequested{}).empty());
}

TEST_CASE("a stop after a failure leaves the failure as it is") {
    Options options;
    options.restart.policy = RestartPolicy::never;
    Story story(options);
    story.run().exit(1);
    REQUIRE(story.result().outcome == Outcome::failure);
    CHECK(story.send(StopRequested{}).empty());
    CHECK(story.result().outcome == Outcome::failure);
    CHECK_FALSE(story.snapshot().stop_reason);
}

TEST_CASE("what the child left behind is ended before the next run") {
    Story story;
    story.run().exit(3, 2);
    CHECK(story.state() == State::clearing);
    CHECK(all_of<TerminateTree>(story.last()).at(0).code == k_exit_terminated);
    CHECK(story.ahead() == k_kill_timeout);
    CHECK(contains(reason_of(story.last()), "2 processes"));
    CHECK(story.snapshot().process_id == 0);

    SECTION("and then the restart is decided") {
        story.then(TreeEmptied{});
        CHECK(story.state() == State::backoff);
        CHECK(contains(reason_of(story.last()), "exit code 3"));
    }
    SECTION("but not waited for without end") {
        story.wait_for_deadline();
        CHECK(story.state() == State::backoff);
        CHECK(contains(reason_of(story.last()), "2 processes that the child left behind"));
        CHECK(contains(reason_of(story.last()), "exit code 3"));
    }
    SECTION("and a restart by hand comes as soon as they are gone") {
        story.then(RestartRequested{});
        CHECK(story.state() == State::clearing);
        CHECK(story.snapshot().restarting);
        CHECK(has<Launch>(story.send(TreeEmptied{})));
    }
    SECTION("and a stop ends them all") {
        story.stop();
        CHECK(story.state() == State::killing);
        CHECK(has<TerminateTree>(story.last()));
        story.then(TreeEmptied{});
        CHECK(story.result().outcome == Outcome::success);
    }
    SECTION("and a stop wins over a restart by hand") {
        story.then(RestartRequested{}).stop().then(TreeEmptied{});
        CHECK(story.state() == State::stopped);
    }
}

TEST_CASE("a clean end that left processes behind ends as cleanly when they are gone") {
    Story story;
    story.run().exit(0, 1).then(TreeEmptied{});
    CHECK(story.state() == State::stopped);
    CHECK(story.result().outcome == Outcome::success);
}

TEST_CASE("runs that fail at once wait longer each time") {
    Story story;
    story.start();
    for (const Duration wanted : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s, 300s}) {
        story.then(ChildStarted{k_process_id});
        CHECK(wait_after_exit(story, 1) == wanted);
        story.wait_for_deadline();
    }
}

TEST_CASE("a run that stayed up long enough starts the delays over") {
    Story story;
    story.run().exit(1).wait_for_deadline().then(ChildStarted{k_process_id}).exit(1).wait_for_deadline();
    story.then(ChildStarted{k_process_id});
    CHECK(story.ahead() == 10min);

    SECTION("when the deadline told so") {
        CHECK(story.pass_deadline().empty());
        CHECK_FALSE(story.has_deadline());
        CHECK(wait_after_exit(story, 1) == 1s);
    }
    SECTION("when it ends at that moment, before the deadline was told") {
        Story late = story;
        CHECK(late.wait(10min - 1ms).exit(1).ahead() == 4s);
        story.wait(10min - 1ms);
        story.wait(0ms);
        CHECK(story.wait(1ms).exit(1).ahead() == 1s);
    }
}

TEST_CASE("a run counts as stable by its length, even if the deadline was lost") {
    Story story(with({.reset_after = 10s}));
    story.run().exit(1).wait_for_deadline().then(ChildStarted{k_process_id});
    Story lost = story;
    lost.wait(9s);
    CHECK(wait_after_exit(lost, 1) == 2s);
    // The clock moves without a word to the supervisor.
    story.skip(10s);
    CHECK(wait_after_exit(story, 1) == 1s);
}

TEST_CASE("too many restarts within the interval are the end, as on_give_up says") {
    const auto [give_up, outcome] = GENERATE(table<GiveUp, Outcome>({
        {GiveUp::fail, Outcome::failure},
        {GiveUp::stop, Outcome::success},
        {GiveUp::recover, Outcome::recover},
    }));
    Story story(with({.limit = 2, .limit_interval = 1min, .on_give_up = give_up}));
    story.run();
    for (int restart = 0; restart < 2; ++restart) story.exit(9).wait_for_deadline().then(ChildStarted{k_process_id});
    story.exit(9);
    CHECK(story.state() == State::stopped);
    CHECK(story.result().outcome == outcome);
    CHECK(story.result().code == ExitCode{9});
    CHECK(contains(story.result().reason, "2 restarts within 1 min"));
    CHECK_FALSE(story.snapshot().stop_reason.has_value());
}

TEST_CASE("no wait at all still counts: restart_now cannot loop past the limit, nor without a gap") {
    Story story(with(
        {.limit = 5, .rules = {{.exit_codes = {ExitCodeRange{0, 0xFFFFFFFF}}, .action = RuleAction::restart_now}}}));
    story.run();
    int launches = 1;
    while (story.exit(0).state() == State::backoff) {
        CHECK(story.ahead() == k_min_launch_gap);
        story.wait_for_deadline().then(ChildStarted{k_process_id});
        REQUIRE(++launches <= 6);
    }
    CHECK(launches == 6);
    CHECK(story.state() == State::stopped);
}

TEST_CASE("a run that lasted is restarted without any delay where none is wanted") {
    const auto options = GENERATE(values<RestartOptions>({
        {.delay = 0s},
        {.rules = {{.exit_codes = {ExitCodeRange{1, 1}}, .action = RuleAction::restart_now}}},
        {.rules = {{.exit_codes = {ExitCodeRange{1, 1}}, .action = RuleAction::restart, .delay = 0s}}},
    }));
    const auto [lived, wanted] = GENERATE(table<Duration, Duration>({
        {0ms, 100ms},
        {60ms, 40ms},
        {100ms, 0ms},
        {1h, 0ms},
    }));
    Story story(with(options));
    story.run().wait(lived);
    CHECK(wait_after_exit(story, 1) == wanted);
}

TEST_CASE("rules end the service as they say") {
    const auto [action, outcome] = GENERATE(table<RuleAction, Outcome>({
        {RuleAction::stop, Outcome::success},
        {RuleAction::fail, Outcome::failure},
    }));
    Story story(
        with({.policy = RestartPolicy::always, .rules = {{.exit_codes = {ExitCodeRange{7, 7}}, .action = action}}}));
    story.run().exit(7);
    CHECK(story.state() == State::stopped);
    CHECK(story.result().outcome == outcome);
    CHECK(contains(story.result().reason, "rule 1"));
}

TEST_CASE("whoever does not want to wait for the backoff starts or restarts by hand") {
    const auto event = GENERATE(values<Event>({StartRequested{}, RestartRequested{}}));
    Story story;
    story.run().exit(1).wait_for_deadline().then(ChildStarted{k_process_id}).exit(1);
    CHECK(story.ahead() == 2s);
    CHECK(all_of<Launch>(story.send(event)).at(0).run == 3);
    story.then(ChildStarted{k_process_id});
    CHECK(wait_after_exit(story, 1) == 1s);
}

TEST_CASE("a restart by hand stops by the steps and launches when all is gone") {
    Story story;
    story.run();
    const Actions actions = story.send(RestartRequested{});
    CHECK(all_of<BeginStopStep>(actions).at(0).index == 0);
    CHECK(story.state() == State::stopping);
    CHECK(story.snapshot().restarting);
    CHECK_FALSE(story.snapshot().stop_reason.has_value());

    SECTION("at once") {
        CHECK(all_of<Launch>(story.exit(0xC000013A).last()).at(0).run == 2);
        CHECK(story.state() == State::starting);
        CHECK_FALSE(story.snapshot().restarting);
        CHECK(story.snapshot().last_end->asked_for);
        CHECK(story.snapshot().last_end->kind == EndKind::exited);
    }
    SECTION("after the last grandchild") {
        CHECK(story.exit(0, 1).state() == State::stopping);
        CHECK(has<Launch>(story.send(TreeEmptied{})));
    }
    SECTION("after the tree was killed") {
        CHECK(has<TerminateTree>(story.pass_deadline()));
        CHECK(has<Launch>(story.exit(1).last()));
    }
    SECTION("even if grandchildren cannot be ended") {
        story.exit(0, 3).wait_for_deadline();
        CHECK(has<Launch>(story.pass_deadline()));
        CHECK(contains(story.snapshot().reason, "3 processes"));
    }
    SECTION("but never beside a child that cannot be ended") {
        story.wait_for_deadline();
        for (int attempt = 0; attempt < 3; ++attempt) {
            const Actions again = story.pass_deadline();
            CHECK(has<TerminateTree>(again));
            CHECK_FALSE(has<Launch>(again));
            CHECK(story.state() == State::killing);
        }
        CHECK(has<Launch>(story.exit(1).last()));
    }
    SECTION("unless a stop is asked for meanwhile") {
        CHECK(story.stop().snapshot().restarting == false);
        CHECK(story.snapshot().stop_reason == StopReason::asked);
        CHECK(has<Transition>(story.last()));
        CHECK(story.exit(0).state() == State::stopped);
    }
    SECTION("unless a stop is asked for while it is killed") {
        story.wait_for_deadline().stop();
        CHECK(story.wait_for_deadline().state() == State::stopped);
    }
}

TEST_CASE("a restart by hand starts the delays over, and the policy has no say in it") {
    Story story(with_policy(RestartPolicy::on_failure));
    story.run().exit(1).wait_for_deadline().then(ChildStarted{k_process_id});
    story.then(RestartRequested{}).exit(0).then(ChildStarted{k_process_id});
    CHECK(wait_after_exit(story, 1) == 1s);
}

}  // namespace svcwrap::supervise
