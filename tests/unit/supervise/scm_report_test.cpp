#include "supervise/scm_report.hpp"

#include <catch_amalgamated.hpp>

#include "story.hpp"

namespace svcwrap::supervise {
namespace {

using platform::ServiceState;
using platform::SessionReport;

// A story that is told to the SCM after every event.
class ToldStory {
public:
    explicit ToldStory(Options options = {}) : story(std::move(options)) {}
    std::optional<SessionReport> tell() { return reporter.update(story.snapshot(), story.now()); }
    std::optional<SessionReport> tell_later(Duration time) {
        story.skip(time);
        return tell();
    }
    Story story;
    ScmReporter reporter;
};

const Event k_pause = PauseRequested{};
const Event k_continue = ContinueRequested{};

Options pausing_by(PausePolicy policy) {
    Options options;
    options.pause = policy;
    return options;
}

bool accepts_nothing(const platform::AcceptedControls& accepted) {
    return !accepted.stop && !accepted.pause && !accepted.shutdown && !accepted.preshutdown &&
           !accepted.parameter_change;
}

}  // namespace

TEST_CASE("each state is told to the SCM as one of its own") {
    struct Row {
        std::string_view words;
        void (*go)(Story&);
        ServiceState wanted;
    };
    const auto row = GENERATE(values<Row>({
        {"idle", [](Story&) {}, ServiceState::start_pending},
        {"the first launch", [](Story& s) { s.start(); }, ServiceState::start_pending},
        {"a first launch that takes too long", [](Story& s) { s.start().wait(30s); }, ServiceState::running},
        {"running", [](Story& s) { s.run(); }, ServiceState::running},
        {"clearing", [](Story& s) { s.run().exit(1, 1); }, ServiceState::running},
        {"backoff", [](Story& s) { s.run().exit(1); }, ServiceState::running},
        {"the first launch failed", [](Story& s) { s.start().then(LaunchFailed{}); }, ServiceState::running},
        {"a later launch", [](Story& s) { s.run().exit(1).wait(1s); }, ServiceState::running},
        {"stopping", [](Story& s) { s.run().stop(); }, ServiceState::stop_pending},
        {"stopping a launch", [](Story& s) { s.start().stop(); }, ServiceState::stop_pending},
        {"killing", [](Story& s) { s.run().stop().wait(20s); }, ServiceState::stop_pending},
        {"restarting by hand", [](Story& s) { s.run().then(RestartRequested{}); }, ServiceState::running},
        {"killing for a restart", [](Story& s) { s.run().then(RestartRequested{}).wait(20s); }, ServiceState::running},
        {"a restart that became a stop", [](Story& s) { s.run().then(RestartRequested{}).stop(); },
         ServiceState::stop_pending},
        {"stopped", [](Story& s) { s.run().stop().exit(0); }, ServiceState::stopped},
        {"paused without a child", [](Story& s) { s.run().exit(1).then(k_pause); }, ServiceState::paused},
        {"stopping for a pause", [](Story& s) { s.run().then(k_pause); }, ServiceState::pause_pending},
        {"killing for a pause", [](Story& s) { s.run().then(k_pause).wait(20s); }, ServiceState::pause_pending},
        {"clearing for a pause", [](Story& s) { s.run().exit(1, 1).then(k_pause); }, ServiceState::paused},
        {"a first launch, to be paused", [](Story& s) { s.start().then(k_pause); }, ServiceState::start_pending},
        {"a later launch, to be paused", [](Story& s) { s.run().exit(1).wait(1s).then(k_pause); },
         ServiceState::running},
        {"continued", [](Story& s) { s.run().exit(1).then(k_pause).then(k_continue); }, ServiceState::continue_pending},
        {"continued, but it takes too long", [](Story& s) { s.run().exit(1).then(k_pause).then(k_continue).wait(30s); },
         ServiceState::running},
        {"continued, and there", [](Story& s) { s.run().exit(1).then(k_pause).then(k_continue).then(ChildStarted{}); },
         ServiceState::running},
        {"continued, and failed", [](Story& s) { s.run().exit(1).then(k_pause).then(k_continue).then(LaunchFailed{}); },
         ServiceState::running},
        {"restarted out of a pause", [](Story& s) { s.run().exit(1).then(k_pause).then(RestartRequested{}); },
         ServiceState::running},
        {"a pause that became a stop", [](Story& s) { s.run().then(k_pause).stop(); }, ServiceState::stop_pending},
    }));
    Story story(pausing_by(PausePolicy::stop));
    row.go(story);
    INFO(row.words);
    CHECK(scm_state_of(story.snapshot()) == row.wanted);
}

TEST_CASE("a change of the SCM's state is told at once, and nothing else is") {
    ToldStory told;
    CHECK(told.tell()->state == ServiceState::start_pending);
    CHECK_FALSE(told.tell().has_value());
    told.story.start();
    CHECK_FALSE(told.tell().has_value());
    told.story.then(ChildStarted{k_process_id});
    const auto running = told.tell();
    REQUIRE(running.has_value());
    CHECK(running->state == ServiceState::running);
    CHECK(running->checkpoint == 0);
    CHECK(running->wait_hint == 0s);
    CHECK(running->accepted.stop);
    CHECK(running->accepted.preshutdown);
    CHECK_FALSE(running->accepted.shutdown);
    CHECK_FALSE(running->accepted.pause);
    CHECK(running->accepted.parameter_change);
    CHECK_FALSE(told.reporter.due().has_value());
    for (int restart = 0; restart < 3; ++restart) {
        told.story.exit(1);
        CHECK_FALSE(told.tell().has_value());
        told.story.wait_for_deadline();
        CHECK_FALSE(told.tell().has_value());
        told.story.then(ChildStarted{k_process_id});
        CHECK_FALSE(told.tell_later(1h).has_value());
    }
}

TEST_CASE("while something is pending, checkpoints rise and hints grow and cover the wait") {
    const auto go = GENERATE(values<void (*)(Story&)>({
        [](Story& s) { s.start(); },
        [](Story& s) { s.run().stop(); },
    }));
    ToldStory told({.start = {.timeout = k_forever}, .restart = {}, .stop = {.steps = {{.timeout = k_forever}}}});
    go(told.story);
    auto before = told.tell();
    REQUIRE(before.has_value());
    CHECK(before->checkpoint == 1);
    CHECK(before->wait_hint == k_checkpoint_interval + k_hint_margin);
    CHECK(accepts_nothing(before->accepted));
    for (int report = 0; report < 20; ++report) {
        CHECK(told.reporter.due() == told.story.now() + k_checkpoint_interval);
        CHECK_FALSE(told.tell_later(k_checkpoint_interval - 1ms).has_value());
        const auto next = told.tell_later(1ms);
        REQUIRE(next.has_value());
        CHECK(next->state == before->state);
        CHECK(next->checkpoint == before->checkpoint + 1);
        CHECK(next->wait_hint > before->wait_hint);
        CHECK(next->wait_hint >= k_checkpoint_interval + k_hint_margin);
        before = next;
    }
}

TEST_CASE("a stop from START_PENDING begins its checkpoints anew") {
    ToldStory told;
    told.story.start();
    (void)told.tell();
    CHECK(told.tell_later(10s)->checkpoint == 2);
    told.story.stop();
    const auto report = told.tell();
    REQUIRE(report.has_value());
    CHECK(report->state == ServiceState::stop_pending);
    CHECK(report->checkpoint == 1);
    CHECK(report->wait_hint == k_checkpoint_interval + k_hint_margin);
}

TEST_CASE("a launch that takes too long can be stopped: it is told as running") {
    ToldStory told;
    told.story.start();
    (void)told.tell();
    told.story.wait(30s);
    const auto report = told.tell();
    REQUIRE(report.has_value());
    CHECK(report->state == ServiceState::running);
    CHECK(report->accepted.stop);
    told.story.then(ChildStarted{k_process_id});
    CHECK_FALSE(told.tell().has_value());
}

TEST_CASE("a pause and its end are told as Windows knows them") {
    ToldStory told(pausing_by(PausePolicy::stop));
    told.story.run();
    CHECK(told.tell()->accepted.pause);
    told.story.then(k_pause);
    const auto pausing = told.tell();
    CHECK(pausing->state == ServiceState::pause_pending);
    CHECK(pausing->checkpoint == 1);
    CHECK((pausing->accepted.stop && pausing->accepted.preshutdown && !pausing->accepted.pause));
    CHECK(told.tell_later(10s)->checkpoint == 2);
    told.story.exit(0);
    const auto paused = told.tell();
    CHECK(paused->state == ServiceState::paused);
    CHECK(paused->checkpoint == 0);
    CHECK((paused->accepted.stop && paused->accepted.preshutdown && paused->accepted.pause &&
           paused->accepted.parameter_change && !paused->accepted.shutdown));
    CHECK_FALSE(told.reporter.due().has_value());
    told.story.then(k_continue);
    const auto continuing = told.tell();
    CHECK(continuing->state == ServiceState::continue_pending);
    CHECK((continuing->accepted.stop && continuing->accepted.preshutdown && !continuing->accepted.pause));
    CHECK(told.tell_later(10s)->checkpoint == 2);
    told.story.then(ChildStarted{k_process_id});
    CHECK(told.tell()->state == ServiceState::running);
}

TEST_CASE("what is accepted follows the configuration") {
    ToldStory told;
    told.story.run();
    CHECK_FALSE(told.tell()->accepted.pause);
    told.story.then(Reconfigured{pausing_by(PausePolicy::suspend)});
    const auto more = told.tell();
    REQUIRE(more.has_value());
    CHECK(more->state == ServiceState::running);
    CHECK(more->accepted.pause);
    told.story.then(k_pause).then(Reconfigured{});
    CHECK(told.tell()->accepted.pause);
    told.story.then(k_continue);
    CHECK_FALSE(told.tell()->accepted.pause);
}

TEST_CASE("only ways that Windows knows are told; where there is no direct one, the state between is told first") {
    using enum ServiceState;
    struct Row {
        PausePolicy policy;
        std::vector<Event> events;
        std::vector<ServiceState> wanted;
    };
    const Event started = ChildStarted{k_process_id};
    const Event failed = ChildExited{ExitCode{1}, 0};
    const Event restart = RestartRequested{};
    const Event stop = StopRequested{};
    const auto row = GENERATE_COPY(values<Row>({
        {PausePolicy::suspend, {k_pause, started}, {start_pending, running, paused}},
        {PausePolicy::stop, {k_pause, started}, {start_pending, running, pause_pending}},
        {PausePolicy::stop, {k_pause, LaunchFailed{}}, {start_pending, running, paused}},
        {PausePolicy::suspend,
         {started, failed, k_pause, k_continue, k_pause, started},
         {start_pending, running, paused, continue_pending, running, paused}},
        {PausePolicy::stop,
         {started, failed, k_pause, k_continue, k_pause, started},
         {start_pending, running, paused, continue_pending, running, pause_pending}},
        {PausePolicy::stop,
         {started, failed, k_pause, k_continue, stop},
         {start_pending, running, paused, continue_pending, stop_pending}},
        {PausePolicy::stop, {started, k_pause, restart}, {start_pending, running, pause_pending, paused, running}},
        {PausePolicy::stop,
         {started, k_pause, k_continue, failed},
         {start_pending, running, pause_pending, paused, running}},
        {PausePolicy::stop, {started, k_pause, stop}, {start_pending, running, pause_pending, stop_pending}},
        {PausePolicy::suspend, {started, k_pause, stop}, {start_pending, running, paused, stop_pending}},
        {PausePolicy::suspend, {started, k_pause, k_continue}, {start_pending, running, paused, running}},
    }));
    ToldStory told(pausing_by(row.policy));
    std::vector<ServiceState> states;
    const auto tell_all = [&] {
        while (const auto report = told.tell()) states.push_back(report->state);
    };
    told.story.start();
    tell_all();
    for (const Event& event : row.events) {
        told.story.then(event);
        tell_all();
    }
    CHECK(states == row.wanted);
}

TEST_CASE("the end is told once, and nothing after it") {
    ToldStory told;
    told.story.run();
    (void)told.tell();
    told.story.stop();
    (void)told.tell();
    told.story.exit(0);
    CHECK(told.tell()->state == ServiceState::stopped);
    CHECK_FALSE(told.tell().has_value());
    CHECK_FALSE(told.tell_later(1h).has_value());
    CHECK_FALSE(told.reporter.due().has_value());
}

TEST_CASE("an end that is left to the SCM's recovery is not told") {
    ToldStory told(
        {.start = {}, .restart = {.limit = 1, .limit_interval = k_forever, .on_give_up = GiveUp::recover}, .stop = {}});
    told.story.run();
    (void)told.tell();
    told.story.exit(1).wait_for_deadline().then(ChildStarted{k_process_id}).exit(1);
    REQUIRE(told.story.state() == State::stopped);
    CHECK_FALSE(told.tell().has_value());
    CHECK_FALSE(told.reporter.due().has_value());
}

TEST_CASE("STOPPED carries what the service came to") {
    const auto [outcome, code, win32, service] =
        GENERATE(table<Outcome, std::optional<ExitCode>, std::uint32_t, std::uint32_t>({
            {Outcome::success, std::nullopt, 0, 0},
            {Outcome::success, ExitCode{3}, 0, 0},
            {Outcome::failure, ExitCode{3}, 1066, 3},
            {Outcome::failure, ExitCode{0xC0000005}, 1066, 0xC0000005},
            {Outcome::failure, std::nullopt, 1067, 0},
        }));
    const SessionReport report = stopped_report({outcome, code, "because"});
    CHECK(report.state == ServiceState::stopped);
    CHECK(report.win32_exit_code == win32);
    CHECK(report.service_exit_code == service);
    CHECK(report.checkpoint == 0);
    CHECK(report.wait_hint == 0s);
    CHECK(accepts_nothing(report.accepted));
}

}  // namespace svcwrap::supervise
