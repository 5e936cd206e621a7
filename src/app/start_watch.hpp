#pragma once
// Starting a service and telling the truth about it: RUNNING is only what the wrapper says of itself.
#include <optional>
#include <string>

#include "app/parts.hpp"
#include "app/requests.hpp"
#include "app/service_view.hpp"

namespace svcwrap::app {

// What the SCM and the wrapper say together about a service that was asked to start.
enum class StartVerdict : std::uint8_t {
    pending,  // not RUNNING yet, or RUNNING and nothing known of the child
    up,       // RUNNING, and the child runs its first run
    failed,   // stopped again, or the child ended or never came up
};
[[nodiscard]] StartVerdict judge_start(const ServiceView& view);

// Why, and what to do about it: launch_failed with the decoded exit code, the last transition and the logs.
[[nodiscard]] Error explain_failed_start(const ServiceView& view);

struct StartResult {
    bool changed = false;
    ServiceView view;
};
// Starts the service unless it runs, waits for RUNNING, and watches the child for the settle time. Errors:
// launch_failed as above, timed_out, those of ServiceManager::start. A service that runs already is only reported.
[[nodiscard]] Result<StartResult> start_and_watch(const AppParts& parts, const std::string& name,
                                                  const StartLimits& limits, bool quiet);

// How a start reads: "MyApp is running: process 12." and what is unusual about it.
[[nodiscard]] std::string started_text(const StartResult& result);

}  // namespace svcwrap::app
