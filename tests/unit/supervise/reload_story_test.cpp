// Stories of new options, scheduled restarts, and the record of each run.
#include <catch_amalgamated.hpp>

#include "story.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::supervise {
namespace {

const Event k_scheduled = RestartRequested{RestartReason::scheduled};

}  // namespace

TEST_CASE("new options decide everything from then on") {
    Story story;
    SECTION("the first launch") {
        Options options;
        options.start.timeout = 7s;
        CHECK(story.send(Reconfigured{options}).empty());
        CHECK(story.start().ahead() == 7s);
    }
    SECTION("the next delay") {
        story.run().then(Reconfigured{with({.delay = 9s})});
        CHECK(wait_after_exit(story, 1) == 9s);
    }
    SECTION("the delay after next, not the one that runs") {
        story.run().exit(1).then(Reconfigured{with({.delay = 9s})});
        CHECK(story.ahead() == 1s);
        story.wait_for_deadline().then(ChildStarted{k_process_id});
        CHECK(wait_after_exit(story, 1) == 18s);
    }
    SECTION("the policy") {
        story.run().then(Reconfigured{with({.policy = RestartPolicy::never})}).exit(1);
        CHECK(story.state() == State::stopped);
    }
    SECTION("the policy, while the tree is being ended") {
        story.run().exit(1, 1).then(Reconfigured{with({.policy = RestartPolicy::never})}).then(TreeEmptied{});
        CHECK(story.state() == State::stopped);
    }
    SECTION("the rules") {
        RestartOptions restart;
        restart.rules = {{.exit_codes = {ExitCodeRange{0, 0}}, .action = RuleAction::restart, .delay = 4s}};
        story.run().then(Reconfigured{with(restart)});
        CHECK(wait_after_exit(story, 0) == 4s);
    }
    SECTION("the next stop") {
        story.run().then(Reconfigured{with_steps({{StopMethod::ctrl_c, 4s}})}).stop();
        CHECK(story.ahead() == 4s);
    }
    SECTION("not the stop that is under way") {
        story.run().stop().then(Reconfigured{with_steps({})});
        CHECK(story.state() == State::stopping);
        CHECK(story.ahead() == 20s);
    }
    SECTION("the stop of a child that comes late") {
        story.start().stop().then(Reconfigured{with_steps({{StopMethod::ctrl_c, 4s}})});
        CHECK(story.ahead() == k_kill_timeout);
        CHECK(story.then(ChildStarted{k_process_id}).ahead() == 4s);
    }
    SECTION("whether a pause is accepted") {
        Options options;
        options.pause = PausePolicy::suspend;
        CHECK_FALSE(story.run().snapshot().accepts_pause);
        CHECK(story.then(Reconfigured{options}).snapshot().accepts_pause);
    }
    SECTION("not a launch that is under way") {
        Options options;
        options.start.timeout = 7s;
        story.start().then(Reconfigured{options});
        CHECK(story.ahead() == 30s);
    }
}

TEST_CASE("a new reset_after counts from the start of the run at hand") {
    Story story;
    story.run().exit(1).wait_for_deadline().then(ChildStarted{k_process_id}).wait(1min);
    SECTION("longer") {
        story.then(Reconfigured{with({.reset_after = 1h})});
        CHECK(story.ahead() == 59min);
    }
    SECTION("over already") {
        story.then(Reconfigured{with({.reset_after = 10s})});
        CHECK(story.ahead() <= 0s);
        story.wait(0ms);
        CHECK(wait_after_exit(story, 1) == 1s);
    }
    SECTION("never") {
        story.then(Reconfigured{with({.reset_after = k_forever})});
        CHECK_FALSE(story.has_deadline());
    }
    SECTION("and not where nothing is to be reset") {
        story.wait(1h).then(Reconfigured{with({.reset_after = 2h})});
        CHECK_FALSE(story.has_deadline());
    }
}

TEST_CASE("a lower limit counts what was restarted before") {
    Story story(with({.limit = 5}));
    story.run();
    for (int restart = 0; restart < 3; ++restart) story.exit(1).wait_for_deadline().then(ChildStarted{k_process_id});
    story.then(Reconfigured{with({.limit = 2})}).exit(1);
    CHECK(story.state() == State::stopped);
    CHECK(story.snapshot().gave_up);
}

TEST_CASE("a scheduled restart goes through the steps and leaves the delays alone") {
    Story story;
    story.run().exit(1).wait_for_deadline().then(ChildStarted{k_process_id}).then(k_scheduled);
    CHECK(has<BeginStopStep>(story.last()));
    CHECK(story.snapshot().restarting);
    CHECK(contains(story.snapshot().reason, "scheduled"));
    story.exit(0);
    CHECK(all_of<Launch>(story.last()).at(0).reason == StartReason::scheduled);
    CHECK(story.snapshot().start_reason == StartReason::scheduled);
    story.then(ChildStarted{k_process_id});
    CHECK(wait_after_exit(story, 1) == 2s);
}

TEST_CASE("a schedule concerns a running child only") {
    const auto go = GENERATE(values<void (*)(Story&)>({
        [](Story&) {},
        [](Story& s) { s.start(); },
        [](Story& s) { s.run().exit(1); },
        [](Story& s) { s.run().exit(1, 1); },
        [](Story& s) { s.run().stop(); },
        [](Story& s) { s.run().stop().exit(0); },
    }));
    Story story;
    go(story);
    const Snapshot before = story.snapshot();
    CHECK(story.send(k_scheduled).empty());
    CHECK(story.state() == before.state);
    CHECK_FALSE(story.snapshot().restarting);
}

TEST_CASE("each launch says why") {
    Story story;
    CHECK(all_of<Launch>(story.start().last()).at(0).reason == StartReason::requested);
    story.then(ChildStarted{k_process_id}).exit(1);
    CHECK(all_of<Launch>(story.wait_for_deadline().last()).at(0).reason == StartReason::policy);
    story.then(ChildStarted{k_process_id}).exit(1);
    CHECK(all_of<Launch>(story.start().last()).at(0).reason == StartReason::asked);
    story.then(ChildStarted{k_process_id}).then(RestartRequested{}).exit(0);
    CHECK(all_of<Launch>(story.last()).at(0).reason == StartReason::asked);
    CHECK(story.snapshot().start_reason == StartReason::asked);
}

TEST_CASE("each run has one record, before what follows") {
    struct Row {
        std::string_view words;
        void (*go)(Story&);
        EndKind kind;
        Aftermath aftermath;
        std::optional<StopReason> stop_reason;
        std::string_view why;
    };
    constexpr auto k_asked = StopReason::asked;
    const auto row = GENERATE_COPY(values<Row>({
        {"a restart by policy", [](Story& s) { s.run().exit(3); }, EndKind::exited, Aftermath::restart, {}, "policy"},
        {"a crash", [](Story& s) { s.run().exit(0xC0000005); }, EndKind::crashed, Aftermath::restart, {}, "crash"},
        {"a clean end", [](Story& s) { s.run().exit(0); }, EndKind::exited, Aftermath::stopped, {}, "no restart"},
        {"a failed launch",
         [](Story& s) { s.start().then(LaunchFailed{launch_error()}); },
         EndKind::launch_failed,
         Aftermath::restart,
         {},
         "access is denied"},
        {"a late failure",
         [](Story& s) { s.start().wait(30s).then(LaunchFailed{launch_error()}); },
         EndKind::start_timed_out,
         Aftermath::restart,
         {},
         "after its time"},
        {"a rule that fails",
         [](Story& s) {
             RestartOptions restart;
             restart.rules = {{.exit_codes = {ExitClass::crash}, .action = RuleAction::fail, .delay = {}}};
             s.run().then(Reconfigured{with(restart)}).exit(0xC0000005);
         },
         EndKind::crashed,
         Aftermath::failed,
         {},
         "rule 1"},
        {"the limit",
         [](Story& s) {
             s.then(Reconfigured{with({.limit = 1, .on_give_up = GiveUp::stop})}).run().exit(1).wait_for_deadline();
             s.then(ChildStarted{k_process_id}).exit(9);
         },
         EndKind::exited,
         Aftermath::gave_up,
         {},
         "given up"},
        {"a stop", [](Story& s) { s.run().stop().exit(0); }, EndKind::exited, Aftermath::stopped, k_asked,
         "as requested"},
        {"a stop with a late tree", [](Story& s) { s.run().stop().exit(0, 2).then(TreeEmptied{}); }, EndKind::exited,
         Aftermath::stopped, k_asked, "as requested"},
        {"a restart by hand",
         [](Story& s) { s.run().then(RestartRequested{}).exit(0); },
         EndKind::exited,
         Aftermath::restart,
         {},
         "restart requested"},
        {"a stop while clearing", [](Story& s) { s.run().exit(1, 2).stop().then(TreeEmptied{}); }, EndKind::exited,
         Aftermath::stopped, k_asked, "as requested"},
        {"a stopped launch", [](Story& s) { s.start().stop().then(LaunchFailed{launch_error()}); },
         EndKind::launch_failed, Aftermath::stopped, k_asked, "access is denied"},
        {"a launch that never returned", [](Story& s) { s.start().stop().wait_for_deadline().wait_for_deadline(); },
         EndKind::launch_failed, Aftermath::stopped, k_asked, "never returned"},
        {"a child that could not be ended", [](Story& s) { s.run().stop().wait_for_deadline().wait_for_deadline(); },
         EndKind::left_over, Aftermath::stopped, k_asked, "process 4711"},
    }));
    Story story;
    row.go(story);
    INFO(row.words);
    const Actions& actions = story.last();
    const auto over = all_of<RunOver>(actions);
    REQUIRE(over.size() == 1);
    CHECK(std::holds_alternative<RunOver>(actions[0]));
    CHECK(std::holds_alternative<Transition>(actions[1]));
    CHECK(over[0].run == (has<Launch>(actions) ? story.snapshot().run - 1 : story.snapshot().run));
    CHECK(over[0].end.kind == row.kind);
    const bool ended_by_itself = row.words == "a stop while clearing" || !row.stop_reason;
    CHECK(over[0].end.asked_for == (!ended_by_itself || row.words == "a restart by hand"));
    CHECK(over[0].aftermath == row.aftermath);
    CHECK(over[0].stop_reason == row.stop_reason);
    CHECK(contains(over[0].why, row.why));
    CHECK(story.snapshot().gave_up == (row.aftermath == Aftermath::gave_up));
    CHECK(story.snapshot().last_end->kind == row.kind);
    CHECK_FALSE(has<RunOver>(story.stop().last()));
}

TEST_CASE("a child that comes after the service has stopped has no second record") {
    Story story;
    story.start().stop().wait_for_deadline().wait_for_deadline();
    CHECK(has<RunOver>(story.last()));
    CHECK_FALSE(has<RunOver>(story.send(ChildStarted{k_process_id})));
}

TEST_CASE("the journal speaks in plain words") {
    const auto [event, words] = GENERATE(table<Event, std::string>({
        {StopRequested{}, "stop requested"},
        {StopRequested{StopReason::console}, "stop requested at the console"},
        {StopRequested{StopReason::system_shutdown}, "the system shuts down"},
        {StopRequested{StopReason::system_preshutdown}, "the system is about to shut down"},
        {RestartRequested{}, "restart requested"},
        {k_scheduled, "scheduled restart"},
    }));
    Story story;
    story.run().then(event);
    CHECK(story.snapshot().reason == words);
    CHECK_FALSE(contains(story.snapshot().reason, "_"));
}

TEST_CASE("reasons of restarts and starts, and what follows a run, have names") {
    CHECK(name_of(RestartReason::scheduled) == "scheduled");
    CHECK(name_of(StartReason::continued) == "continued");
    CHECK(name_of(StartReason::requested) == "requested");
    CHECK(name_of(Aftermath::gave_up) == "gave_up");
    CHECK(name_of(Aftermath::paused) == "paused");
    CHECK(name_of(State::paused) == "paused");
    CHECK(name_of(EndKind::left_over) == "left_over");
    CHECK(name_of(StopMethod::standard_input) == "stdin");
    CHECK(name_of(StopMethod::pre_stop) == "pre-stop");
}

}  // namespace svcwrap::supervise
