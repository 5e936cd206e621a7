#include <utility>

#include "app/diagnosis.hpp"
#include "app/run_json.hpp"
#include "app/service_view.hpp"

namespace svcwrap::app {

using platform::name_of;

namespace {

Json logs_json(const host::PublishedState& state) {
    JsonArray logs;
    for (const host::PublishedLog& log : state.logs) logs.push_back(host::to_json(log));
    return logs;
}

// Everything that the wrapper tells of its child; all null if it can't be asked.
JsonObject child_json(const ServiceView& view, WallTime now) {
    if (!is_known(view)) {
        return {{"state", nullptr},       {"since", nullptr},     {"reason", nullptr},       {"process_id", nullptr},
                {"started", nullptr},     {"uptime_ms", nullptr}, {"run", nullptr},          {"restarts", nullptr},
                {"next_launch", nullptr}, {"suspended", nullptr}, {"start_reason", nullptr}, {"stop_steps", nullptr}};
    }
    const host::PublishedState& state = *view.published;
    const bool lives = state.child_process_id != 0;
    const bool timed = lives && state.child_started.has_value();
    return {{"state", name_of(state.state)},
            {"since", to_iso8601(state.since)},
            {"reason", state.reason},
            {"process_id", lives ? Json(state.child_process_id) : Json()},
            {"started", lives ? time_json(state.child_started) : Json()},
            {"uptime_ms", timed ? Json(std::int64_t{(now - *state.child_started).count()}) : Json()},
            {"run", state.run},
            {"restarts", state.restarts},
            {"next_launch", time_json(state.next_launch)},
            {"suspended", state.suspended},
            {"start_reason", name_of(state.start_reason)},
            {"stop_steps", steps_json(state.stop_steps)}};
}

Json lines_json(const std::vector<std::string>& lines) {
    JsonArray array;
    for (const std::string& line : lines) array.emplace_back(line);
    return array;
}

Json waiting_json(const std::vector<WaitingSetting>& waiting) {
    JsonArray array;
    for (const WaitingSetting& entry : waiting)
        array.push_back(JsonObject{{"setting", entry.setting}, {"needs", entry.needs}});
    return array;
}

Json problem_json(const ServiceView& view, WallTime now) {
    const Diagnosis diagnosis = diagnose({.view = view, .now = now});
    if (!diagnosis.is_problem) return {};
    return to_json(diagnosis);
}

Json scm_json(const platform::ServiceStatus& status) {
    return JsonObject{{"win32_exit_code", status.win32_exit_code}, {"service_exit_code", status.service_exit_code}};
}

}  // namespace

Json to_json(const ServiceView& view, WallTime now) {
    const auto& configuration = view.registration.configuration;
    const auto pid = view.status.process_id;
    const bool ended = view.published && view.published->last_end.has_value();
    return JsonObject{{"name", view.name},
                      {"display_name", configuration.display_name},
                      {"state", name_of(view.status.state)},
                      {"up", is_up(view)},
                      {"wrapper_process_id", pid != 0 ? Json(pid) : Json()},
                      {"scm", scm_json(view.status)},
                      {"child", child_json(view, now)},
                      {"last_end", ended ? end_json(*view.published->last_end) : Json()},
                      {"start_mode", name_of(configuration.start)},
                      {"account", configuration.account},
                      {"program", view.published ? Json(view.published->program) : Json()},
                      {"config_file", view.registration.image.config_file},
                      {"folder", view.folder},
                      {"journal", view.journal},
                      {"logs", view.published ? logs_json(*view.published) : Json(JsonArray{})},
                      {"housekeeping", view.published ? host::to_json(view.published->housekeeping) : Json()},
                      {"note", view.note},
                      {"live", view.live},
                      {"trouble", is_known(view) ? Json(view.published->trouble) : Json()},
                      {"waiting", waiting_json(view.waiting)},
                      {"last_lines", lines_json(view.last_lines)},
                      {"problem", problem_json(view, now)}};
}

Json to_json(const Diagnosis& diagnosis) {
    JsonArray evidence;
    for (const std::string& line : diagnosis.evidence) evidence.emplace_back(line);
    return JsonObject{{"code", diagnosis.code},       {"cause_code", diagnosis.cause_code},
                      {"summary", diagnosis.summary}, {"cause", diagnosis.cause},
                      {"evidence", evidence},         {"remedy", diagnosis.remedy}};
}

}  // namespace svcwrap::app
