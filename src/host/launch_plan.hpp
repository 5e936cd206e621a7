#pragma once
// From a checked configuration to what the platform needs to launch the child.
#include "base/error.hpp"
#include "config/service_config.hpp"
#include "platform/file_system.hpp"
#include "platform/process.hpp"
#include "platform/system.hpp"

namespace svcwrap::host {

// Made anew for each launch: the environment file is read again. Blocks on the disk.
// `shown` = the output goes to the wrapper's own console as well (`run`). Errors: launch_failed, not_found, bad_config.
[[nodiscard]] Result<platform::LaunchSpec> plan_launch(const config::ServiceConfig& config,
                                                       const platform::System& system, platform::FileSystem& files,
                                                       bool shown);

}  // namespace svcwrap::host
