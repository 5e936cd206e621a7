#include "supervise/state_table.hpp"

#include <array>
#include <string>
#include <utility>

#include "supervise/moment.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::supervise {

namespace {

std::string_view words_of(StopReason reason) {
    switch (reason) {
        case StopReason::asked:
            return "stop requested";
        case StopReason::console:
            return "stop requested at the console";
        case StopReason::system_shutdown:
            return "the system shuts down";
        case StopReason::system_preshutdown:
            return "the system is about to shut down";
    }
    return {};
}

// What was asked for, in words.
std::string words_of(const Event& event) {
    if (const auto* stop = std::get_if<StopRequested>(&event)) return std::string(words_of(stop->reason));
    if (const auto* restart = std::get_if<RestartRequested>(&event))
        return restart->reason == RestartReason::scheduled ? "scheduled restart" : "restart requested";
    if (std::holds_alternative<StartRequested>(event)) return "start requested";
    if (std::holds_alternative<PauseRequested>(event)) return "pause requested";
    return "continue requested";
}

bool is_scheduled(const Event& event) {
    const auto* restart = std::get_if<RestartRequested>(&event);
    return restart && restart->reason == RestartReason::scheduled;
}

StartReason start_reason_of(const Event& event) {
    if (std::holds_alternative<ContinueRequested>(event)) return StartReason::continued;
    return is_scheduled(event) ? StartReason::scheduled : StartReason::asked;
}

}  // namespace

// The cells. Facts (who lives, how it ended) are noted before; a cell only decides what follows.
struct StateTable {
    static void nothing(Supervisor&, Turn&) {}

    static void bug(Supervisor& supervisor, Turn& turn) {
        turn.actions.emplace_back(Complaint{std::string(name_of(turn.event)) + " cannot come in state " +
                                            std::string(name_of(supervisor.state_)) + "; ignored"});
    }

    // The first launch, or the next one when its time has come.
    static void launch(Supervisor& supervisor, Turn& turn) {
        if (supervisor.run_ == 0) return supervisor.launch(turn, StartReason::requested, "start requested");
        supervisor.launch(turn, StartReason::policy, "the wait is over");
    }

    // Someone does not want to wait for the backoff. A schedule can wait: a fresh child comes anyway.
    static void launch_now(Supervisor& supervisor, Turn& turn) {
        if (is_scheduled(turn.event)) return;
        supervisor.backoff_.start_over();
        supervisor.launch(turn, StartReason::asked, words_of(turn.event) + ": the wait was cut short");
    }

    // The child is there. A launch that took too long counts as well as any other.
    static void run(Supervisor& supervisor, Turn& turn) {
        supervisor.enter(turn, State::running, "process " + std::to_string(supervisor.process_id_) + " started");
        supervisor.arm_settling();
        if (supervisor.pausing_) supervisor.pause(turn, "pause requested while it was starting");
    }

    // Restart, or end: restart_policy.hpp and backoff.hpp.
    static void decide(Supervisor& supervisor, Turn& turn) { supervisor.decide(turn, {}); }

    // The child ended by itself, or somebody ended it while it stood still: then the pause goes on without it. What it
    // left behind must be gone before the next one may come.
    static void ended(Supervisor& supervisor, Turn& turn) {
        supervisor.pausing_ = supervisor.state_ == State::paused;
        if (supervisor.left_behind_ == 0) return supervisor.decide(turn, {});
        supervisor.enter(
            turn, State::clearing,
            describe(*supervisor.last_end_) + "; ending " + supervisor.left_behind_text() + " that it left behind");
        turn.actions.emplace_back(TerminateTree{k_exit_terminated});
        supervisor.deadline_ = after(turn.now, k_kill_timeout);
    }

    // The hooks before the launch are over: its time runs.
    static void time_launch(Supervisor& supervisor, Turn& turn) {
        if (std::exchange(supervisor.begun_, true)) return;
        supervisor.deadline_ = after(turn.now, supervisor.options_.start.timeout);
    }

    // What was left behind does not end. It is not the child: life goes on, and the journal says so.
    static void clear_timeout(Supervisor& supervisor, Turn& turn) {
        supervisor.decide(turn, supervisor.what_is_left() + "; ");
    }

    // A launch cannot be called back, and the child may still come: say it once and keep waiting. From here on the
    // SCM is told RUNNING, so that a stop is possible (scm_report.hpp).
    static void start_timeout(Supervisor& supervisor, Turn& turn) {
        supervisor.overdue_ = true;
        supervisor.deadline_.reset();
        supervisor.remark(turn, "the launch has not returned within " + to_human(supervisor.options_.start.timeout) +
                                    "; still waiting for it");
    }

    // The run is stable.
    static void settle(Supervisor& supervisor, Turn&) {
        supervisor.backoff_.start_over();
        supervisor.deadline_.reset();
    }

    // A stop while the launch is under way: the child, if it comes, is stopped by the steps; a launch that does not
    // return is given up after this and `killing`.
    static void stop_launch(Supervisor& supervisor, Turn& turn) {
        supervisor.records_.clear();
        supervisor.was_killed_ = false;
        supervisor.enter(turn, State::stopping, words_of(turn.event) + "; waiting for the launch to return");
        supervisor.deadline_ = after(turn.now, k_kill_timeout);
        if (supervisor.budget_end_) supervisor.cut_to_budget(turn.now);
    }

    // Begins to stop a living child: a stop, a restart by hand, or a child that came after the stop was asked for.
    static void first_step(Supervisor& supervisor, Turn& turn) {
        const bool is_late = std::holds_alternative<ChildStarted>(turn.event);
        supervisor.restarting_ = std::holds_alternative<RestartRequested>(turn.event);
        supervisor.next_reason_ = start_reason_of(turn.event);
        supervisor.begin_stop(turn, is_late ? "process " + std::to_string(supervisor.process_id_) +
                                                  " started after the stop was requested"
                                            : words_of(turn.event));
    }

    static void next_step(Supervisor& supervisor, Turn& turn) {
        if (supervisor.launching_) {
            supervisor.enter(turn, State::killing, "the launch has not returned; waiting a last time");
            supervisor.deadline_ = after(turn.now, k_kill_timeout);
            return;
        }
        const Duration time = supervisor.steps_[supervisor.step_].timeout;
        supervisor.leave_step(
            turn, (supervisor.steps_[supervisor.step_].method == StopMethod::pre_stop ? "did not end within "
                                                                                      : "did not end it within ") +
                      to_human(time));
    }

    // A step that cannot be carried out is not waited for, nor a pre_stop hook that has ended.
    static void step_ended(Supervisor& supervisor, Turn& turn) {
        const auto& ended = std::get<StepEnded>(turn.event);
        if (!ended.failed) return supervisor.leave_step(turn, "has ended");
        if (!supervisor.records_.empty()) {
            supervisor.records_.back().failed = true;
            supervisor.records_.back().detail = ended.detail;
        }
        supervisor.leave_step(turn, "failed" + (ended.detail.empty() ? "" : ": " + ended.detail));
    }

    // Ends the whole tree without asking.
    static void terminate(Supervisor& supervisor, Turn& turn) {
        const bool is_late = std::holds_alternative<ChildStarted>(turn.event);
        if (!is_late) supervisor.records_.clear();
        supervisor.terminate(
            turn, (is_late ? "it started after the last wait" : words_of(turn.event)) + "; ending the whole tree");
    }

    // The child has ended as asked; what it left behind has the rest of the step's time.
    static void root_ended(Supervisor& supervisor, Turn& turn) {
        if (supervisor.left_behind_ == 0) supervisor.tree_gone(turn, {});
    }

    static void tree_gone(Supervisor& supervisor, Turn& turn) { supervisor.tree_gone(turn, {}); }

    // Even the job object did not end the tree. A stop ends here all the same; a restart or a pause must neither put a
    // second child beside a living one nor claim that there is none, so it keeps trying until that one ends or a stop
    // is asked for.
    static void give_up(Supervisor& supervisor, Turn& turn) {
        const std::string left = supervisor.what_is_left();
        if (!supervisor.restarting_ && !supervisor.pausing_)
            return supervisor.finish(turn, Outcome::success, "stopped as requested, but " + left);
        if (supervisor.root_alive_) return supervisor.terminate(turn, left + "; trying again");
        supervisor.tree_gone(turn, left + "; ");
    }

    // A stop request while stopping: it turns a restart or a pause into a stop, and a shutdown of the system cuts the
    // time.
    static void press(Supervisor& supervisor, Turn& turn) {
        const StopReason reason = std::get<StopRequested>(turn.event).reason;
        const bool is_shutdown = reason == StopReason::system_shutdown && !supervisor.budget_end_;
        if (!supervisor.restarting_ && !supervisor.pausing_ && !is_shutdown) return;
        supervisor.note_stop(reason, turn.now);
        if (is_shutdown) supervisor.cut_to_budget(turn.now);
        supervisor.remark(turn, std::string(words_of(reason)) + ", while stopping already");
    }

    // A stop after the end. Windows would start again what ended for its recovery actions; nobody wants that any more.
    static void stay_down(Supervisor& supervisor, Turn& turn) {
        if (supervisor.result_->outcome != Outcome::recover) return;
        supervisor.stop_reason_ = std::get<StopRequested>(turn.event).reason;
        supervisor.result_->outcome = Outcome::success;
        supervisor.remark(turn, words_of(turn.event) + "; it is not left to Windows' recovery actions any more");
    }

    // A restart by hand or a CONTINUE while a tree is being ended: launch when it is gone, whatever the policy says and
    // instead of a pause. After a stop request there is nothing more to ask for.
    static void then_launch(Supervisor& supervisor, Turn& turn) {
        const bool is_restart = std::holds_alternative<RestartRequested>(turn.event);
        const bool is_undecided = supervisor.state_ == State::clearing && is_restart && !supervisor.restarting_;
        if (is_scheduled(turn.event) || (!supervisor.pausing_ && !is_undecided)) return;
        supervisor.pausing_ = false;
        supervisor.restarting_ = true;
        supervisor.next_reason_ = start_reason_of(turn.event);
        supervisor.remark(turn, words_of(turn.event) + "; a launch follows when the tree is gone");
    }

    static bool refuses_pause(Supervisor& supervisor, Turn& turn) {
        if (supervisor.options_.pause != PausePolicy::refuse) return false;
        supervisor.remark(turn, "pause requested; ignored, because the configuration says `pause = \"refuse\"`");
        return true;
    }

    static void pause(Supervisor& supervisor, Turn& turn) {
        if (!refuses_pause(supervisor, turn)) supervisor.pause(turn, "pause requested");
    }

    // The pause takes effect when the launch has returned or the tree is gone; it replaces a restart, never a stop.
    static void pause_later(Supervisor& supervisor, Turn& turn) {
        const bool is_stopping = supervisor.state_ == State::stopping || supervisor.state_ == State::killing;
        if (supervisor.pausing_ || (is_stopping && !supervisor.restarting_) || refuses_pause(supervisor, turn)) return;
        supervisor.pausing_ = true;
        supervisor.restarting_ = false;
        supervisor.remark(turn, supervisor.launching_ ? "pause requested; it waits for the launch to return"
                                                      : "pause requested; it waits for the tree to end");
    }

    // In the backoff there is no child to pause: the next launch waits for CONTINUE.
    static void pause_now(Supervisor& supervisor, Turn& turn) {
        if (!refuses_pause(supervisor, turn))
            supervisor.park(turn, "pause requested; no restart before it is continued");
    }

    // CONTINUE while the launch is under way: the pause that waited for it is off.
    static void keep_running(Supervisor& supervisor, Turn& turn) {
        if (!supervisor.pausing_) return;
        supervisor.pausing_ = false;
        supervisor.remark(turn, "continue requested; the pause is off");
    }

    // CONTINUE, or a start by hand: the child runs on, or a new one is launched.
    static void resume(Supervisor& supervisor, Turn& turn) {
        if (supervisor.suspended_) {
            supervisor.stand_up(turn);
            supervisor.enter(turn, State::running, words_of(turn.event) + "; the tree runs on");
            return supervisor.arm_settling();
        }
        supervisor.backoff_.start_over();
        supervisor.launch(turn, start_reason_of(turn.event), words_of(turn.event));
    }

    // The tree could not be suspended as a whole, so that all of it must run on.
    static void run_on(Supervisor& supervisor, Turn& turn) {
        const std::string why = std::get<SuspendFailed>(turn.event).error.message;
        supervisor.stand_up(turn);
        supervisor.enter(turn, State::running, "the tree could not be suspended (" + why + "); it runs on");
        supervisor.arm_settling();
    }

    // A child that stands still cannot react to any step: it runs on first.
    static void stop_paused(Supervisor& supervisor, Turn& turn) {
        if (!supervisor.root_alive_) return finish(supervisor, turn);
        supervisor.stand_up(turn);
        first_step(supervisor, turn);
    }

    // By hand: the end of the pause. A schedule does not end a pause.
    static void restart_paused(Supervisor& supervisor, Turn& turn) {
        if (is_scheduled(turn.event)) return supervisor.remark(turn, "scheduled restart; skipped while paused");
        if (!supervisor.root_alive_) return resume(supervisor, turn);
        supervisor.stand_up(turn);
        first_step(supervisor, turn);
    }

    // New options. What runs goes on; everything decided from here on is decided by them.
    static void adopt(Supervisor& supervisor, Turn& turn) {
        supervisor.options_ = std::get<Reconfigured>(turn.event).options;
        if (supervisor.state_ == State::running) supervisor.arm_settling();
        const bool is_off = supervisor.state_ == State::starting && supervisor.pausing_ &&
                            supervisor.options_.pause == PausePolicy::refuse;
        if (!is_off) return;
        supervisor.pausing_ = false;
        supervisor.remark(turn, "pausing is refused by the new configuration; the pause is off");
    }

    // Nothing is alive: the end that was asked for.
    static void finish(Supervisor& supervisor, Turn& turn) {
        const bool has_failed = std::holds_alternative<LaunchFailed>(turn.event);
        supervisor.finish(turn, Outcome::success,
                          "stopped as requested" + (has_failed ? ": " + describe(*supervisor.last_end_) : ""));
    }

    // The launch that was given up has returned after all, with a child that nobody wants.
    static void too_late(Supervisor&, Turn& turn) { turn.actions.emplace_back(TerminateTree{k_exit_terminated}); }
};

namespace {

using Row = std::array<Cell, k_state_count>;
using Table = StateTable;

constexpr Cell none{k_nothing, Table::nothing};
constexpr Cell bug{k_bug, Table::bug};
constexpr Cell launch{"launch", Table::launch};
constexpr Cell launch_now{"launch_now", Table::launch_now};
constexpr Cell run{"run", Table::run};
constexpr Cell decide{"decide", Table::decide};
constexpr Cell ended{"ended", Table::ended};
constexpr Cell clear_timeout{"clear_timeout", Table::clear_timeout};
constexpr Cell start_timeout{"start_timeout", Table::start_timeout};
constexpr Cell settle{"settle", Table::settle};
constexpr Cell stop_launch{"stop_launch", Table::stop_launch};
constexpr Cell first_step{"first_step", Table::first_step};
constexpr Cell next_step{"next_step", Table::next_step};
constexpr Cell step_ended{"step_ended", Table::step_ended};
constexpr Cell terminate{"terminate", Table::terminate};
constexpr Cell root_ended{"root_ended", Table::root_ended};
constexpr Cell tree_gone{"tree_gone", Table::tree_gone};
constexpr Cell give_up{"give_up", Table::give_up};
constexpr Cell press{"press", Table::press};
constexpr Cell stay_down{"stay_down", Table::stay_down};
constexpr Cell time_launch{"time_launch", Table::time_launch};
constexpr Cell then_launch{"then_launch", Table::then_launch};
constexpr Cell finish{"finish", Table::finish};
constexpr Cell too_late{"too_late", Table::too_late};
constexpr Cell pause{"pause", Table::pause};
constexpr Cell pause_later{"pause_later", Table::pause_later};
constexpr Cell pause_now{"pause_now", Table::pause_now};
constexpr Cell keep_running{"keep_running", Table::keep_running};
constexpr Cell resume{"resume", Table::resume};
constexpr Cell run_on{"run_on", Table::run_on};
constexpr Cell stop_paused{"stop_paused", Table::stop_paused};
constexpr Cell restart_paused{"restart_paused", Table::restart_paused};
constexpr Cell adopt{"adopt", Table::adopt};

// clang-format off
constexpr std::array<Row, k_event_count> k_table{{
    //                         idle    starting       running     clearing       backoff     stopping     killing      stopped    paused
    /* start_requested    */ {{launch, none,          none,       none,          launch_now, none,        none,        none,      resume}},
    /* child_started      */ {{bug,    run,           bug,        bug,           bug,        first_step,  terminate,   too_late,  bug}},
    /* launch_failed      */ {{bug,    decide,        bug,        bug,           bug,        finish,      finish,      none,      bug}},
    /* child_exited       */ {{bug,    bug,           ended,      bug,           bug,        root_ended,  root_ended,  none,      ended}},
    /* tree_emptied       */ {{bug,    none,          none,       decide,        none,       tree_gone,   tree_gone,   none,      none}},
    /* deadline           */ {{none,   start_timeout, settle,     clear_timeout, launch,     next_step,   give_up,     none,      none}},
    /* stop_requested     */ {{finish, stop_launch,   first_step, terminate,     finish,     press,       press,       stay_down, stop_paused}},
    /* step_ended         */ {{none,   none,          none,       none,          none,       step_ended,  none,        none,      none}},
    /* restart_requested  */ {{none,   none,          first_step, then_launch,   launch_now, then_launch, then_launch, none,      restart_paused}},
    /* pause_requested    */ {{none,   pause_later,   pause,      pause_later,   pause_now,  pause_later, pause_later, none,      none}},
    /* continue_requested */ {{none,   keep_running,  none,       then_launch,   none,       then_launch, then_launch, none,      resume}},
    /* suspend_failed     */ {{none,   none,          none,       none,          none,       none,        none,        none,      run_on}},
    /* reconfigured       */ {{adopt,  adopt,         adopt,      adopt,         adopt,      adopt,       adopt,       none,      adopt}},
    /* launch_begun       */ {{none,   time_launch,   none,       none,          none,       none,        none,        none,      none}},
}};
// clang-format on

}  // namespace

const Cell& cell_of(std::size_t row, State state) {
    return k_table.at(row).at(static_cast<std::size_t>(state));
}

}  // namespace svcwrap::supervise
