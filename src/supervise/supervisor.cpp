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
    if (const auto* failed = std::get_if<StepFailed>(&event)) return launching_ || failed->index != step_;
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
        root_alive_ = false;
        process_id_ = 0;
        left_behind_ = exited->left_behind;
        note_end(end_of(*exited, is_stopping), turn.now);
    } else if (const auto* stop = std::get_if<StopRequested>(&turn.event); stop && !is_stopping) {
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
    if (reason == StopReason::system_shutdown) budget_end_ = now + k_shutdown_budget;
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

void Supervisor::launch(Turn& turn, std::string reason) {
    enter(turn, State::starting, std::move(reason));
    ++run_;
    launching_ = true;
    overdue_ = false;
    restarting_ = false;
    left_behind_ = 0;
    deadline_ = after(turn.now, options_.start.timeout);
    turn.actions.emplace_back(Launch{run_});
}

void Supervisor::begin_stop(Turn& turn, std::string reason) {
    steps_ = options_.stop.steps;
    if (budget_end_) fit_into(steps_, *budget_end_ - turn.now);
    if (steps_.empty()) return terminate(turn, std::move(reason));
    enter(turn, State::stopping, std::move(reason));
    begin_step(turn, 0);
}

void Supervisor::begin_step(Turn& turn, std::size_t index) {
    step_ = index;
    deadline_ = after(turn.now, steps_[index].timeout);
    turn.actions.emplace_back(BeginStopStep{index, steps_[index]});
}

void Supervisor::leave_step(Turn& turn, const std::string& how) {
    std::string reason = std::string(name_of(steps_[step_].method)) + " " + how;
    if (step_ + 1 == steps_.size()) return terminate(turn, std::move(reason));
    remark(turn, std::move(reason));
    begin_step(turn, step_ + 1);
}

void Supervisor::terminate(Turn& turn, std::string reason) {
    enter(turn, State::killing, std::move(reason));
    deadline_ = after(turn.now, k_kill_timeout);
    turn.actions.emplace_back(TerminateTree{k_exit_terminated});
}

void Supervisor::decide(Turn& turn, const std::string& prefix) {
    const std::string end = prefix + describe(*last_end_);
    if (restarting_) {
        backoff_.start_over();
        return launch(turn, end + "; restart requested");
    }
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
    const auto wait = backoff_.next(restart, verdict, turn.now, turn.chance);
    if (!wait) {
        return finish(turn, outcome_of(restart.on_give_up),
                      why + ": given up after " + std::to_string(restart.limit) + " restarts within " +
                          to_human(restart.limit_interval));
    }
    enter(turn, State::backoff, why + ": restart " + std::to_string(run_) + " in " + to_human(*wait));
    deadline_ = after(turn.now, *wait);
}

void Supervisor::tree_gone(Turn& turn, const std::string& how) {
    const bool was_killed = state_ == State::killing;
    const std::string end = last_end_ && last_end_run_ == run_ ? describe(*last_end_) : "no child";
    const std::string text = how + end + (was_killed ? "; it had to be killed" : "");
    if (!restarting_) return finish(turn, Outcome::success, "stopped as requested: " + text);
    backoff_.start_over();
    launch(turn, text + "; restart requested");
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
    std::optional<ExitCode> code;
    if (last_end_ && last_end_run_ == run_ && has_code(*last_end_)) code = last_end_->code;
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
            const auto& steps = launching_ ? options_.stop.steps : steps_;
            const auto later = total_time(std::span(steps).subspan(launching_ ? 0 : step_ + 1));
            const auto wait = launching_ ? std::max(later, k_kill_timeout) : later;
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
        .reason = reason_,
        .result = result_,
    };
}

}  // namespace svcwrap::supervise
