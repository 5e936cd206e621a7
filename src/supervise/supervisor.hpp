#pragma once
// The supervisor: decides what happens to one child, from the request to start to STOPPED. Pure: time and chance come
// in as arguments, decisions go out as actions, and it neither blocks, nor logs, nor throws.
//
// States
//   idle      nothing was asked yet
//   starting  a launch is under way; the child may exist already, we do not know yet
//   running   the child runs
//   clearing  the child has ended, processes that it left behind are being ended before the restart is decided
//   backoff   no child; the next launch waits for its time
//   stopping  a stop was asked for, or a restart; the stop steps are being tried, or the launch is waited for
//   killing   the steps ran out; the job object was told to end the tree
//   stopped   the end; nothing is alive (or what is left was reported), nothing more will be started
//   paused    PAUSE was asked for: the child stands still (suspended), or there is none
//
// Events (rows) in states (columns). "-": nothing to do, no complaint. "bug": cannot happen; complained about,
// survived. Each other word names a cell of the same table in state_table.cpp, where a comment says what it does. A
// test compares the two tables, and another walks every pair.
//
// clang-format off
// | event \ state      | idle   | starting      | running    | clearing      | backoff    | stopping    | killing     | stopped   | paused         |
// |--------------------|--------|---------------|------------|---------------|------------|-------------|-------------|-----------|----------------|
// | start_requested    | launch | -             | -          | -             | launch_now | -           | -           | -         | resume         |
// | child_started      | bug    | run           | bug        | bug           | bug        | first_step  | terminate   | too_late  | bug            |
// | launch_failed      | bug    | decide        | bug        | bug           | bug        | finish      | finish      | -         | bug            |
// | child_exited       | bug    | bug           | ended      | bug           | bug        | root_ended  | root_ended  | -         | ended          |
// | tree_emptied       | bug    | -             | -          | decide        | -          | tree_gone   | tree_gone   | -         | -              |
// | deadline           | -      | start_timeout | settle     | clear_timeout | launch     | next_step   | give_up     | -         | -              |
// | stop_requested     | finish | stop_launch   | first_step | terminate     | finish     | press       | press       | stay_down | stop_paused    |
// | step_ended         | -      | -             | -          | -             | -          | step_ended  | -           | -         | -              |
// | restart_requested  | -      | -             | first_step | then_launch   | launch_now | then_launch | then_launch | -         | restart_paused |
// | pause_requested    | -      | pause_later   | pause      | pause_later   | pause_now  | pause_later | pause_later | -         | -              |
// | continue_requested | -      | keep_running  | -          | then_launch   | -          | then_launch | then_launch | -         | resume         |
// | suspend_failed     | -      | -             | -          | -             | -          | -           | -           | -         | run_on         |
// | reconfigured       | adopt  | adopt         | adopt      | adopt         | adopt      | adopt       | adopt       | -         | adopt          |
// | launch_begun       | -      | time_launch   | -          | -             | -          | -           | -           | -         | -              |
// clang-format on
//
// These rules hold beside the table:
//   - A deadline that has not come is ignored.
//   - An event about a launch or a child that is not there is a bug in every state where its cell is not "-".
//   - tree_emptied while a launch is under way or a child lives is news of an earlier tree that outlived
//     clear_timeout, and is ignored.
//   - step_ended about a step that is not under way is ignored, and so is suspend_failed when nothing is suspended.
//   - A stop of the service, once asked for, is never undone: not by a restart, a pause, a continue or a start.
//   - Of a pause and a restart (or a continue) that wait for the same tree to end, the later request counts.
//   - A scheduled restart concerns a running child only: it neither cuts a backoff short nor ends a pause.
//   - A stop of a service that has ended for Windows' recovery actions keeps them from starting it again.
//   - Options::pause == refuse: pause_requested is journaled and ignored.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/exit_code.hpp"
#include "base/time.hpp"
#include "supervise/backoff.hpp"
#include "supervise/options.hpp"
#include "supervise/run_end.hpp"

namespace svcwrap::supervise {

enum class State : std::uint8_t { idle, starting, running, clearing, backoff, stopping, killing, stopped, paused };
inline constexpr std::size_t k_state_count = 9;
[[nodiscard]] std::string_view name_of(State state);

// Who or what asked for a stop.
enum class StopReason : std::uint8_t { asked, console, system_shutdown, system_preshutdown };
[[nodiscard]] std::string_view name_of(StopReason reason);

// Who or what asked for a restart.
enum class RestartReason : std::uint8_t { asked, scheduled };
[[nodiscard]] std::string_view name_of(RestartReason reason);

// Why a run was started: by the service's start, by the restart policy or a rule, by hand (also when a backoff was cut
// short), by schedule, by CONTINUE after a pause that had stopped the child.
enum class StartReason : std::uint8_t { requested, policy, asked, scheduled, continued };
[[nodiscard]] std::string_view name_of(StartReason reason);  // "requested", "policy", ...

// What follows a run: the next launch (by policy, rule or restart request), the service's end as a success or as a
// failure, the end because the limit of restarts was reached, or a pause without a child.
enum class Aftermath : std::uint8_t { restart, stopped, failed, gave_up, paused };
[[nodiscard]] std::string_view name_of(Aftermath aftermath);

// One stop step as it went.
struct StepRecord {
    StopMethod method = StopMethod::ctrl_break;
    Duration took{};        // zero while the step is under way
    bool failed = false;    // it could not be carried out
    bool ended_it = false;  // the tree ended during this step
    std::string detail;     // why it failed (StepEnded::detail)
};

// ---- events: what happened ----
struct StartRequested {};
struct ChildStarted {
    std::uint32_t process_id = 0;
};
struct LaunchFailed {
    Error error;
};
// The root process ended. `left_behind` = processes of its tree alive at that moment.
struct ChildExited {
    ExitCode code;
    std::size_t left_behind = 0;
};
// The root had ended before, and now the job is empty too.
struct TreeEmptied {};
// The time that deadline() named has come. Early and repeated calls are harmless.
struct Deadline {};
struct StopRequested {
    StopReason reason = StopReason::asked;
};
// A stop step needs no more waiting: it could not be carried out (the console event could not be sent), or it was the
// pre_stop hook and the hook has ended. The next one begins at once. News of a step that is over already is ignored.
// `index` counts the steps of this stop as they were begun (BeginStopStep::index): pre_stop, where there is one, is 0.
struct StepEnded {
    std::size_t index = 0;
    bool failed = true;
    std::string detail;  // why it failed; else empty
};
// End the child by the stop steps and start it again.
struct RestartRequested {
    RestartReason reason = RestartReason::asked;
};
// PAUSE and CONTINUE of the SCM. What they do is Options::pause.
struct PauseRequested {};
struct ContinueRequested {};
// SuspendTree could not be carried out: the child runs on.
struct SuspendFailed {
    Error error;
};
// The configuration was read again. Times that run already go on; everything decided from now on is by the new options.
struct Reconfigured {
    Options options;
};
// What the launch had to wait for (the hooks before it) is over: StartOptions::timeout counts from here. Only the first
// one of a launch counts.
struct LaunchBegun {};
// The alternatives stand in the order of the rows of the table.
using Event = std::variant<StartRequested, ChildStarted, LaunchFailed, ChildExited, TreeEmptied, Deadline,
                           StopRequested, StepEnded, RestartRequested, PauseRequested, ContinueRequested, SuspendFailed,
                           Reconfigured, LaunchBegun>;
inline constexpr std::size_t k_event_count = std::variant_size_v<Event>;
[[nodiscard]] std::string_view name_of(const Event& event);

// ---- actions: what the host must do, in this order ----
struct Launch {
    std::uint64_t run = 0;  // counted from 1 over the life of the service
    StartReason reason = StartReason::requested;
};
// A run is over, its tree is gone (or what is left of it was reported), and it is decided what follows. Exactly one for
// each Launch; in the list of actions it stands before the Transition that it leads to, hence before the next Launch
// and before the service is stopped.
struct RunOver {
    std::uint64_t run = 0;
    RunEnd end;
    Aftermath aftermath = Aftermath::stopped;
    std::optional<StopReason> stop_reason;  // who asked for the end, if it was a stop of the service
    std::string why;                        // the decision in words
};
// Stops every thread of the tree. Not carried out: SuspendFailed.
struct SuspendTree {};
// Lets the tree run on. Also sent after SuspendFailed, since half of the tree may stand still: must be harmless then.
struct ResumeTree {};
struct BeginStopStep {
    std::size_t index = 0;
    StopStep step;  // its timeout may be shorter than configured: the system does not wait when it shuts down
};
struct TerminateTree {
    ExitCode code;
};
// Every change of state, with its reason in words: one line of the journal. from == to: the state stays, and there is
// something to journal (the next stop step, a launch that takes too long).
struct Transition {
    State from = State::idle;
    State to = State::idle;
    std::string reason;
};
// An event came that cannot come in this state: a defect to journal and to survive.
struct Complaint {
    std::string text;
};
using Action =
    std::variant<Launch, RunOver, BeginStopStep, TerminateTree, SuspendTree, ResumeTree, Transition, Complaint>;
using Actions = std::vector<Action>;

// What there is to know from outside. `restarts` counts launches after the first.
struct Snapshot {
    State state = State::idle;
    TimePoint since{};
    std::uint64_t run = 0;
    std::uint64_t restarts = 0;
    std::uint32_t process_id = 0;  // 0 = no child
    std::optional<RunEnd> last_end;
    std::optional<TimePoint> next_launch;    // in backoff
    std::optional<TimePoint> pending_until;  // starting, stopping, killing: when it is over at the latest
    bool launch_overdue = false;             // starting: the launch takes longer than start.timeout
    bool restarting = false;                 // stopping, killing, clearing: a launch follows, whatever the policy says
    std::optional<StopReason> stop_reason;
    StartReason start_reason = StartReason::requested;  // of the run at hand
    bool suspended = false;                             // paused: the child is there and stands still
    bool pausing = false;                               // stopping, killing, clearing, starting: a pause follows
    bool accepts_pause = false;  // Options::pause is not refuse, or the service is paused and must be able to continue
    bool gave_up = false;        // stopped: the limit of restarts was reached
    std::vector<StepRecord> steps;      // of the stop under way, or of the last one
    bool was_killed = false;            // the last stop ended by the job object
    std::string reason;                 // of the last transition
    std::optional<FinalResult> result;  // when stopped
};

struct Turn;

// Not thread-safe: lives on the control loop.
class Supervisor {
public:
    explicit Supervisor(Options options);

    // Takes what happened and says what to do. `chance` in [0, 1) feeds the jitter.
    [[nodiscard]] Actions handle(const Event& event, TimePoint now, double chance);

    // When a Deadline event is due; nothing = not before another event.
    [[nodiscard]] std::optional<TimePoint> deadline() const { return deadline_; }
    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] Snapshot snapshot() const;

private:
    friend struct StateTable;  // the named cells of the table, in state_table.cpp

    [[nodiscard]] bool is_stale(const Event& event, TimePoint now) const;
    [[nodiscard]] bool is_plausible(const Event& event) const;
    [[nodiscard]] std::optional<TimePoint> pending_until() const;

    // What an event tells, before a cell decides what follows from it.
    void note(const Turn& turn);
    void note_end(RunEnd end, TimePoint now);
    void note_stop(StopReason reason, TimePoint now);
    void note_what_is_left(TimePoint now);

    // The deeds of which the cells are made.
    void enter(Turn& turn, State to, std::string reason);
    void remark(Turn& turn, std::string reason);
    void launch(Turn& turn, StartReason start_reason, std::string reason);
    void relaunch(Turn& turn, const std::string& end);
    void arm_settling();
    void run_over(Turn& turn, Aftermath aftermath, const std::string& why);
    void begin_stop(Turn& turn, std::string reason);
    void begin_step(Turn& turn, std::size_t index);
    void close_step(TimePoint now, bool ended_it);
    void leave_step(Turn& turn, const std::string& how);
    void terminate(Turn& turn, std::string reason);
    void pause(Turn& turn, const std::string& why);
    void park(Turn& turn, const std::string& why);
    void stand_up(Turn& turn);
    void count_standstill(TimePoint now);
    void decide(Turn& turn, const std::string& prefix);
    void back_off(Turn& turn, const Verdict& verdict, const std::string& why);
    void tree_gone(Turn& turn, const std::string& how);
    void cut_to_budget(TimePoint now);
    void finish(Turn& turn, Outcome outcome, std::string reason);
    [[nodiscard]] std::string left_behind_text() const;
    [[nodiscard]] std::string what_is_left() const;

    Options options_;
    Backoff backoff_;
    State state_ = State::idle;
    TimePoint since_{};
    std::string reason_;
    std::optional<TimePoint> deadline_;

    std::uint64_t run_ = 0;
    StartReason start_reason_ = StartReason::requested;
    bool run_open_ = false;    // Launch went out, and RunOver did not
    bool begun_ = false;       // launch_begun came
    bool launching_ = false;   // Launch went out, and neither child_started nor launch_failed came back
    bool overdue_ = false;     // and start.timeout is over
    bool root_alive_ = false;  // child_started came, child_exited did not
    std::uint32_t process_id_ = 0;
    std::size_t left_behind_ = 0;  // processes that the ended root left in the job
    TimePoint launched_{};
    TimePoint started_{};     // later by the time that the child stood still
    bool suspended_ = false;  // the child stands still
    std::optional<RunEnd> last_end_;
    std::uint64_t last_end_run_ = 0;

    std::optional<StopReason> stop_reason_;
    // What follows when the tree is gone: at most one of these two, and none of them once a stop was asked for.
    bool restarting_ = false;
    bool pausing_ = false;
    StartReason next_reason_ = StartReason::asked;  // of the launch that `restarting_` leads to
    std::vector<StopStep> steps_;                   // of the stop under way, cut to what time there is
    std::size_t step_ = 0;
    TimePoint step_begun_{};
    std::vector<StepRecord> records_;
    bool was_killed_ = false;
    std::optional<TimePoint> budget_end_;  // the system shuts down: the steps must be over by then
    bool gave_up_ = false;
    std::optional<FinalResult> result_;
};

}  // namespace svcwrap::supervise
