#include "host/published_state.hpp"

#include <string_view>
#include <utility>

#include "base/path.hpp"
#include "host/json_fields.hpp"

namespace svcwrap::host {
namespace {

Json log_json(const PublishedLog& log) {
    return JsonObject{{"stream", log.stream}, {"path", log.path},           {"bytes", log.bytes},
                      {"lines", log.lines},   {"rotations", log.rotations}, {"lost_bytes", log.lost_bytes}};
}

PublishedLog log_from(const Json& json) {
    return {.stream = text_in(json, "stream"),
            .path = text_in(json, "path"),
            .bytes = number_in(json, "bytes"),
            .lines = number_in(json, "lines"),
            .rotations = number_in(json, "rotations"),
            .lost_bytes = number_in(json, "lost_bytes")};
}

Json logs_json(const std::vector<PublishedLog>& logs) {
    JsonArray array;
    for (const PublishedLog& log : logs) array.push_back(log_json(log));
    return array;
}

std::vector<PublishedLog> logs_in(const Json& json, std::string_view key) {
    std::vector<PublishedLog> logs;
    if (const JsonArray* list = list_in(json, key)) {
        for (const Json& entry : *list) logs.push_back(log_from(entry));
    }
    return logs;
}

}  // namespace

Json to_json(const PublishedState& state) {
    return JsonObject{{"version", 1},
                      {"service", state.service},
                      {"config_file", state.config_file},
                      {"wrapper_process_id", state.wrapper_process_id},
                      {"state", name_of(state.state)},
                      {"since", to_iso8601(state.since)},
                      {"reason", state.reason},
                      {"run", state.run},
                      {"restarts", state.restarts},
                      {"child_process_id", state.child_process_id},
                      {"child_started", time_or_null(state.child_started)},
                      {"last_end", end_json(state.last_end)},
                      {"next_launch", time_or_null(state.next_launch)},
                      {"program", state.program},
                      {"logs", logs_json(state.logs)},
                      {"journal", state.journal},
                      {"control_address", state.control_address},
                      {"start_reason", name_of(state.start_reason)},
                      {"stop_reason", name_or_null(state.stop_reason)},
                      {"gave_up", state.gave_up},
                      {"suspended", state.suspended},
                      {"trouble", state.trouble},
                      {"history", state.history},
                      {"stop_steps", steps_json(state.stop_steps)},
                      {"was_killed", state.was_killed}};
}

Result<PublishedState> published_state_from_json(const Json& json) {
    const auto state = enum_from<supervise::State>(text_in(json, "state"), supervise::k_state_count);
    if (number_in(json, "version") != 1 || !state) {
        return fail(ErrorKind::io_failed, "the state file is not one that this version of svcwrap writes");
    }
    return PublishedState{.service = text_in(json, "service"),
                          .config_file = text_in(json, "config_file"),
                          .wrapper_process_id = static_cast<std::uint32_t>(number_in(json, "wrapper_process_id")),
                          .state = *state,
                          .since = time_in(json, "since").value_or(WallTime{}),
                          .reason = text_in(json, "reason"),
                          .run = number_in(json, "run"),
                          .restarts = number_in(json, "restarts"),
                          .child_process_id = static_cast<std::uint32_t>(number_in(json, "child_process_id")),
                          .child_started = time_in(json, "child_started"),
                          .last_end = end_in(json, "last_end"),
                          .next_launch = time_in(json, "next_launch"),
                          .program = text_in(json, "program"),
                          .logs = logs_in(json, "logs"),
                          .journal = text_in(json, "journal"),
                          .control_address = text_in(json, "control_address"),
                          .start_reason = start_reason_in(json, "start_reason"),
                          .stop_reason = stop_reason_in(json, "stop_reason"),
                          .gave_up = bool_in(json, "gave_up"),
                          .suspended = bool_in(json, "suspended"),
                          .trouble = text_in(json, "trouble"),
                          .history = text_in(json, "history"),
                          .stop_steps = steps_in(json, "stop_steps"),
                          .was_killed = bool_in(json, "was_killed")};
}

std::string service_folder(const std::string& data_folder, const std::string& service) {
    return join_path(data_folder, service);
}

std::string state_folder(const std::string& data_folder, const std::string& service) {
    return join_path(service_folder(data_folder, service), "state");
}

std::string state_file_path(const std::string& data_folder, const std::string& service) {
    return join_path(state_folder(data_folder, service), "state.json");
}

Result<PublishedState> read_published_state(platform::FileSystem& files, const std::string& path) {
    const auto text = files.read_text(path, 1_MiB);
    if (!text) return std::unexpected(text.error());
    const auto json = parse_json(*text);
    if (!json) return std::unexpected(with_context(json.error(), "read " + path));
    return published_state_from_json(*json);
}

}  // namespace svcwrap::host
