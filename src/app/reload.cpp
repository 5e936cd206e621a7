#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/json_read.hpp"
#include "app/output.hpp"
#include "app/service_view.hpp"
#include "base/argv.hpp"
#include "config/service_config.hpp"

namespace svcwrap::app {

namespace {

std::string needs_text(const std::string& needs, const std::string& name) {
    if (needs == "nothing") return "in effect now";
    if (needs == "child-restart") return "waits for svcwrap restart " + typed(name) + " --child-only";
    return "waits for svcwrap install " + typed(name) + " --update";
}

std::string reloaded_text(const std::string& name, const Json& result) {
    const auto changed = elements_of(result.find("changed"));
    if (changed.empty()) return "Reloaded " + name + ": nothing has changed.\n";
    std::string text = "Reloaded " + name + ".\n";
    for (const Json& entry : changed) {
        text += "  " + text_at(entry, "setting") + ": " + text_at(entry, "before") + " -> " + text_at(entry, "after") +
                "  (" + needs_text(text_at(entry, "needs"), name) + ")\n";
    }
    return text;
}

Json reload_json(const ServiceView& view, bool running, Json settings) {
    return JsonObject{{"ok", true},
                      {"command", "reload"},
                      {"changed", !elements_of(&settings).empty()},
                      {"running", running},
                      {"name", view.name},
                      {"config_file", view.registration.image.config_file},
                      {"settings", std::move(settings)}};
}

// Nobody holds the old values: the file is read at the next start. Whether it can be is worth knowing now.
Outcome check_only(const AppParts& parts, const ServiceView& view) {
    const std::string& file = view.registration.image.config_file;
    auto config = config::load_config(parts.files, file);
    if (!config) return std::unexpected(Failure(std::move(config.error())));
    return Answer{.text = view.name + " does not run: there is nothing to reload. " + file +
                          " is valid and will be read at the next start.\n",
                  .warnings = {},
                  .json = reload_json(view, false, JsonArray{})};
}

}  // namespace

Outcome reload(const AppParts& parts, const ReloadRequest& request) {
    const auto view = load_view(parts, request.name);
    if (!view) return std::unexpected(view.error());
    if (view->status.state == platform::ServiceState::stopped) return check_only(parts, *view);
    const auto wrapper = wrapper_of(*view);
    if (!wrapper) return std::unexpected(with_context(wrapper.error(), "reload " + request.name));
    const auto result = ask(parts, *wrapper, host::ControlCommand::reload, k_ask_patience);
    if (!result) return std::unexpected(result.error());
    const Json* changed = result->find("changed");
    return Answer{.text = reloaded_text(view->name, *result),
                  .warnings = {},
                  .json = reload_json(*view, true, changed == nullptr ? Json(JsonArray{}) : *changed)};
}

}  // namespace svcwrap::app
