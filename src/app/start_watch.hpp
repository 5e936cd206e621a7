#pragma once
// Starting a service and telling the truth about it: RUNNING is only what the wrapper says of itself.
#include <optional>
#include <string>
#include <string_view>

#include "app/parts.hpp"
#include "app/requests.hpp"
#include "app/service_view.hpp"

namespace svcwrap::app {

// What the SCM and the wrapper say together about a run that was asked for.
enum class StartVerdict : std::uint8_t {
    pending,  // not RUNNING yet, or the run has not come up yet, or nothing is known of the child
    up,       // RUNNING, and the child runs that run
    failed,   // stopped again, or the run has ended or never came up
};
// `run` = the run that is waited for; a start's is the first.
[[nodiscard]] StartVerdict judge_start(const ServiceView& view, std::uint64_t run = 1);

// Why, and what to do about it: launch_failed with the decoded exit code, the last transition and the logs. `doing` is
// what was asked for: "start MyApp".
[[nodiscard]] Error explain_failed_start(const ServiceView& view, const std::string& doing);

struct StartResult {
    bool changed = false;
    bool from_backoff = false;  // the service ran, and its child waited for its next start
    ServiceView view;
};
// Starts the service unless it runs, waits for RUNNING, and watches the child for the settle time. The child of a
// service that runs is started if it waits in backoff, and watched likewise; else a running service is only reported.
// `verb` = what was asked for, as errors say it. Errors: launch_failed as above, timed_out, scm_failed if it is paused,
// those of ServiceManager::start and of ask().
[[nodiscard]] std::expected<StartResult, Failure> start_and_watch(const AppParts& parts, const std::string& name,
                                                                  const StartLimits& limits, bool quiet,
                                                                  std::string_view verb = "start");

// Has the wrapper stop its child and start it again, and watches the new run as a start does. The stop takes what the
// stop steps take, at most `stop_timeout` if given. Errors: as start_and_watch().
[[nodiscard]] std::expected<StartResult, Failure> restart_child_and_watch(const AppParts& parts,
                                                                          const std::string& name,
                                                                          const StartLimits& limits,
                                                                          std::optional<Duration> stop_timeout,
                                                                          bool quiet);

// How a start reads: "MyApp is running: process 12." and what is unusual about it.
[[nodiscard]] std::string started_text(const StartResult& result);

}  // namespace svcwrap::app
