#include "auditor.hpp"

#include <algorithm>
#include <cmath>

namespace svcwrap::simulation {

using namespace supervise;

void Auditor::check(Rule rule, bool holds, std::string_view what) {
    checks_.that(rule, holds, [&] {
        return std::string(what) + "; episode " + std::to_string(seed_) + " at " +
               std::to_string(now_.time_since_epoch().count()) + " ms, " + std::string(name_of(*event_)) + " in " +
               std::string(name_of(before_));
    });
}

bool Auditor::must_complain(const Event& event) const {
    if (cell_of(event.index(), before_).name == k_nothing) return false;
    if (std::holds_alternative<ChildStarted>(event) || std::holds_alternative<LaunchFailed>(event))
        return !truth_.launch_outstanding;
    if (std::holds_alternative<ChildExited>(event)) return !truth_.root_alive;
    return std::holds_alternative<TreeEmptied>(event) && before_ == State::idle;
}

void Auditor::expect(const Event& event, State state, TimePoint now) {
    event_ = &event;
    before_ = state_ = state;
    now_ = now;
    complaints_ = 0;
    actions_ = 0;
    terminated_ = false;
    must_complain_ = must_complain(event);
    checks_.visit(event.index(), state);
    const auto* stop = std::get_if<StopRequested>(&event);
    if (stop && state != State::stopped) note_stop(stop->reason);
}

// The bound that a reader of the settings would expect, counted from the request.
void Auditor::note_stop(StopReason reason) {
    Duration steps{};
    for (const StopStep& step : options_.stop.steps)
        steps = step.timeout == k_forever || steps == k_forever ? k_forever : steps + step.timeout;
    const Duration launch = truth_.launch_outstanding ? 2 * k_kill_timeout : Duration::zero();
    if (!stop_asked_ && steps != k_forever) stop_bound_ = now_ - lateness_ + launch + steps + k_kill_timeout;
    if (reason == StopReason::system_shutdown && !shutdown_bound_ && before_ != State::killing) {
        shutdown_bound_ = now_ - lateness_ + k_shutdown_budget;
        const TimePoint bound = *shutdown_bound_ + 2 * k_kill_timeout;
        stop_bound_ = stop_bound_ ? std::min(*stop_bound_, bound) : bound;
    }
    stop_asked_ = true;
}

void Auditor::root_ended(ExitCode code, TimePoint now) {
    code_ = code;
    const Duration reset_after = options_.restart.reset_after;
    if (reset_after != k_forever && now - truth_.root_started >= reset_after) in_a_row_ = 0;
}

void Auditor::watch(const Action& action) {
    ++actions_;
    if (std::holds_alternative<Launch>(action)) watch_launch();
    if (const auto* step = std::get_if<BeginStopStep>(&action)) watch_step(*step);
    if (std::holds_alternative<TerminateTree>(action)) watch_terminate();
    if (const auto* transition = std::get_if<Transition>(&action)) watch_transition(*transition);
    if (std::holds_alternative<Complaint>(action)) ++complaints_;
}

void Auditor::watch_launch() {
    ++launches_;
    launched_ = now_;
    code_.reset();
    check(Rule::one_child, !truth_.root_alive && !truth_.launch_outstanding, "launched beside a child");
    check(Rule::no_launch_after_stop, !stop_asked_ && before_ != State::stopped, "launched after a stop");
    const bool is_by_itself = before_ == State::backoff && std::holds_alternative<Deadline>(*event_);
    if (!is_by_itself) in_a_row_ = 0;
}

void Auditor::watch_step(const BeginStopStep& step) {
    const std::size_t wanted = before_ == State::stopping && step_ ? *step_ + 1 : 0;
    check(Rule::step_order, step.index == wanted && step.index < options_.stop.steps.size(), "step out of order");
    check(Rule::step_order, step.step.timeout <= options_.stop.steps.at(step.index).timeout, "step grew");
    step_ = step.index;
}

void Auditor::watch_terminate() {
    terminated_ = true;
    const bool has_tried = before_ != State::stopping || options_.stop.steps.empty() ||
                           (step_ && *step_ + 1 == options_.stop.steps.size());
    check(Rule::step_order, has_tried, "the tree was ended before the last step");
}

void Auditor::watch_transition(const Transition& transition) {
    check(Rule::chain, transition.from == state_ && !transition.reason.empty(), "a broken chain");
    check(Rule::chain, state_ != State::stopped, "a way out of stopped");
    state_ = transition.to;
    if (state_ == State::starting || state_ == State::running) step_.reset();
    const bool leaves_steps = transition.from == State::stopping && transition.to == State::killing;
    if (leaves_steps && shutdown_bound_)
        check(Rule::shutdown_budget, now_ <= *shutdown_bound_ + lateness_, "the steps took too long");
}

void Auditor::settle(const Snapshot& snapshot, std::optional<TimePoint> deadline) {
    check(Rule::complaints, complaints_ == (must_complain_ ? 1 : 0), "complaints are wrong");
    if (must_complain_) check(Rule::complaints, actions_ == 1 && snapshot.state == before_, "more than a complaint");
    check(Rule::chain, snapshot.state == state_, "the chain does not end in the state");
    if (before_ != State::backoff && snapshot.state == State::backoff) entered_backoff(snapshot);
    if (before_ != State::killing && state_ == State::killing)
        check(Rule::step_order, terminated_ || truth_.launch_outstanding, "the tree is not ended");
    if (stop_asked_) check_stop(snapshot, deadline);
    check_snapshot(snapshot, deadline);
}

void Auditor::entered_backoff(const Snapshot& snapshot) {
    const RestartOptions& restart = options_.restart;
    if (snapshot.next_launch) check_wait(*snapshot.next_launch - now_);
    ++in_a_row_;
    if (restart.limit == 0) return;
    restarts_.push_back(now_);
    while (restart.limit_interval != k_forever && restarts_.front() + restart.limit_interval <= now_)
        restarts_.pop_front();
    check(Rule::limit, restarts_.size() <= restart.limit, "more restarts than the limit");
}

void Auditor::check_wait(Duration wait) {
    const RestartOptions& restart = options_.restart;
    const double milliseconds = static_cast<double>(wait.count());
    check(Rule::backoff_bounds, wait >= Duration::zero(), "a negative wait");
    if (!restart.rules.empty()) {
        Duration longest = std::chrono::seconds(30);
        const bool has_cap = restart.max_delay != k_forever;
        if (has_cap) longest = std::max(longest, restart.max_delay * 2);
        check(Rule::backoff_bounds, !has_cap || wait <= longest, "too long for any rule");
        return;
    }
    const double grown = restart.delay == Duration::zero()
                             ? 0.0
                             : static_cast<double>(restart.delay.count()) * std::pow(restart.multiplier, in_a_row_);
    const double capped = std::min(grown, static_cast<double>(restart.max_delay.count()));
    if (capped > 1e14) return;
    const double slack = 1.0 + capped * 1e-9;
    check(Rule::backoff_bounds, milliseconds >= capped * (1 - restart.jitter) - slack, "too short");
    check(Rule::backoff_bounds, milliseconds <= capped * (1 + restart.jitter) + slack, "too long");
    check(Rule::backoff_bounds, wait > Duration::zero() || restart.delay == Duration::zero(), "no wait at all");
}

void Auditor::check_stop(const Snapshot& snapshot, std::optional<TimePoint> deadline) {
    if (stop_bound_) check(Rule::stop_in_time, now_ <= *stop_bound_ + lateness_, "the stop takes too long");
    if (snapshot.state == State::stopped) return;
    const Duration overdue = deadline && *deadline < now_ ? now_ - *deadline : Duration::zero();
    std::optional<TimePoint> said;
    if (snapshot.pending_until) said = *snapshot.pending_until + overdue - lateness_;
    if (said_) check(Rule::pending_shrinks, said && *said <= *said_, "the stop takes longer than it said");
    said_ = said;
}

void Auditor::check_snapshot(const Snapshot& snapshot, std::optional<TimePoint> deadline) {
    const State state = snapshot.state;
    const bool is_over = state == State::stopped;
    const bool is_stop = state == State::stopping || state == State::killing;
    const auto holds = [&](bool truth, std::string_view what) { check(Rule::snapshot, truth, what); };
    holds(is_over || (snapshot.process_id != 0) == truth_.root_alive, "process id");
    holds(!is_over || (snapshot.process_id == 0 && !deadline), "alive after the end");
    holds(snapshot.run == launches_ && snapshot.restarts == (launches_ > 0 ? launches_ - 1 : 0), "runs");
    holds(snapshot.next_launch.has_value() == (state == State::backoff && deadline), "next launch");
    holds(snapshot.result.has_value() == is_over, "result");
    holds(snapshot.since <= now_ && (state == before_ || snapshot.since == now_), "since");
    holds(snapshot.stop_reason.has_value() == stop_asked_, "stop reason");
    holds(!snapshot.restarting || ((is_stop || state == State::clearing) && !stop_asked_), "restarting");
    holds(!snapshot.pending_until || is_stop || state == State::starting, "pending");
    holds(!snapshot.launch_overdue || (state == State::starting && now_ - launched_ >= options_.start.timeout),
          "overdue");
    holds(!is_over || snapshot.result->code == code_, "the code of another run");
    if (is_over && stop_asked_) holds(snapshot.result->outcome == Outcome::success, "a wanted stop is a success");
}

}  // namespace svcwrap::simulation
