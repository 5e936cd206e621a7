#include "app/commands.hpp"
#include "app/json_read.hpp"
#include "app/service_view.hpp"

namespace svcwrap::app {

namespace {

std::string rotated_text(const ServiceView& view, const Json& result) {
    std::string names;
    for (const Json& name : elements_of(result.find("logs"))) names += (names.empty() ? "" : ", ") + name.as_string();
    if (names.empty()) return view.name + " writes no log that could be rotated.\n";
    return "Asked for: " + names + " of " + view.name + " will begin a new file at the next end of a line.\n";
}

}  // namespace

Outcome rotate(const AppParts& parts, const RotateRequest& request) {
    const auto view = load_view(parts, request.name);
    if (!view) return std::unexpected(view.error());
    const auto wrapper = wrapper_of(*view);
    if (!wrapper) return std::unexpected(with_context(wrapper.error(), "rotate " + request.name));
    const auto result = ask(parts, *wrapper, host::ControlCommand::rotate, k_ask_patience);
    if (!result) return std::unexpected(result.error());
    const Json* logs = result->find("logs");
    return Answer{.text = rotated_text(*view, *result),
                  .warnings = {},
                  .json = JsonObject{{"ok", true},
                                     {"command", "rotate"},
                                     {"changed", !elements_of(logs).empty()},
                                     {"name", view->name},
                                     {"logs", logs == nullptr ? Json(JsonArray{}) : *logs}}};
}

}  // namespace svcwrap::app
