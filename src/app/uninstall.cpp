#include <chrono>
#include <utility>

#include "app/commands.hpp"
#include "app/event_notes.hpp"
#include "app/install_plan.hpp"
#include "app/output.hpp"
#include "app/purge.hpp"
#include "app/service_view.hpp"
#include "app/wait.hpp"
#include "base/path.hpp"
#include "base/utf8.hpp"

namespace svcwrap::app {

namespace {

// Windows removes a service when the last handle to it is closed; usually that is at once.
constexpr Duration k_removal_patience = std::chrono::seconds(2);

bool has_vanished(const AppParts& parts, const std::string& name) {
    const TimePoint end = parts.clock.now() + k_removal_patience;
    while (true) {
        const auto found = parts.services.query(name);
        if (!found && found.error().kind == ErrorKind::not_found) return true;
        if (parts.clock.now() >= end) return false;
        parts.clock.sleep(k_poll_interval);
    }
}

// The source of events goes with the last service. What could not be done, in lines.
std::string leave_event_log(const AppParts& parts, const std::string& name) {
    std::string warnings = note_event(parts, host::EventId::service_removed, name, {});
    if (!warnings.empty()) warnings = "svcwrap: " + warnings + "\n";
    if (has_other_services(parts, name)) return warnings;
    if (const Status removed = parts.events->remove_source(); !removed) {
        warnings += "svcwrap: the source in the Event Log could not be removed: " + to_text(removed.error()) + "\n";
    }
    return warnings;
}

std::string kept_text(const std::string& folder, bool purged, const std::string& config_file) {
    const bool is_inside = equals_ignoring_case(parent_path(config_file), folder);
    const std::string rest =
        is_inside ? "" : "Its configuration " + config_file + " stays, and so do logs that lie elsewhere.\n";
    if (purged) return "Its folder " + folder + " is removed.\n" + rest;
    return "Its configuration and logs are kept in " + folder + " (--purge removes them).\n";
}

}  // namespace

Outcome uninstall(const AppParts& parts, const UninstallRequest& request) {
    if (const Status status = require_elevation(parts, "uninstalling a service"); !status)
        return std::unexpected(status.error());
    const auto registration = find_registration(parts, request.name);
    if (!registration) return std::unexpected(registration.error());
    const auto folder = folder_of(parts, registration->image.name);
    if (!folder) return std::unexpected(folder.error());
    const auto stopped = stop_and_wait(parts, request.name, request.timeout, request.json);
    if (!stopped) return std::unexpected(with_context(stopped.error(), "uninstall"));
    if (const Status removed = parts.services.remove(request.name); !removed) {
        return std::unexpected(with_context(removed.error(), "uninstall " + request.name));
    }
    const bool vanished = has_vanished(parts, request.name);
    std::string warnings = leave_event_log(parts, request.name);
    if (request.purge) {
        const Status purged = purge_folder(parts, *folder);
        if (!purged)
            return std::unexpected(
                with_context(purged.error(), request.name + " is uninstalled, but its folder could not be removed"));
    }
    Answer answer{.text = "Uninstalled " + request.name + ".\n" +
                          kept_text(*folder, request.purge, registration->image.config_file),
                  .warnings = std::move(warnings),
                  .json = {}};
    if (!vanished) {
        answer.warnings +=
            "svcwrap: " + request.name +
            " is marked for deletion and vanishes when the last program that looks at it is closed (services.msc, "
            "Task Manager), or at the next boot\n";
    }
    answer.json = JsonObject{{"ok", true},           {"command", "uninstall"},          {"changed", true},
                             {"name", request.name}, {"was_running", stopped->changed}, {"vanished", vanished},
                             {"folder", *folder},    {"purged", request.purge}};
    return answer;
}

}  // namespace svcwrap::app
