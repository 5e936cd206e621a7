#include "host/service_events.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <chrono>
#include <vector>

#include "support/fake_clock.hpp"
#include "support/fake_event_log.hpp"

namespace svcwrap::host {

namespace {

using namespace std::chrono_literals;
using supervise::Aftermath;
using supervise::EndKind;
using supervise::State;

struct World {
    std::shared_ptr<testing::FakeEventLog> log = std::make_shared<testing::FakeEventLog>();
    testing::FakeClock clock;
    config::ServiceConfig config;
    supervise::Snapshot now;
    ServiceEvents events{log, clock, "MyApp", {}};

    World() { config.process.executable = "/apps/app"; }

    void change(State from, State to) { events.changed({.from = from, .to = to, .reason = "so it is"}, now, config); }
    void end_run(supervise::RunEnd end, Aftermath aftermath) {
        const supervise::RunOver over{.run = 1, .end = end, .aftermath = aftermath, .stop_reason = {}, .why = "policy"};
        events.run_over(over, end, now, config);
    }
    // All that was said, in order.
    std::vector<int> ids() {
        events.close(60s);
        std::vector<int> ids;
        for (const auto& record : log->records()) ids.push_back(record.id);
        return ids;
    }
    [[nodiscard]] std::string text(std::size_t index) const { return log->records().at(index).text; }
};

}  // namespace

TEST_CASE("The start of a service is one event, however often its program is started again") {
    World world;
    world.now.process_id = 42;
    world.change(State::idle, State::starting);
    world.change(State::starting, State::running);
    world.change(State::running, State::backoff);
    world.change(State::starting, State::running);
    CHECK(world.ids() == std::vector{1});
    CHECK(world.text(0).contains("/apps/app"));
    CHECK(world.text(0).contains("process 42"));
}

TEST_CASE("How a run ended decides which event it is, and what follows is another") {
    World world;
    const auto [kind, code, id] = GENERATE(table<EndKind, std::uint32_t, int>({{EndKind::exited, 0U, 100},
                                                                               {EndKind::exited, 3U, 101},
                                                                               {EndKind::crashed, 0xC0000005U, 102},
                                                                               {EndKind::launch_failed, 0U, 103},
                                                                               {EndKind::start_timed_out, 0U, 104}}));
    CAPTURE(id);
    world.now.next_launch = world.clock.now() + 7s;
    world.events.child_started(world.clock.wall_now());
    world.end_run({.kind = kind,
                   .code = {code},
                   .detail = "no such file",
                   .when = world.clock.wall_now() + 45s,
                   .asked_for = false},
                  Aftermath::restart);
    CHECK(world.ids() == std::vector{id, 200});
    if (id <= 102) CHECK(world.text(0).contains("45s"));
    CHECK(world.text(1).contains("7s"));
    CHECK(world.text(1).contains("policy"));
}

TEST_CASE("A stop that was asked for is told by its end alone, unless the program had to be killed") {
    World world;
    world.now.was_killed = GENERATE(false, true);
    world.change(State::starting, State::running);
    world.end_run({.kind = EndKind::exited, .code = {1}, .detail = {}, .when = {}, .asked_for = true},
                  Aftermath::stopped);
    world.now.result = supervise::FinalResult{};
    world.change(State::stopping, State::stopped);
    CHECK(world.ids() == (world.now.was_killed ? std::vector{1, 6, 2} : std::vector{1, 2}));
}

TEST_CASE("Giving up is told apart from leaving it to Windows, and from a service that never ran") {
    using supervise::Outcome;
    World world;
    SECTION("it gave up") {
        world.change(State::starting, State::running);
        world.now.gave_up = true;
        world.now.result = supervise::FinalResult{.outcome = Outcome::failure, .code = {}, .reason = {}};
        world.change(State::running, State::stopped);
        CHECK(world.ids() == std::vector{1, 202, 2});
    }
    SECTION("Windows decides") {
        world.change(State::starting, State::running);
        world.now.gave_up = true;
        world.now.result = supervise::FinalResult{.outcome = Outcome::recover, .code = {}, .reason = {}};
        world.change(State::running, State::stopped);
        CHECK(world.ids() == std::vector{1, 203, 2});
    }
    SECTION("it never ran") {
        world.now.result = supervise::FinalResult{.outcome = Outcome::failure, .code = {}, .reason = {}};
        world.change(State::starting, State::stopped);
        CHECK(world.ids() == std::vector{3});
    }
}

TEST_CASE("A pause and its end are events, and so are the troubles of the logs and their end") {
    World world;
    world.change(State::running, State::paused);
    world.change(State::paused, State::running);
    world.events.logs_said({.subject = logs::Subject::writing, .lasts = true, .text = "access is denied"});
    world.events.logs_said({.subject = logs::Subject::writing, .lasts = false, .text = "written again after 3s"});
    world.events.restarting_by_schedule({.every = 24h, .at = {}});
    CHECK(world.ids() == std::vector{4, 5, 1, 600, 601, 201});
}

TEST_CASE("What the logs tell is an event of its own kind, by what it is about and whether it lasts") {
    using logs::Subject;
    const auto [subject, lasts, id] = GENERATE(table<Subject, bool, int>({{Subject::writing, true, 600},
                                                                          {Subject::writing, false, 601},
                                                                          {Subject::rotation, true, 600},
                                                                          {Subject::rotation, false, 601},
                                                                          {Subject::retention, true, 600},
                                                                          {Subject::retention, false, 601},
                                                                          {Subject::sync, true, 600},
                                                                          {Subject::sync, false, 601},
                                                                          {Subject::compression, true, 600},
                                                                          {Subject::compression, false, 601},
                                                                          {Subject::file, false, 600},
                                                                          {Subject::settings, false, 600},
                                                                          {Subject::disk, true, 602},
                                                                          {Subject::disk, false, 603},
                                                                          {Subject::loss, false, 604}}));
    CAPTURE(id);
    World world;
    world.events.logs_said({.subject = subject, .lasts = lasts, .text = "so it is"});
    CHECK(world.ids() == std::vector{id});
    CHECK(world.text(0).contains("so it is"));
}

TEST_CASE("Without an Event Log nothing is said and nothing fails") {
    testing::FakeClock clock;
    ServiceEvents events(nullptr, clock, "MyApp", {});
    events.say(EventId::hook_failed, {"it broke"});
    events.logs_said({.text = "x"});
    CHECK_NOTHROW(events.close(1s));
}

}  // namespace svcwrap::host
