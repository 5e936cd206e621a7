#include "app/commands.hpp"
#include "app/start_watch.hpp"
#include "app/wait.hpp"

namespace svcwrap::app {

Outcome restart(const AppParts& parts, const RestartRequest& request) {
    const auto registration = find_registration(parts, request.name);
    if (!registration) return std::unexpected(registration.error());
    const auto stopped = stop_and_wait(parts, request.name, request.stop_timeout, request.json);
    if (!stopped) return std::unexpected(stopped.error());
    const auto started = start_and_watch(parts, request.name, request.limits, request.json);
    if (!started) return std::unexpected(started.error());
    return Answer{.text = started_text(*started),
                  .warnings = {},
                  .json = JsonObject{{"ok", true},
                                     {"command", "restart"},
                                     {"changed", true},
                                     {"was_running", stopped->changed},
                                     {"service", to_json(started->view, parts.clock.wall_now())}}};
}

}  // namespace svcwrap::app
