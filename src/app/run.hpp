#pragma once
// The foreground run's preparation, apart from the run itself.
#include <expected>

#include "app/parts.hpp"
#include "app/requests.hpp"
#include "config/service_config.hpp"

namespace svcwrap::app {

// The configuration that the request means: of a service, of a file, or made from --exe (whose output is only shown).
// Errors: usage if it names none or several; already_exists if that very service runs now; those of loading.
[[nodiscard]] std::expected<config::ServiceConfig, Failure> resolve_run_config(const AppParts& parts,
                                                                               const RunRequest& request);

}  // namespace svcwrap::app
