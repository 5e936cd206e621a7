#include "app/start_watch.hpp"

#include "app/commands.hpp"
#include "app/config_source.hpp"
#include "app/safety.hpp"
#include "app/set_asides.hpp"

namespace svcwrap::app {

Outcome start(const AppParts& parts, const StartRequest& request) {
    if (const Status safe = refuse_unsafe_start(parts, request.name, "start"); !safe)
        return std::unexpected(safe.error());
    const auto status = parts.services.query(request.name);
    if (status && status->state == platform::ServiceState::stopped) {
        if (auto good = require_good_config(parts, request.name); !good) return std::unexpected(good.error());
    }
    const auto result = start_and_watch(parts, request.name, request.limits, request.json);
    if (!result) return std::unexpected(result.error());
    remove_set_asides(parts);
    return Answer{.text = started_text(*result),
                  .warnings = {},
                  .json = JsonObject{{"ok", true},
                                     {"command", "start"},
                                     {"changed", result->changed},
                                     {"service", to_json(result->view, parts.clock.wall_now())}}};
}

}  // namespace svcwrap::app
