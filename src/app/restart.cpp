#include "app/commands.hpp"
#include "app/config_source.hpp"
#include "app/safety.hpp"
#include "app/start_watch.hpp"
#include "app/wait.hpp"

namespace svcwrap::app {

namespace {

Answer restarted(const AppParts& parts, const StartResult& started, bool was_running, bool child_only) {
    return Answer{.text = started_text(started),
                  .warnings = {},
                  .json = JsonObject{{"ok", true},
                                     {"command", "restart"},
                                     {"changed", true},
                                     {"was_running", was_running},
                                     {"child_only", child_only},
                                     {"service", to_json(started.view, parts.clock.wall_now())}}};
}

Outcome restart_child(const AppParts& parts, const RestartRequest& request) {
    const auto started =
        restart_child_and_watch(parts, request.name, request.limits, request.stop_timeout, request.json);
    if (!started) return std::unexpected(started.error());
    return restarted(parts, *started, true, true);
}

}  // namespace

Outcome restart(const AppParts& parts, const RestartRequest& request) {
    if (const Status safe = refuse_unsafe_start(parts, request.name, "restart"); !safe)
        return std::unexpected(safe.error());
    if (request.child_only) return restart_child(parts, request);
    // Before the stop: a service that runs is not given up for one that can't start.
    if (auto good = require_good_config(parts, request.name); !good) return std::unexpected(good.error());
    const auto stopped = stop_and_wait(parts, request.name, request.stop_timeout, request.json);
    if (!stopped) return std::unexpected(stopped.error());
    const auto started = start_and_watch(parts, request.name, request.limits, request.json, "restart");
    if (!started) return std::unexpected(started.error());
    return restarted(parts, *started, stopped->changed, false);
}

}  // namespace svcwrap::app
