#pragma once
// What the SCM is told about a supervisor's state: one table, with rising checkpoints and growing wait hints. Pure.
#include <optional>

#include "base/time.hpp"
#include "platform/service_session.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::supervise {

// idle and starting = START_PENDING; running, clearing and backoff = RUNNING (an operator and a script must see a
// service that takes care of its child as running; what the child does is in `svcwrap status`); stopping and killing =
// STOP_PENDING; stopped = STOPPED.
[[nodiscard]] platform::ServiceState scm_state_of(State state);

// While something is pending the SCM wants to hear from us before each wait hint is over, with a higher checkpoint.
// Microsoft's documentation asks for a report within the hint; NSSM found that an unchanged checkpoint is taken for a
// hang after 30 s and an unchanged hint after 60 s. So: every 10 s, both rising.
inline constexpr Duration k_checkpoint_interval = std::chrono::seconds(10);

class ScmReporter {
public:
    // The report to send now, or nothing if the SCM knows it all. Call it after every event and at due().
    [[nodiscard]] std::optional<platform::SessionReport> update(const Snapshot& snapshot, TimePoint now);
    // When the next report is due though nothing happens; nothing = not pending.
    [[nodiscard]] std::optional<TimePoint> due() const { return due_; }

private:
    std::optional<platform::SessionReport> last_;
    std::optional<TimePoint> pending_since_;
    std::optional<TimePoint> due_;
};

}  // namespace svcwrap::supervise
