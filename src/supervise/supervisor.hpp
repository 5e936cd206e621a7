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
//   stopping  a stop was asked for; the stop steps are being tried
//   killing   the steps ran out; the job object was told to end the tree
//   stopped   the end; nothing is alive (or what is left was reported), nothing more will be started
//
// Events (rows) in states (columns). "-": nothing to do, no complaint. "bug": cannot happen; complained about, survived.
// The same table stands in state_table.cpp; a test compares the two, and another walks every pair.
//
// clang-format off
// | event \ state     | idle        | starting      | running       | clearing      | backoff     | stopping   | killing     | stopped |
// |-------------------|-------------|---------------|---------------|---------------|-------------|------------|-------------|---------|
// | start_requested   | launch      | -             | -             | -             | launch_now  | -          | -           | -       |
// | child_started     | bug         | run           | bug           | bug           | bug         | first_step | terminate   | bug     |
// | launch_failed     | bug         | decide        | bug           | bug           | bug         | finish     | finish      | bug     |
// | child_exited      | bug         | bug           | ended         | bug           | bug         | root_ended | root_ended  | -       |
// | tree_emptied      | bug         | bug           | bug           | decide        | bug         | finish     | finish      | -       |
// | deadline          | -           | start_timeout | settle        | clear_timeout | launch      | next_step  | give_up     | -       |
// | stop_requested    | finish      | stop_launch   | first_step    | terminate     | finish      | shorten    | -           | -       |
// | restart_requested | -           | -             | restart       | -             | launch_now  | -          | -           | -       |
// clang-format on
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/exit_code.hpp"
#include "base/time.hpp"
#include "supervise/options.hpp"

namespace svcwrap::supervise {

enum class State : std::uint8_t { idle, starting, running, clearing, backoff, stopping, killing, stopped };
inline constexpr std::size_t k_state_count = 8;
[[nodiscard]] std::string_view name_of(State state);

// Who or what asked for a stop.
enum class StopReason : std::uint8_t { asked, console, system_shutdown, system_preshutdown };
[[nodiscard]] std::string_view name_of(StopReason reason);

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
// End the child by the stop steps and start it again.
struct RestartRequested {};
// The alternatives stand in the order of the rows of the table.
using Event = std::variant<StartRequested, ChildStarted, LaunchFailed, ChildExited, TreeEmptied, Deadline,
                           StopRequested, RestartRequested>;
inline constexpr std::size_t k_event_count = std::variant_size_v<Event>;
[[nodiscard]] std::string_view name_of(const Event& event);

// ---- actions: what the host must do, in this order ----
struct Launch {
    std::uint64_t run = 0;  // counted from 1 over the life of the service
};
struct BeginStopStep {
    std::size_t index = 0;
    StopStep step;
};
struct TerminateTree {
    ExitCode code;
};
// Every change of state, with its reason in words: one line of the journal.
struct Transition {
    State from = State::idle;
    State to = State::idle;
    std::string reason;
};
// An event came that cannot come in this state: a defect to journal and to survive.
struct Complaint {
    std::string text;
};
using Action = std::variant<Launch, BeginStopStep, TerminateTree, Transition, Complaint>;
using Actions = std::vector<Action>;

// How a run of the child ended.
enum class EndKind : std::uint8_t { exited, crashed, launch_failed, start_timed_out };
struct RunEnd {
    EndKind kind = EndKind::exited;
    ExitCode code;             // exited and crashed only
    std::string detail;        // launch_failed: the error in words
    WallTime when{};           // filled by the host
    bool asked_for = false;    // it ended after our own stop request
};

// How the service ends: what STOPPED carries.
enum class Outcome : std::uint8_t { success, failure, recover };
struct FinalResult {
    Outcome outcome = Outcome::success;
    std::optional<ExitCode> code;  // the child's, where there was one
    std::string reason;
};

// What there is to know from outside. `restarts` counts launches after the first.
struct Snapshot {
    State state = State::idle;
    TimePoint since{};
    std::uint64_t run = 0;
    std::uint64_t restarts = 0;
    std::uint32_t process_id = 0;  // 0 = no child
    std::optional<RunEnd> last_end;
    std::optional<TimePoint> next_launch;      // in backoff
    std::optional<TimePoint> pending_until;    // starting, stopping, killing: when it is over at the latest
    std::optional<StopReason> stop_reason;
    std::string reason;                        // of the last transition
    std::optional<FinalResult> result;         // when stopped
};

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

    Options options_;
    State state_ = State::idle;
    std::optional<TimePoint> deadline_;
    // The rest is for the one who writes it.
};

}  // namespace svcwrap::supervise
