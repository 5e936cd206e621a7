#pragma once
// What the SCM is told about a supervisor's state: one table, with rising checkpoints and growing wait hints. Pure.
#include <optional>

#include "base/time.hpp"
#include "platform/service_session.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::supervise {

// idle and the first launch = START_PENDING; running, clearing, backoff and every later launch = RUNNING (an operator
// and a script must see a service that takes care of its child as running; what the child does is in `svcwrap status`);
// stopping and killing = STOP_PENDING; stopped = STOPPED. paused = PAUSED; stopping and killing for a pause =
// PAUSE_PENDING; the launch after CONTINUE = CONTINUE_PENDING; what a child left behind, being ended when a pause was
// asked for = PAUSED.
// A restart by hand stays RUNNING all along: the service does not stop, and STOP_PENDING leads nowhere but to STOPPED.
// A launch that takes longer than start.timeout is told as RUNNING too: no control reaches a service in START_PENDING,
// and nobody could stop it.
[[nodiscard]] platform::ServiceState scm_state_of(const Snapshot& snapshot);

// While something is pending the SCM wants to hear from us before each wait hint is over, with a higher checkpoint.
// Microsoft's documentation asks for a report within the hint; NSSM found that an unchanged checkpoint is taken for a
// hang after 30 s and an unchanged hint after 60 s. So: every 10 s, both rising.
inline constexpr Duration k_checkpoint_interval = std::chrono::seconds(10);
// How much later than the next report the hint ends.
inline constexpr Duration k_hint_margin = std::chrono::seconds(5);

// What STOPPED carries for a result: a failure with a child's code is 1066 (ERROR_SERVICE_SPECIFIC_ERROR) with that
// code, one without is 1067 (ERROR_PROCESS_ABORTED), success is 0. For Outcome::recover nothing may be reported.
[[nodiscard]] platform::SessionReport stopped_report(const FinalResult& result);

// RUNNING and PAUSED accept STOP, PRESHUTDOWN, PARAMCHANGE and, as Snapshot::accepts_pause says, PAUSE and CONTINUE;
// not SHUTDOWN, which comes later and leaves less time. PAUSE_PENDING and CONTINUE_PENDING accept STOP and PRESHUTDOWN:
// a child that cannot be ended or does not come must not lock the operator out. START_PENDING and STOP_PENDING accept
// nothing (winsvc.h, SERVICE_STATUS: a service that is starting must not accept controls; one that stops gets none).
// Windows knows only some ways from one state to another ("Service State Transitions"): where there is no direct one, a
// state between is told first, and the next report is due at once. After STOPPED there is never another report.
class ScmReporter {
public:
    // The report to send now, or nothing if the SCM knows it all. Call it after every event and at due().
    [[nodiscard]] std::optional<platform::SessionReport> update(const Snapshot& snapshot, TimePoint now);
    // When the next report is due though nothing happens; nothing = not before the next event.
    [[nodiscard]] std::optional<TimePoint> due() const { return due_; }

private:
    [[nodiscard]] platform::SessionReport report_of(const Snapshot& snapshot, platform::ServiceState state,
                                                    TimePoint now);

    std::optional<platform::SessionReport> last_;
    TimePoint pending_since_{};
    std::optional<TimePoint> due_;
};

}  // namespace svcwrap::supervise
