// Stops: every one ends, whatever the child, its descendants, the disk or the system do.
#include <catch_amalgamated.hpp>
#include <vector>

#include "scenarios/stage.hpp"
#include "supervise/scm_report.hpp"

using namespace svcwrap;
using namespace svcwrap::testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using platform::ConsoleEvent;
using supervise::Outcome;
using supervise::State;
using supervise::StopMethod;

TEST_CASE("A step sends its own event, and the next step is not needed if the child obeys") {
    Stage stage;
    const bool by_break = GENERATE(false, true);
    const StopMethod method = by_break ? StopMethod::ctrl_break : StopMethod::ctrl_c;
    stage.config.supervise.stop.steps = {{.method = method, .timeout = 10min},
                                         {.method = StopMethod::terminate, .timeout = 10min}};
    stage.launcher.add({.obeys_control_c = !by_break, .obeys_control_break = by_break});
    const auto child = stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(child->events() == std::vector{by_break ? ConsoleEvent::control_break : ConsoleEvent::control_c});
    CHECK(child->terminations() == 0);
}

// How long a thread takes to send an event is not known: which of them are sent within so short a time is not asked.
TEST_CASE("A child that ignores every event is ended by the job object, after every step") {
    Stage stage;
    stage.config.supervise.stop.steps = {{.method = StopMethod::ctrl_c, .timeout = 50ms},
                                         {.method = StopMethod::ctrl_break, .timeout = 50ms}};
    stage.launcher.add({.obeys_control_c = false, .obeys_control_break = false});
    const auto child = stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    const auto run = stage.history().at(0);
    REQUIRE(run.stop_steps.size() == 2);
    CHECK(run.stop_steps[0].method == StopMethod::ctrl_c);
    CHECK(run.stop_steps[1].method == StopMethod::ctrl_break);
    CHECK_FALSE(run.stop_steps[1].ended_it);
    CHECK(run.was_killed);
    CHECK(child->terminations() >= 1);
    CHECK(stage.launcher.running() == 0);
}

TEST_CASE("An event that cannot be sent gives way to the next step at once") {
    Stage stage;
    stage.config.supervise.stop.steps = {{.method = StopMethod::ctrl_c, .timeout = 1h},
                                         {.method = StopMethod::terminate, .timeout = 1h}};
    stage.signaller.fail_with(Error{.kind = ErrorKind::io_failed, .message = "it has no console"});
    const auto child = stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(child->terminations() >= 1);
    stage.wait_for_journal("it has no console");
}

TEST_CASE("A sender of events that hangs does not hang the stop") {
    Stage stage;
    stage.config.supervise.stop.steps = {{.method = StopMethod::ctrl_c, .timeout = 50ms}};
    stage.signaller.block();
    const auto child = stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(child->terminations() >= 1);
}

TEST_CASE("Descendants get the rest of the step's time, and are ended when it is over") {
    Stage stage;
    stage.config.supervise.stop.steps = {{.method = StopMethod::ctrl_break, .timeout = 100ms}};
    stage.launcher.add({.left_behind = 2});
    const auto child = stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(child->active_processes() == 0);
    CHECK(child->terminations() >= 1);
}

TEST_CASE("Descendants that end in time are not ended by force") {
    Stage stage;
    stage.config.supervise.stop.steps = {{.method = StopMethod::ctrl_break, .timeout = 10min}};
    stage.launcher.add({.left_behind = 2});
    const auto child = stage.start_and_wait();
    stage.host().request_stop(supervise::StopReason::asked);
    stage.wait_until([&] { return child->exit_code().has_value(); });
    child->leave_rest();
    CHECK(stage.wait_for_end().outcome == Outcome::success);
    CHECK(child->terminations() == 0);
}

TEST_CASE("Processes left behind by a dead child are gone before the next one starts") {
    Stage stage;
    stage.launcher.add({.exit = ExitCode{1}, .left_behind = 3});
    stage.start();
    (void)stage.child(1);
    CHECK(stage.launcher.running() == 1);
    CHECK(stage.child(0)->terminations() >= 1);
    CHECK(stage.child(0)->active_processes() == 0);
    (void)stage.stop_and_wait();
}

TEST_CASE("A process outside the tree that holds the output does not hold the stop") {
    Stage stage;
    stage.start();
    const auto child = stage.child(0);
    child->print("last words\n");
    child->output()->add_writer();
    stage.wait_for_state(State::running);
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(stage.output() == "last words\n");
    stage.wait_for_journal("still holds it");
}

TEST_CASE("A stop while the service waits for a restart starts nothing more") {
    Stage stage;
    stage.config.supervise.restart.delay = 1h;
    stage.config.supervise.restart.max_delay = 1h;
    stage.launcher.add({.exit = ExitCode{1}});
    stage.start();
    (void)stage.child(0);
    stage.wait_for_state(State::backoff);
    REQUIRE(stage.state_file().next_launch);
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(stage.launcher.launches() == 1);
}

TEST_CASE("A stop during a launch that hangs ends, and the late child does not live") {
    Stage stage;
    stage.launcher.add({.block_launch = true});
    stage.start();
    stage.wait_until([&] { return stage.launcher.launches() == 1; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    stage.launcher.release_launches();
    const auto late = stage.child(0);
    stage.wait_until([&] { return late->is_released(); });
}

TEST_CASE("A disk that stalls delays no stop") {
    Stage stage;
    const auto child = stage.start_and_wait();
    stage.files.stall(Operation::write_whole);
    stage.files.stall(Operation::put_whole);
    stage.files.stall(Operation::append_write);
    child->print("into a disk that hangs\n");
    stage.wait_until([&] { return stage.files.stalled_calls() >= 1; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("A stop waits for readers to find the last state and the last run, and not until the disk has them") {
    Stage stage;
    stage.start();
    const auto child = stage.child(0);
    stage.wait_for_state(State::running);
    child->print("last words\n");
    stage.files.fail_every(Operation::write_whole, disk_full_error(Stage::k_history));  // so that the end writes it
    stage.files.stall(Operation::flush_file);
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(stage.output() == "last words\n");
    CHECK(stage.state_file().state == State::stopped);
    CHECK(stage.state_file().control_address.empty());
    REQUIRE(stage.history().size() == 1);
    CHECK(stage.history().back().end);
    CHECK(stage.history().back().last_lines == std::vector<std::string>{"last words"});
    stage.wait_until([&] { return stage.files.stalled_calls() == 1; });
}

TEST_CASE("The history is on the disk when the host is gone") {
    Stage stage;
    stage.files.fail_every(Operation::write_whole, disk_full_error(Stage::k_history));  // so that the end writes it
    stage.start();
    (void)stage.child(0);
    stage.wait_for_state(State::running);
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    stage.end();
    std::vector<Operation> operations;
    for (const FileCall& call : stage.files.calls()) {
        if (call.path == Stage::k_history) operations.push_back(call.operation);
    }
    REQUIRE_FALSE(operations.empty());
    CHECK(operations.back() == Operation::flush_file);
}

TEST_CASE("A full disk blocks the child's output, and what the stop must give up is counted") {
    Stage stage;
    const auto child = stage.start_and_wait();
    stage.files.fail_every(Operation::append_write, disk_full_error(Stage::k_log));
    child->print("no room for this\n");
    stage.wait_until([&] { return stage.files.count(Operation::append_write) > 1; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    stage.wait_until([&] { return stage.state_file().logs.at(0).lost_bytes == 17; });
}

TEST_CASE("While the last hooks run Windows hears of it again and again, with rising checkpoints and growing hints") {
    Stage stage;
    stage.config.hooks.post_stop = hook(at("/hooks/post_stop"));
    stage.start_and_wait();
    stage.host().request_stop(supervise::StopReason::asked);
    const auto hook = stage.child(1);  // runs until the test ends it
    stage.wait_for_state(State::stopped);
    const auto pending = [&] {
        auto reports = stage.reports();
        std::erase_if(reports, [](const auto& r) { return r.state != platform::ServiceState::stop_pending; });
        return reports;
    };
    const std::size_t before = pending().size();
    stage.wait_until([&] { return pending().size() >= before + 2; });
    hook->exit(ExitCode{0});
    CHECK(stage.wait_for_end().outcome == Outcome::success);
    const auto reports = pending();
    for (std::size_t i = 1; i < reports.size(); ++i) {
        CHECK(reports[i].checkpoint > reports[i - 1].checkpoint);
        CHECK(reports[i].wait_hint > reports[i - 1].wait_hint);
    }
    // The next report comes within each hint, also on a machine that is busy for a moment.
    CHECK(reports.back().wait_hint >= supervise::k_checkpoint_interval + supervise::k_hint_margin);
    CHECK(stage.reports().back().state == platform::ServiceState::stop_pending);  // STOPPED is for the caller
}
