#include "supervise/supervisor.hpp"

#include <algorithm>
#include <utility>

#include "supervise/moment.hpp"
#include "supervise/restart_policy.hpp"
#include "supervise/state_table.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::supervise {
namespace {

Outcome outcome_of(GiveUp give_up) {
    switch (give_up) {
        case GiveUp::fail:
            return Outcome::failure;
        case GiveUp::stop:
            return Outcome::success;
        case GiveUp::recover:
            return Outcome::recover;
    }
    return Outcome::failure;
}

std::string_view words_of(StartReason reason) {
    switch (reason) {
        case StartReason::scheduled:
            return "scheduled restart";
        case StartReason::continued:
            return "continue requested";
        default:
            return "restart requested";
    }
}

RunEnd end_of(const ChildExited& exited, bool asked_for) {
    const bool is_clean = asked_for && is_clean_after_stop(exited.code);
    const EndKind kind = !is_clean && is_crash(exited.code) ? EndKind::crashed : EndKind::exited;
    return {.kind = kind, .code = exited.code, .detail = {}, .when = {}, .asked_for = asked_for};
}

}  // namespace

Supervisor::Supervisor(Options options) : options_(std::move(options)) {}

Actions Supervisor::handle(const Event& event, TimePoint now, double chance) {
    const Cell& cell = cell_of(event.index(), state_);
    if (cell.name == k_nothing || is_stale(event, now)) return {};
    Turn turn{event, now, chance, {}};
    if (is_plausible(event)) {
        note(turn);
        cell.act(*this, turn);
    } else {
        turn.actions.emplace_back(Complaint{std::string(name_of(event)) + " came in state " +
                                            std::string(name_of(state_)) + ", where it cannot be; ignored"});
    }
    return std::move(turn.actions);
}

bool Supervisor::is_stale(const Event& event, TimePoint now) const {
    if (std::holds_alternative<Deadline>(event)) return !deadline_ || now < *deadline_;
    if (const auto* ended = std::get_if<StepEnded>(&event)) return launching_ || ended->index != step_;
    if (std::holds_alternative<SuspendFailed>(event)) return !suspended_;
    return std::holds_alternative<TreeEmptied>(event) && (launching_ || root_alive_);
}

bool Supervisor::is_plausible(const Event& event) const {
    if (std::holds_alternative<ChildStarted>(event) || std::holds_alternative<LaunchFailed>(event)) return launching_;
    return !std::holds_alternative<ChildExited>(event) || root_alive_;
}

void Supervisor::note(const Turn& turn) {
    const bool is_stopping = state_ == State::stopping || state_ == State::killing;
    if (const auto* started = std::get_if<ChildStarted>(&turn.event)) {
        launching_ = false;
        root_alive_ = state_ != State::stopped;
        process_id_ = root_alive_ ? started->process_id : 0;
        started_ = turn.now;
    } else if (const auto* failed = std::get_if<LaunchFailed>(&turn.event)) {
        launching_ = false;
        const EndKind kind = overdue_ ? EndKind::start_timed_out : EndKind::launch_failed;
        note_end({.kind = kind, .code = {}, .detail = to_text(failed->error), .when = {}, .asked_for = is_stopping},
                 turn.now);
    } else if (const auto* exited = std::get_if<ChildExited>(&turn.event)) {
        count_standstill(turn.now);
        root_alive_ = false;
        process_id_ = 0;
        left_behind_ = exited->left_behind;
        note_end(end_of(*exited, is_stopping), turn.now);
    } else if (const auto* stop = std::get_if<StopRequested>(&turn.event);
               stop && !is_stopping && state_ != State::stopped) {
        note_stop(stop->reason, turn.now);
    }
}

void Supervisor::note_end(RunEnd end, TimePoint now) {
    const auto stable_from = after(started_, options_.restart.reset_after);
    if (has_code(end) && stable_from && *stable_from <= now) backoff_.start_over();
    last_end_ = std::move(end);
    last_end_run_ = run_;
}

void Supervisor::note_stop(StopReason reason, TimePoint now) {
    stop_reason_ = reason;
    restarting_ = false;
    pausing_ = false;
    if (reason == StopReason::system_shutdown) budget_end_ = now + k_shutdown_budget;
}

// The service stops, and nobody has said how the run at hand ended.
void Supervisor::note_what_is_left(TimePoint now) {
    if (!run_open_ || last_end_run_ == run_) return;
    const EndKind failure = overdue_ ? EndKind::start_timed_out : EndKind::launch_failed;
    note_end({.kind = launching_ ? failure : EndKind::left_over,
              .code = {},
              .detail = what_is_left(),
              .when = {},
              .asked_for = true},
             now);
}

void Supervisor::enter(Turn& turn, State to, std::string reason) {
    turn.actions.emplace_back(Transition{state_, to, reason});
    if (to != state_) since_ = turn.now;
    state_ = to;
    reason_ = std::move(reason);
    deadline_.reset();
}

void Supervisor::remark(Turn& turn, std::string reason) {
    turn.actions.emplace_back(Transition{state_, state_, reason});
    reason_ = std::move(reason);
}

void Supervisor::launch(Turn& turn, StartReason start_reason, std::string reason) {
    enter(turn, State::starting, std::move(reason));
    ++run_;
    start_reason_ = start_reason;
    launched_ = turn.now;
    run_open_ = true;
    launching_ = true;
    begun_ = false;
    overdue_ = false;
    restarting_ = false;
    left_behind_ = 0;
    turn.actions.emplace_back(Launch{run_, start_reason});
}

// The launch that was asked for while the earlier tree was being ended.
void Supervisor::relaunch(Turn& turn, const std::string& end) {
    if (next_reason_ != StartReason::scheduled) backoff_.start_over();
    const std::string why = end + "; " + std::string(words_of(next_reason_));
    run_over(turn, Aftermath::restart, why);
    launch(turn, next_reason_, why);
}

// Running: the delays start over when the run has lasted long enough.
void Supervisor::arm_settling() {
    deadline_.reset();
    if (backoff_.consecutive() > 0) deadline_ = after(started_, options_.restart.reset_after);
}

void Supervisor::run_over(Turn& turn, Aftermath aftermath, const std::string& why) {
    if (!run_open_) return;
    run_open_ = false;
    turn.actions.emplace_back(RunOver{run_, *last_end_, aftermath, stop_reason_, why});
}

void Supervisor::begin_stop(Turn& turn, std::string reason) {
    records_.clear();
    was_killed_ = false;
    steps_ = plan_stop(options_.stop);
    if (budget_end_) fit_into(steps_, *budget_end_ - turn.now);
    if (steps_.empty()) return terminate(turn, std::move(reason));
    enter(turn, State::stopping, std::move(reason));
    begin_step(turn, 0);
}

void Supervisor::begin_step(Turn& turn, std::size_t index) {
    step_ = index;
    step_begun_ = turn.now;
    records_.push_back({.method = steps_[index].method});
    deadline_ = after(turn.now, steps_[index].timeout);
    turn.actions.emplace_back(BeginStopStep{index, steps_[index]});
}

void Supervisor::close_step(TimePoint now, bool ended_it) {
    if (state_ != State::stopping || records_.empty()) return;
    StepRecord& record = records_.back();
    record.took = now - step_begun_;
    record.ended_it = ended_it;
}

void Supervisor::leave_step(Turn& turn, const std::string& how) {
    std::string reason = std::string(name_of(steps_[step_].method)) + " " + how;
    close_step(turn.now, false);
    if (step_ + 1 == steps_.size()) return terminate(turn, std::move(reason));
    remark(turn, std::move(reason));
    begin_step(turn, step_ + 1);
}

void Supervisor::terminate(Turn& turn, std::string reason) {
    enter(turn, State::killing, std::move(reason));
    was_killed_ = true;
    deadline_ = after(turn.now, k_kill_timeout);
    turn.actions.emplace_back(TerminateTree{k_exit_terminated});
}

// A living child: it stands still, or it is stopped until CONTINUE.
void Supervisor::pause(Turn& turn, const std::string& why) {
    pausing_ = options_.pause == PausePolicy::stop;
    restarting_ = false;
    if (pausing_) return begin_stop(turn, why);
    enter(turn, State::paused, why + "; suspending the tree");
    suspended_ = true;
    turn.actions.emplace_back(SuspendTree{});
}

// Paused without a child.
void Supervisor::park(Turn& turn, const std::string& why) {
    pausing_ = false;
    run_over(turn, Aftermath::paused, why);
    enter(turn, State::paused, why);
}

// The tree runs on, if it stood still.
void Supervisor::stand_up(Turn& turn) {
    if (!suspended_) return;
    count_standstill(turn.now);
    turn.actions.emplace_back(ResumeTree{});
}

// A child that stands still proves nothing: the time does not count towards reset_after.
void Supervisor::count_standstill(TimePoint now) {
    if (suspended_) started_ += now - since_;
    suspended_ = false;
}

void Supervisor::decide(Turn& turn, const std::string& prefix) {
    const std::string end = prefix + describe(*last_end_);
    if (pausing_) return park(turn, end + "; paused, no restart before it is continued");
    if (restarting_) return relaunch(turn, end);
    const Verdict verdict = judge(*last_end_, options_.restart);
    const std::string why = end + " (" + verdict.why + ")";
    switch (verdict.action) {
        case RuleAction::stop:
            return finish(turn, Outcome::success, why + ": no restart");
        case RuleAction::fail:
            return finish(turn, Outcome::failure, why + ": no restart");
        case RuleAction::restart:
        case RuleAction::restart_now:
            return back_off(turn, verdict, why);
    }
}

void Supervisor::back_off(Turn& turn, const Verdict& verdict, const std::string& why) {
    const RestartOptions& restart = options_.restart;
    const auto drawn = backoff_.next(restart, verdict, turn.now, turn.chance);
    if (!drawn) {
        gave_up_ = true;
        return finish(turn, outcome_of(restart.on_give_up),
                      why + ": given up after " + std::to_string(restart.limit) + " restarts within " +
                          to_human(restart.limit_interval));
    }
    const Duration wait = std::max(*drawn, launched_ + k_min_launch_gap - turn.now);
    const std::string text = why + ": restart " + std::to_string(run_) + " in " + to_human(wait);
    run_over(turn, Aftermath::restart, text);
    enter(turn, State::backoff, text);
    deadline_ = after(turn.now, wait);
}

void Supervisor::tree_gone(Turn& turn, const std::string& how) {
    close_step(turn.now, true);
    const std::string text = how + describe(*last_end_) + (was_killed_ ? "; it had to be killed" : "");
    if (pausing_) return park(turn, "paused as requested: " + text);
    if (restarting_) return relaunch(turn, text);
    finish(turn, Outcome::success, "stopped as requested: " + text);
}

// Cuts what is left of the stop to the end of the budget.
void Supervisor::cut_to_budget(TimePoint now) {
    if (state_ != State::stopping || !budget_end_) return;
    const Duration budget = *budget_end_ - now;
    if (!launching_) {
        const auto left = std::span(steps_).subspan(step_);
        left.front().timeout = deadline_ ? std::max(*deadline_ - now, Duration::zero()) : k_forever;
        fit_into(left, budget);
        deadline_ = after(now, left.front().timeout);
    } else if (!deadline_ || *budget_end_ < *deadline_) {
        deadline_ = budget_end_;
    }
}

void Supervisor::finish(Turn& turn, Outcome outcome, std::string reason) {
    note_what_is_left(turn.now);
    // Whatever run it was, its end is noted by now.
    std::optional<ExitCode> code;
    if (last_end_ && has_code(*last_end_)) code = last_end_->code;
    const Aftermath aftermath = outcome == Outcome::success ? Aftermath::stopped : Aftermath::failed;
    run_over(turn, gave_up_ ? Aftermath::gave_up : aftermath, reason);
    result_ = FinalResult{outcome, code, reason};
    root_alive_ = false;
    process_id_ = 0;
    enter(turn, State::stopped, std::move(reason));
}

std::string Supervisor::what_is_left() const {
    if (launching_) return "the launch never returned; what it may have started is left alone";
    if (root_alive_) return "process " + std::to_string(process_id_) + " and its tree could not be ended";
    return left_behind_text() + " that the child left behind could not be ended";
}

std::string Supervisor::left_behind_text() const {
    return std::to_string(left_behind_) + (left_behind_ == 1 ? " process" : " processes");
}

// What the stop under way takes at most: the child may still come at the last moment, and then all steps follow.
std::optional<TimePoint> Supervisor::pending_until() const {
    switch (state_) {
        case State::starting:
            return deadline_;
        case State::stopping: {
            const Duration wait = launching_ ? std::max(total_time(plan_stop(options_.stop)), k_kill_timeout)
                                             : total_time(std::span(steps_).subspan(step_ + 1));
            return after(after(deadline_, wait), k_kill_timeout);
        }
        case State::killing:
            return after(deadline_, launching_ ? k_kill_timeout : Duration::zero());
        default:
            return std::nullopt;
    }
}

Snapshot Supervisor::snapshot() const {
    return {
        .state = state_,
        .since = since_,
        .run = run_,
        .restarts = run_ > 0 ? run_ - 1 : 0,
        .process_id = process_id_,
        .last_end = last_end_,
        .next_launch = state_ == State::backoff ? deadline_ : std::nullopt,
        .pending_until = pending_until(),
        .launch_overdue = state_ == State::starting && overdue_,
        .restarting = restarting_,
        .stop_reason = stop_reason_,
        .start_reason = start_reason_,
        .suspended = suspended_,
        .pausing = pausing_,
        .accepts_pause = options_.pause != PausePolicy::refuse || state_ == State::paused,
        .gave_up = gave_up_,
        .steps = records_,
        .was_killed = was_killed_,
        .reason = reason_,
        .result = result_,
    };
}

}  // namespace svcwrap::supervise
