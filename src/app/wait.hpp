#pragma once
// Waiting for the SCM: asks until a service is where it should be, with a bound.
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "app/output.hpp"
#include "app/parts.hpp"

namespace svcwrap::app {

inline constexpr Duration k_poll_interval = std::chrono::milliseconds(100);
// A service that waits shows progress by a change of state or a higher checkpoint within its wait hint (winsvc.h,
// SERVICE_STATUS); hints may be shorter than a busy machine allows, so this is the least patience.
inline constexpr Duration k_least_patience = std::chrono::seconds(30);

using StatusTest = std::function<bool(const platform::ServiceStatus&)>;

// Asks until `done` says yes. `timeout` bounds the whole wait; without one, the wait goes on while the service shows
// progress. Errors: timed_out, naming the state that it hangs in; those of query().
[[nodiscard]] Result<platform::ServiceStatus> wait_for(const AppParts& parts, const std::string& name,
                                                       const StatusTest& done, std::optional<Duration> timeout,
                                                       Progress& progress);

// Stops the service if it is not stopped and waits until it is, and its process has gone. The result tells whether
// there was something to stop. Errors: timed_out; those of ServiceManager::stop.
struct StopResult {
    bool changed = false;
    platform::ServiceStatus status;
};
[[nodiscard]] Result<StopResult> stop_and_wait(const AppParts& parts, const std::string& name,
                                               std::optional<Duration> timeout, bool quiet);

}  // namespace svcwrap::app
