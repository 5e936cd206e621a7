#include "auditor.hpp"

#include <algorithm>
#include <cmath>

namespace svcwrap::simulation {

using namespace supervise;

namespace {

// What each step of a stop has at most: the hook first, all of them within the time for all.
std::vector<Duration> plan_of(const StopOptions& stop) {
    std::vector<Duration> plan;
    if (stop.pre_stop) plan.push_back(*stop.pre_stop);
    for (const StopStep& step : stop.steps) plan.push_back(step.timeout);
    Duration used{};
    for (Duration& time : plan) {
        if (stop.timeout != k_forever) time = std::min(time, stop.timeout - used);
        if (time != k_forever) used += time;
    }
    return plan;
}

Duration sum_of(const std::vector<Duration>& plan) {
    Duration sum{};
    for (const Duration time : plan) sum = time == k_forever || sum == k_forever ? k_forever : sum + time;
    return sum;
}

bool fits(Aftermath aftermath, State next) {
    switch (aftermath) {
        case Aftermath::restart:
            return next == State::starting || next == State::backoff;
        case Aftermath::paused:
            return next == State::paused;
        default:
            return next == State::stopped;
    }
}

}  // namespace

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
    note_pause(event);
    watch_settling(event);
    const auto* stop = std::get_if<StopRequested>(&event);
    if (stop && state != State::stopped) note_stop(stop->reason);
    if (stop && is_recovering_) stop_asked_ = true;
    if (std::holds_alternative<LaunchBegun>(event) && state == State::starting)
        launch_time_ = std::min(launch_time_, options_.start.timeout);
    if (std::holds_alternative<Reconfigured>(event)) note_reload();
}

// The bound that a reader of the settings would expect, counted from the request.
void Auditor::note_stop(StopReason reason) {
    if (!stop_asked_) {
        stop_asked_ = true;
        stop_asked_at_ = now_ - lateness_;
        bound_stop();
    }
    if (reason == StopReason::system_shutdown && !shutdown_bound_ && before_ != State::killing) {
        shutdown_bound_ = now_ - lateness_ + k_shutdown_budget;
        const TimePoint bound = *shutdown_bound_ + 2 * k_kill_timeout;
        stop_bound_ = stop_bound_ ? std::min(*stop_bound_, bound) : bound;
    }
}

void Auditor::bound_stop() {
    const bool has_begun = before_ == State::stopping && step_;
    const Duration steps = sum_of(has_begun ? plan_ : plan_of(options_.stop));
    const Duration launch = truth_.launch_outstanding ? 2 * k_kill_timeout : Duration::zero();
    if (steps != k_forever) stop_bound_ = stop_asked_at_ + launch + steps + k_kill_timeout;
}

// New settings hold for a stop whose steps have not begun.
void Auditor::note_reload() {
    if (!stop_asked_ || !truth_.launch_outstanding) return;
    said_.reset();
    stop_bound_.reset();
    bound_stop();
    if (shutdown_bound_) stop_bound_ = *shutdown_bound_ + 2 * k_kill_timeout;
}

// Whether the service should be paused, or become so, by what was asked for.
void Auditor::note_pause(const Event& event) {
    const bool is_stopping = before_ == State::stopping || before_ == State::killing;
    const bool is_idle = before_ == State::idle || before_ == State::stopped;
    if (std::holds_alternative<PauseRequested>(event)) {
        const bool can_pause = !is_idle && (!is_stopping || was_restarting_);
        if (options_.pause != PausePolicy::refuse && can_pause) pause_wanted_ = true;
    } else if (std::holds_alternative<StopRequested>(event) || std::holds_alternative<ContinueRequested>(event)) {
        pause_wanted_ = false;
    } else if (const auto* restart = std::get_if<RestartRequested>(&event)) {
        if (restart->reason == RestartReason::asked && before_ != State::starting) pause_wanted_ = false;
    } else if (std::holds_alternative<StartRequested>(event) || std::holds_alternative<SuspendFailed>(event)) {
        const bool ends_it = before_ == State::paused && (event.index() == 0 || was_suspended_);
        if (ends_it) pause_wanted_ = false;
    } else if (std::holds_alternative<Reconfigured>(event)) {
        if (before_ == State::starting && options_.pause == PausePolicy::refuse) pause_wanted_ = false;
    }
}

Duration Auditor::lived(TimePoint now) const {
    const Duration stands = still_since_ ? now - *still_since_ : Duration::zero();
    return now - truth_.root_started - still_ - stands;
}

// A run counts as stable when it has lived that long, as told by a deadline or by its end.
void Auditor::watch_settling(const Event& event) {
    const Duration reset_after = options_.restart.reset_after;
    const bool is_told = before_ == State::running && std::holds_alternative<Deadline>(event);
    if (is_told && reset_after != k_forever && lived(now_) >= reset_after) in_a_row_ = 0;
}

void Auditor::root_ended(ExitCode code, TimePoint now) {
    code_ = code;
    ended_in_stop_ = before_ == State::stopping || before_ == State::killing;
    const Duration reset_after = options_.restart.reset_after;
    if (reset_after != k_forever && lived(now) >= reset_after) in_a_row_ = 0;
    still_since_.reset();
}

void Auditor::watch(const Action& action) {
    ++actions_;
    if (const auto* launch = std::get_if<Launch>(&action)) watch_launch(*launch);
    if (const auto* record = std::get_if<RunOver>(&action)) watch_record(*record);
    if (std::holds_alternative<SuspendTree>(action)) watch_suspension(true);
    if (std::holds_alternative<ResumeTree>(action)) watch_suspension(false);
    if (const auto* step = std::get_if<BeginStopStep>(&action)) watch_step(*step);
    if (std::holds_alternative<TerminateTree>(action)) watch_terminate();
    if (const auto* transition = std::get_if<Transition>(&action)) watch_transition(*transition);
    if (std::holds_alternative<Complaint>(action)) ++complaints_;
}

void Auditor::watch_launch(const Launch& launch) {
    const bool is_by_itself = before_ == State::backoff && std::holds_alternative<Deadline>(*event_);
    check(Rule::one_child, !truth_.root_alive && !truth_.launch_outstanding, "launched beside a child");
    check(Rule::no_launch_after_stop, !stop_asked_ && before_ != State::stopped, "launched after a stop");
    check(Rule::pause, !pause_wanted_, "launched while paused");
    check(Rule::history, !is_open_ && launch.run == launches_ + 1, "launched before the last run was recorded");
    check(Rule::history, is_by_itself == (launch.reason == StartReason::policy), "the wrong reason of a start");
    if (is_by_itself) check(Rule::launch_gap, now_ - launched_ >= std::chrono::milliseconds(100), "launched too soon");
    ++launches_;
    is_open_ = true;
    launched_ = now_;
    launch_time_ = options_.start.timeout;
    code_.reset();
    has_launch_failed_ = false;
    still_ = {};
    if (!is_by_itself && launch.reason != StartReason::scheduled) in_a_row_ = 0;
}

void Auditor::watch_record(const RunOver& record) {
    ++records_;
    check(Rule::history, is_open_ && record.run == launches_, "a record of no run, or a second one");
    check(Rule::history, has_code(record.end) == code_.has_value() && (!code_ || record.end.code == *code_),
          "a record of another end");
    const bool is_launch = has_launch_failed_ || truth_.launch_outstanding;
    const EndKind kind = record.end.kind;
    const bool says_launch = kind == EndKind::launch_failed || kind == EndKind::start_timed_out;
    check(Rule::history, code_ || says_launch == is_launch, "a launch and a child are mixed up");
    check(Rule::history, code_ || is_launch || kind == EndKind::left_over, "an end that was not seen");
    if (code_) check(Rule::history, record.end.asked_for == ended_in_stop_, "who asked for the end");
    check(Rule::history, record.stop_reason.has_value() == stop_asked_ && !record.why.empty(), "the reason of the end");
    is_open_ = false;
    aftermath_ = record.aftermath;
}

void Auditor::watch_suspension(bool stands_still) {
    check(Rule::pause, truth_.root_alive, "no child to suspend or to resume");
    if (stands_still) {
        still_since_ = now_;
    } else if (still_since_) {
        still_ += now_ - *still_since_;
        still_since_.reset();
    }
}

void Auditor::watch_step(const BeginStopStep& step) {
    const std::size_t wanted = before_ == State::stopping && step_ ? *step_ + 1 : 0;
    if (wanted == 0) plan_ = plan_of(options_.stop);
    check(Rule::step_order, step.index == wanted && step.index < plan_.size(), "step out of order");
    const Duration time = plan_.at(step.index);
    check(Rule::step_times, shutdown_bound_ ? step.step.timeout <= time : step.step.timeout == time,
          "the time of a step");
    check(Rule::pause, !truth_.stands_still, "a step for a child that stands still");
    step_ = step.index;
}

void Auditor::watch_terminate() {
    terminated_ = true;
    const bool is_last = step_ ? *step_ + 1 == plan_.size() : plan_of(options_.stop).empty();
    const bool has_tried = before_ != State::stopping || is_last;
    check(Rule::step_order, has_tried, "the tree was ended before the last step");
}

void Auditor::watch_transition(const Transition& transition) {
    check(Rule::chain, transition.from == state_ && !transition.reason.empty(), "a broken chain");
    check(Rule::chain, state_ != State::stopped || transition.to == State::stopped, "a way out of stopped");
    state_ = transition.to;
    if (state_ == State::starting || state_ == State::running || state_ == State::paused) step_.reset();
    if (aftermath_) check(Rule::history, fits(*aftermath_, state_), "what follows is not what was recorded");
    aftermath_.reset();
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
    check_pause(snapshot);
    if (snapshot.state == State::stopped) check(Rule::history, !is_open_, "stopped without a record");
}

void Auditor::check_pause(const Snapshot& snapshot) {
    const bool is_paused = snapshot.state == State::paused;
    check(Rule::pause, (is_paused || snapshot.pausing) == pause_wanted_, "paused, or not");
    check(Rule::pause, !truth_.stands_still || !truth_.root_alive || (is_paused && snapshot.suspended),
          "a child stands still, and nobody knows");
    check(Rule::pause, !snapshot.suspended || (is_paused && truth_.root_alive), "no child to stand still");
    check(Rule::pause, snapshot.accepts_pause == (is_paused || options_.pause != PausePolicy::refuse),
          "whether a pause is accepted");
    is_recovering_ = snapshot.result && snapshot.result->outcome == Outcome::recover;
    was_restarting_ = snapshot.restarting;
    was_suspended_ = snapshot.suspended;
}

void Auditor::close() {
    check(Rule::history, records_ == launches_, "as many records as launches");
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
    const Duration gap = std::max(launched_ + std::chrono::milliseconds(100) - now_, Duration::zero());
    check(Rule::backoff_bounds, wait >= gap, "tighter than the minimum");
    if (!restart.rules.empty()) {
        const bool has_cap = restart.max_delay != k_forever;
        const Duration longest = std::max({std::chrono::milliseconds(30'000), restart.max_delay, gap});
        check(Rule::backoff_bounds, !has_cap || wait <= longest, "too long for any rule");
        return;
    }
    const double longest = static_cast<double>(restart.max_delay.count());
    const double grown = restart.delay == Duration::zero()
                             ? 0.0
                             : static_cast<double>(restart.delay.count()) * std::pow(restart.multiplier, in_a_row_);
    const double capped = std::min(grown, longest);
    if (capped > 1e14) return;
    const double milliseconds = static_cast<double>(wait.count());
    const double least = static_cast<double>(gap.count());
    const double slack = 1.0 + capped * 1e-9;
    const double most = std::max(std::min(capped * (1 + restart.jitter), longest), least);
    check(Rule::backoff_bounds, milliseconds >= capped * (1 - restart.jitter) - slack, "too short");
    check(Rule::backoff_bounds, milliseconds <= most + slack, "too long");
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
    holds(!snapshot.restarting || ((is_stop || state == State::clearing) && !stop_asked_ && !snapshot.pausing),
          "restarting");
    holds(!snapshot.pending_until || is_stop || state == State::starting, "pending");
    holds(!snapshot.launch_overdue || (state == State::starting && now_ - launched_ >= launch_time_), "overdue");
    holds(state != State::stopping || !step_ || snapshot.steps.size() == *step_ + 1, "steps");
    holds(!is_over || snapshot.result->code == code_, "the code of another run");
    if (is_over && stop_asked_) holds(snapshot.result->outcome == Outcome::success, "a wanted stop is a success");
}

}  // namespace svcwrap::simulation
