#include "app/commands.hpp"
#include "app/service_view.hpp"
#include "app/wait.hpp"

namespace svcwrap::app {

namespace {

std::string stopped_text(const ServiceView& view, bool changed) {
    if (!changed) return view.name + " is already stopped.\n";
    std::string text = view.name + " is stopped";
    if (view.published && view.published->last_end) {
        const supervise::RunEnd& end = *view.published->last_end;
        text += end.kind == supervise::EndKind::exited ? "; the program ended with " : "; the program ";
        text += describe_end(end);
    }
    return text + ".\n";
}

}  // namespace

Outcome stop(const AppParts& parts, const StopRequest& request) {
    auto registration = find_registration(parts, request.name);
    if (!registration) return std::unexpected(registration.error());
    const auto result = stop_and_wait(parts, request.name, request.timeout, request.json);
    if (!result) return std::unexpected(result.error());
    const auto view = load_view(parts, request.name, *std::move(registration));
    if (!view) return std::unexpected(view.error());
    return Answer{.text = stopped_text(*view, result->changed),
                  .warnings = {},
                  .json = JsonObject{{"ok", true},
                                     {"command", "stop"},
                                     {"changed", result->changed},
                                     {"service", to_json(*view, parts.clock.wall_now())}}};
}

}  // namespace svcwrap::app
