#pragma once
// `status --watch`: shows a service, or all of them, again whenever something has changed.
#include "app/parts.hpp"
#include "app/requests.hpp"
#include "app/service_view.hpp"

namespace svcwrap::app {

// Looks about once a second until Ctrl-C. On a terminal the whole status is drawn anew; elsewhere each change is a
// line, and with --json an object on a line. What always moves (uptime, the size of the logs, lines of output) is no
// change. The answer is empty; its exit status is that of the last look at a service, or 0 for all. Errors: those of
// the first look; not_found when the service has been removed.
[[nodiscard]] Outcome watch_status(const AppParts& parts, const StatusRequest& request);

// The exit status of `status` for one service.
[[nodiscard]] int status_of(const ServiceView& view);

}  // namespace svcwrap::app
