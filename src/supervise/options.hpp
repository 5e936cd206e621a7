#pragma once
// What the user can decide about starting, restarting and stopping. Filled by config/.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/exit_code.hpp"
#include "base/time.hpp"

namespace svcwrap::supervise {

// systemd's Restart= (systemd.service(5)), with "crash" for "unclean signal".
enum class RestartPolicy : std::uint8_t { never, on_failure, on_abnormal, on_success, always };

struct ExitCodeRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0;  // included
};
// probe_failure is reserved: no end has it yet.
enum class ExitClass : std::uint8_t { crash, timeout, launch_failure, probe_failure };
using ExitMatch = std::variant<ExitCodeRange, ExitClass>;

enum class RuleAction : std::uint8_t {
    restart,      // with the backoff's delay, or the rule's own
    restart_now,  // without any delay; still counted by the limit
    stop,         // STOPPED, as a success
    fail,         // STOPPED, as a failure, with the child's exit code
};

struct RestartRule {
    std::vector<ExitMatch> exit_codes;
    RuleAction action = RuleAction::restart;
    std::optional<Duration> delay;
};

// What becomes of the service when the limit is reached.
enum class GiveUp : std::uint8_t {
    fail,     // STOPPED with the child's exit code
    stop,     // STOPPED as a success
    recover,  // the wrapper ends without reporting STOPPED, so that the SCM's recovery actions apply
};

struct RestartOptions {
    RestartPolicy policy = RestartPolicy::on_failure;
    std::vector<std::uint32_t> success_exit_codes{0};
    Duration delay = std::chrono::seconds(1);
    Duration max_delay = std::chrono::minutes(5);
    double multiplier = 2.0;
    double jitter = 0.1;  // the delay is drawn from delay * [1 - jitter, 1 + jitter], and never beyond max_delay
    Duration reset_after = std::chrono::minutes(10);
    std::uint32_t limit = 0;  // restarts within limit_interval; 0 = no limit
    Duration limit_interval = std::chrono::hours(1);
    GiveUp on_give_up = GiveUp::fail;
    std::vector<RestartRule> rules;  // the first match wins, before the policy
};

// How one stop step asks the child to end.
enum class StopMethod : std::uint8_t {
    ctrl_break,
    ctrl_c,
    close_window,    // WM_CLOSE to every top-level window of the tree
    standard_input,  // writes StopStep::text into the child's standard input and closes it
    command,         // runs StopStep::command; the step goes on waiting for the child until its timeout
    wait,            // asks nothing: the child has been told by other means
    terminate,       // ends the whole tree
    pre_stop,        // never configured as a step: hooks.pre_stop, run before the first step; over when the hook is
};

struct StopStep {
    StopMethod method = StopMethod::ctrl_break;
    Duration timeout = std::chrono::seconds(20);
    std::string text;                  // standard_input only; escapes are resolved already
    std::vector<std::string> command;  // command only: program and arguments; not empty
};

struct StopOptions {
    std::vector<StopStep> steps{StopStep{}};
    Duration timeout = k_forever;      // for all steps together; what is left of the tree is ended then
    std::optional<Duration> pre_stop;  // the time of hooks.pre_stop, if there is one
    // false: only the child itself has to end; what it started may live on.
    bool kill_tree = true;
};

// What PAUSE does. CONTINUE undoes it.
enum class PausePolicy : std::uint8_t {
    refuse,   // PAUSE is not accepted
    suspend,  // every thread of the tree stands still
    stop,     // the child is stopped by the steps, and started anew by CONTINUE
};

struct StartOptions {
    Duration timeout = std::chrono::seconds(30);  // for the launch itself, from LaunchBegun on
};

struct Options {
    StartOptions start;
    RestartOptions restart;
    StopOptions stop;
    PausePolicy pause = PausePolicy::refuse;
};

// Two launches of which the second was not asked for are never closer than this, whatever the delays say: a child that
// ends at once with `delay = "0s"` or restart_now must not eat the machine. A run that lasted longer is not delayed.
inline constexpr Duration k_min_launch_gap = std::chrono::milliseconds(100);
// After the last step the job object ends the tree; how long that may take before the rest is given up as left over.
inline constexpr Duration k_kill_timeout = std::chrono::seconds(5);
// SHUTDOWN leaves about 5 s on modern Windows (WaitToKillServiceTimeout); the steps together are cut to this.
inline constexpr Duration k_shutdown_budget = std::chrono::seconds(3);

}  // namespace svcwrap::supervise
