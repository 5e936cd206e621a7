#pragma once
// The service life: what the process does when the SCM has started it.
#include "app/parts.hpp"
#include "app/requests.hpp"

namespace svcwrap::app {

// The body of the session: START_PENDING at once, the configuration, the host, STOPPED. A configuration that can't be
// used goes into the journal, and STOPPED carries ERROR_BAD_CONFIGURATION (1610). Returns the exit status of the
// process, or -1 if it must end without STOPPED, so that the SCM's recovery actions apply.
inline constexpr int k_end_without_stopped = -1;
[[nodiscard]] int serve(const AppParts& parts, const ServiceRequest& request, platform::ServiceSession& session);

}  // namespace svcwrap::app
