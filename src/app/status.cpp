#include "app/commands.hpp"
#include "app/output.hpp"
#include "app/service_view.hpp"
#include "base/exit_status.hpp"

namespace svcwrap::app {

namespace {

Outcome status_of_one(const AppParts& parts, const std::string& name) {
    const auto view = load_view(parts, name);
    if (!view) return std::unexpected(view.error());
    const WallTime now = parts.clock.wall_now();
    return Answer{.text = text_of(*view, now),
                  .warnings = {},
                  .json = to_json(*view, now),
                  .exit_status = is_up(*view) ? k_exit_ok : k_exit_not_running};
}

// Services that cannot be read, or vanish while we look, are left out: most of them are not ours.
std::vector<ServiceView> our_services(const AppParts& parts, const std::vector<platform::ServiceSummary>& all) {
    std::vector<ServiceView> ours;
    for (const platform::ServiceSummary& summary : all) {
        if (auto view = load_view(parts, summary.name)) ours.push_back(*std::move(view));
    }
    return ours;
}

Outcome status_of_all(const AppParts& parts) {
    const auto all = parts.services.list();
    if (!all) return std::unexpected(all.error());
    const WallTime now = parts.clock.wall_now();
    std::vector<std::vector<std::string>> rows{table_head()};
    JsonArray json;
    for (const ServiceView& view : our_services(parts, *all)) {
        rows.push_back(table_row(view, now));
        json.push_back(to_json(view, now));
    }
    const std::string text = rows.size() > 1 ? table(rows) : "No service is installed by svcwrap.\n";
    return Answer{.text = text, .warnings = {}, .json = std::move(json)};
}

}  // namespace

Outcome status(const AppParts& parts, const StatusRequest& request) {
    return request.name.empty() ? status_of_all(parts) : status_of_one(parts, request.name);
}

}  // namespace svcwrap::app
