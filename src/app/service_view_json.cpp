#include <utility>

#include "app/service_view.hpp"

namespace svcwrap::app {

using platform::name_of;

namespace {

std::string_view kind_text(supervise::EndKind kind) {
    switch (kind) {
        case supervise::EndKind::exited:
            return "exited";
        case supervise::EndKind::crashed:
            return "crashed";
        case supervise::EndKind::launch_failed:
            return "launch-failed";
        case supervise::EndKind::start_timed_out:
            return "start-timed-out";
    }
    return "unknown";
}

Json end_json(const supervise::RunEnd& end) {
    const bool has_code = end.kind == supervise::EndKind::exited || end.kind == supervise::EndKind::crashed;
    return JsonObject{{"kind", kind_text(end.kind)},  {"exit_code", has_code ? Json(end.code.value) : Json()},
                      {"text", describe_end(end)},    {"remedy", remedy_for(end)},
                      {"when", to_iso8601(end.when)}, {"asked_for", end.asked_for}};
}

Json logs_json(const host::PublishedState& state) {
    JsonArray logs;
    for (const host::PublishedLog& log : state.logs) {
        logs.push_back(JsonObject{{"stream", log.stream},
                                  {"path", log.path},
                                  {"bytes", log.bytes},
                                  {"lines", log.lines},
                                  {"rotations", log.rotations},
                                  {"lost_bytes", log.lost_bytes}});
    }
    return logs;
}

Json time_json(const std::optional<WallTime>& time) {
    return time ? Json(to_iso8601(*time)) : Json();
}

// Everything that the wrapper tells of its child; all null if it can't be asked.
JsonObject child_json(const ServiceView& view, WallTime now) {
    if (!view.current) {
        return {{"state", nullptr},      {"since", nullptr},    {"reason", nullptr},
                {"process_id", nullptr}, {"started", nullptr},  {"uptime_ms", nullptr},
                {"run", nullptr},        {"restarts", nullptr}, {"next_launch", nullptr}};
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
            {"next_launch", time_json(state.next_launch)}};
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
                      {"note", view.note}};
}

}  // namespace svcwrap::app
