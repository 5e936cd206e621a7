// Stories of launches: those that fail, and those that take too long.
#include <catch_amalgamated.hpp>

#include "story.hpp"

namespace svcwrap::supervise {

TEST_CASE("a failed launch tells why, and is restarted like any failure") {
    Story story;
    story.start().then(LaunchFailed{launch_error()});
    CHECK(story.state() == State::backoff);
    CHECK(story.snapshot().last_end->kind == EndKind::launch_failed);
    CHECK(story.snapshot().last_end->detail == to_text(launch_error()));
    CHECK(contains(reason_of(story.last()), "create process"));
    CHECK(contains(reason_of(story.last()), "access is denied"));
    CHECK_FALSE(contains(reason_of(story.last()), "\n"));
}

TEST_CASE("a failed launch that is not restarted ends as a failure without a code") {
    Story story(with_policy(RestartPolicy::on_success));
    story.start().then(LaunchFailed{launch_error()});
    CHECK(story.state() == State::stopped);
    CHECK(story.result().outcome == Outcome::failure);
    CHECK_FALSE(story.result().code.has_value());
}

TEST_CASE("the code of an earlier run is not the code of a launch that failed") {
    Story story(with({.policy = RestartPolicy::on_failure, .limit = 1, .limit_interval = k_forever}));
    story.run().exit(3).wait_for_deadline().then(LaunchFailed{launch_error()});
    CHECK(story.state() == State::stopped);
    CHECK_FALSE(story.result().code.has_value());
}

TEST_CASE("a launch that takes too long is told once and waited for") {
    Story story;
    story.start();
    const Actions actions = story.pass(30s);
    REQUIRE(actions.size() == 1);
    CHECK(std::get<Transition>(actions[0]).from == State::starting);
    CHECK(std::get<Transition>(actions[0]).to == State::starting);
    CHECK(contains(reason_of(actions), "30 s"));
    CHECK(story.snapshot().launch_overdue);
    CHECK_FALSE(story.snapshot().pending_until.has_value());
    CHECK(story.snapshot().since == story.now() - 30s);
    CHECK_FALSE(story.has_deadline());
    CHECK(story.pass(1h).empty());

    SECTION("a child that comes late is a child") {
        story.then(ChildStarted{k_process_id});
        CHECK(story.state() == State::running);
        CHECK_FALSE(story.snapshot().launch_overdue);
    }
    SECTION("a late failure is a timeout") {
        story.then(LaunchFailed{launch_error()});
        CHECK(story.snapshot().last_end->kind == EndKind::start_timed_out);
        CHECK(story.state() == State::backoff);
        CHECK_FALSE(story.wait_for_deadline().snapshot().launch_overdue);
    }
}

TEST_CASE("the time of a launch runs from where the hooks before it are over") {
    Story story;
    story.has_hooks = true;
    story.start();
    CHECK_FALSE(story.has_deadline());
    SECTION("a hook that takes longer and fails is no timeout") {
        story.wait(10min).then(LaunchFailed{launch_error()});
        CHECK(story.snapshot().last_end->kind == EndKind::launch_failed);
    }
    SECTION("a launch that takes longer than the rest is one") {
        story.wait(10min).then(LaunchBegun{});
        CHECK(story.ahead() == 30s);
        story.wait(10s).then(LaunchBegun{});
        CHECK(story.ahead() == 20s);
        story.wait_for_deadline();
        CHECK(story.snapshot().launch_overdue);
        story.then(LaunchBegun{}).then(LaunchFailed{launch_error()});
        CHECK(story.snapshot().last_end->kind == EndKind::start_timed_out);
    }
    SECTION("a stop does not wait for it") {
        story.stop().then(LaunchBegun{});
        CHECK(story.state() == State::stopping);
        CHECK(story.ahead() == k_kill_timeout);
    }
}

TEST_CASE("a start without a timeout has none") {
    Story story({.start = {.timeout = k_forever}, .restart = {}, .stop = {}});
    CHECK_FALSE(story.start().has_deadline());
}

}  // namespace svcwrap::supervise
