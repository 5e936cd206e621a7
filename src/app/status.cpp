#include <algorithm>

#include "app/commands.hpp"
#include "app/output.hpp"
#include "app/service_view.hpp"
#include "app/status_watch.hpp"
#include "base/exit_status.hpp"

namespace svcwrap::app {

namespace {

Outcome status_of_one(const AppParts& parts, const std::string& name) {
    const auto view = load_view(parts, name);
    if (!view) return std::unexpected(view.error());
    const WallTime now = parts.clock.wall_now();
    return Answer{
        .text = text_of(*view, now), .warnings = {}, .json = to_json(*view, now), .exit_status = status_of(*view)};
}

Outcome status_of_all(const AppParts& parts) {
    const auto views = load_all_views(parts);
    if (!views) return std::unexpected(views.error());
    const WallTime now = parts.clock.wall_now();
    JsonArray json;
    for (const ServiceView& view : *views) json.push_back(to_json(view, now));
    return Answer{.text = table_of(*views, now), .warnings = {}, .json = std::move(json)};
}

}  // namespace

int status_of(const ServiceView& view) {
    return is_up(view) ? k_exit_ok : k_exit_not_running;
}

Outcome status(const AppParts& parts, const StatusRequest& request) {
    if (request.watch) return watch_status(parts, request);
    return request.name.empty() ? status_of_all(parts) : status_of_one(parts, request.name);
}

}  // namespace svcwrap::app
