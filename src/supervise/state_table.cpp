#include "supervise/state_table.hpp"

#include <array>
#include <string>
#include <utility>

#include "supervise/moment.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::supervise {

// The cells. Facts (who lives, how it ended) are noted before; a cell only decides what follows.
struct StateTable {
    static void nothing(Supervisor&, Turn&) {}

    static void bug(Supervisor& supervisor, Turn& turn) {
        turn.actions.emplace_back(Complaint{std::string(name_of(turn.event)) + " cannot come in state " +
                                            std::string(name_of(supervisor.state_)) + "; ignored"});
    }

    // The first launch, or the next one when its time has come.
    static void launch(Supervisor& supervisor, Turn& turn) {
        supervisor.launch(turn, supervisor.run_ == 0 ? "start requested" : "the wait is over");
    }

    // Someone does not want to wait for the backoff.
    static void launch_now(Supervisor& supervisor, Turn& turn) {
        supervisor.backoff_.start_over();
        supervisor.launch(turn, std::string(name_of(turn.event)) + ": the wait was cut short");
    }

    // The child is there. A launch that took too long counts as well as any other.
    static void run(Supervisor& supervisor, Turn& turn) {
        supervisor.enter(turn, State::running, "process " + std::to_string(supervisor.process_id_) + " started");
        if (supervisor.backoff_.consecutive() > 0)
            supervisor.deadline_ = after(turn.now, supervisor.options_.restart.reset_after);
    }

    // Restart, or end: restart_policy.hpp and backoff.hpp.
    static void decide(Supervisor& supervisor, Turn& turn) { supervisor.decide(turn, {}); }

    // The child ended by itself. What it left behind must be gone before the next one may come.
    static void ended(Supervisor& supervisor, Turn& turn) {
        if (supervisor.left_behind_ == 0) return supervisor.decide(turn, {});
        supervisor.enter(
            turn, State::clearing,
            describe(*supervisor.last_end_) + "; ending " + supervisor.left_behind_text() + " that it left behind");
        turn.actions.emplace_back(TerminateTree{k_exit_terminated});
        supervisor.deadline_ = after(turn.now, k_kill_timeout);
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
        supervisor.enter(turn, State::stopping, "stop requested; waiting for the launch to return");
        supervisor.deadline_ = after(turn.now, k_kill_timeout);
        if (supervisor.budget_end_) supervisor.cut_to_budget(turn.now);
    }

    // Begins to stop a living child: a stop, a restart by hand, or a child that came after the stop was asked for.
    static void first_step(Supervisor& supervisor, Turn& turn) {
        supervisor.restarting_ = std::holds_alternative<RestartRequested>(turn.event);
        supervisor.begin_stop(
            turn, std::holds_alternative<ChildStarted>(turn.event)
                      ? "process " + std::to_string(supervisor.process_id_) + " started after the stop was requested"
                      : std::string(name_of(turn.event)));
    }

    static void next_step(Supervisor& supervisor, Turn& turn) {
        if (supervisor.launching_) {
            supervisor.enter(turn, State::killing, "the launch has not returned; waiting a last time");
            supervisor.deadline_ = after(turn.now, k_kill_timeout);
            return;
        }
        const Duration time = supervisor.steps_[supervisor.step_].timeout;
        supervisor.leave_step(turn, "did not end it within " + to_human(time));
    }

    // A step that cannot be carried out is not waited for.
    static void step_failed(Supervisor& supervisor, Turn& turn) { supervisor.leave_step(turn, "failed"); }

    // Ends the whole tree without asking.
    static void terminate(Supervisor& supervisor, Turn& turn) {
        supervisor.terminate(turn, std::string(name_of(turn.event)) + "; ending the whole tree");
    }

    // The child has ended as asked; what it left behind has the rest of the step's time.
    static void root_ended(Supervisor& supervisor, Turn& turn) {
        if (supervisor.left_behind_ == 0) supervisor.tree_gone(turn, {});
    }

    static void tree_gone(Supervisor& supervisor, Turn& turn) { supervisor.tree_gone(turn, {}); }

    // Even the job object did not end the tree. A stop ends here all the same; a restart by hand must not put a second
    // child beside a living one, so it keeps trying until that one ends or a stop is asked for.
    static void give_up(Supervisor& supervisor, Turn& turn) {
        const std::string left = supervisor.what_is_left();
        if (!supervisor.restarting_)
            return supervisor.finish(turn, Outcome::success, "stopped as requested, but " + left);
        if (supervisor.root_alive_) return supervisor.terminate(turn, left + "; trying again");
        supervisor.tree_gone(turn, left + "; ");
    }

    // A stop request while stopping: it turns a restart into a stop, and a shutdown of the system cuts the time.
    static void press(Supervisor& supervisor, Turn& turn) {
        const StopReason reason = std::get<StopRequested>(turn.event).reason;
        const bool is_shutdown = reason == StopReason::system_shutdown && !supervisor.budget_end_;
        if (!supervisor.restarting_ && !is_shutdown) return;
        supervisor.note_stop(reason, turn.now);
        if (is_shutdown) supervisor.cut_to_budget(turn.now);
        supervisor.remark(turn, std::string(name_of(reason)) + ": stop requested while stopping");
    }

    // A restart by hand while clearing: launch when it is clear, whatever the policy says.
    static void then_launch(Supervisor& supervisor, Turn&) { supervisor.restarting_ = true; }

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
constexpr Cell step_failed{"step_failed", Table::step_failed};
constexpr Cell terminate{"terminate", Table::terminate};
constexpr Cell root_ended{"root_ended", Table::root_ended};
constexpr Cell tree_gone{"tree_gone", Table::tree_gone};
constexpr Cell give_up{"give_up", Table::give_up};
constexpr Cell press{"press", Table::press};
constexpr Cell then_launch{"then_launch", Table::then_launch};
constexpr Cell finish{"finish", Table::finish};
constexpr Cell too_late{"too_late", Table::too_late};

// clang-format off
constexpr std::array<Row, k_event_count> k_table{{
    //                       idle    starting       running     clearing       backoff     stopping     killing     stopped
    /* start_requested   */ {{launch, none,          none,       none,          launch_now, none,        none,       none}},
    /* child_started     */ {{bug,    run,           bug,        bug,           bug,        first_step,  terminate,  too_late}},
    /* launch_failed     */ {{bug,    decide,        bug,        bug,           bug,        finish,      finish,     none}},
    /* child_exited      */ {{bug,    bug,           ended,      bug,           bug,        root_ended,  root_ended, none}},
    /* tree_emptied      */ {{bug,    none,          none,       decide,        none,       tree_gone,   tree_gone,  none}},
    /* deadline          */ {{none,   start_timeout, settle,     clear_timeout, launch,     next_step,   give_up,    none}},
    /* stop_requested    */ {{finish, stop_launch,   first_step, terminate,     finish,     press,       press,      none}},
    /* step_failed       */ {{none,   none,          none,       none,          none,       step_failed, none,       none}},
    /* restart_requested */ {{none,   none,          first_step, then_launch,   launch_now, none,        none,       none}},
}};
// clang-format on

}  // namespace

const Cell& cell_of(std::size_t row, State state) {
    return k_table.at(row).at(static_cast<std::size_t>(state));
}

}  // namespace svcwrap::supervise
