#pragma once
// `install --update`: the registration of a service that is there follows its configuration.
#include "app/parts.hpp"
#include "app/requests.hpp"

namespace svcwrap::app {

// Options that are settings of the file's [service] are written into it first. Works while the service runs; tells each
// change, and which of them wait for its next start.
[[nodiscard]] Outcome update_installation(const AppParts& parts, const InstallRequest& request);

}  // namespace svcwrap::app
