#pragma once
// What a command gives to the service host that it runs.
#include "app/parts.hpp"
#include "host/service_host.hpp"

namespace svcwrap::app {

[[nodiscard]] inline host::Parts host_parts(const AppParts& parts) {
    return {.files = parts.files,
            .launcher = parts.launcher,
            .signaller = parts.signaller,
            .system = parts.system,
            .clock = parts.clock,
            .channel = parts.channel,
            .watcher = parts.watcher,
            .services = parts.services};
}

}  // namespace svcwrap::app
