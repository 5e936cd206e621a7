#include "host/published_state.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "base/path.hpp"
#include "host/json_fields.hpp"

namespace svcwrap::host {
namespace {

// Every counter of a log, by its name in the JSON.
struct LogCounter {
    std::string_view name;
    std::uint64_t PublishedLog::* published;
    std::uint64_t logs::StreamCounters::* counted;
};
constexpr std::array k_log_counters{
    LogCounter{"bytes_in", &PublishedLog::bytes_in, &logs::StreamCounters::bytes_in},
    LogCounter{"bytes", &PublishedLog::bytes, &logs::StreamCounters::bytes},
    LogCounter{"lines", &PublishedLog::lines, &logs::StreamCounters::lines},
    LogCounter{"rotations", &PublishedLog::rotations, &logs::StreamCounters::rotations},
    LogCounter{"rotations_deferred", &PublishedLog::rotations_deferred, &logs::StreamCounters::rotations_deferred},
    LogCounter{"write_errors", &PublishedLog::write_errors, &logs::StreamCounters::write_errors},
    LogCounter{"sync_errors", &PublishedLog::sync_errors, &logs::StreamCounters::sync_errors},
    LogCounter{"removed_files", &PublishedLog::removed_files, &logs::StreamCounters::removed_files},
    LogCounter{"housekeeping_errors", &PublishedLog::housekeeping_errors, &logs::StreamCounters::housekeeping_errors},
    LogCounter{"lost_bytes", &PublishedLog::lost_bytes, &logs::StreamCounters::lost_bytes},
    LogCounter{"dropped_bytes", &PublishedLog::dropped_bytes, &logs::StreamCounters::dropped_bytes},
    LogCounter{"suppressed_lines", &PublishedLog::suppressed_lines, &logs::StreamCounters::suppressed_lines},
    LogCounter{"redactions", &PublishedLog::redactions, &logs::StreamCounters::redactions},
    LogCounter{"split_lines", &PublishedLog::split_lines, &logs::StreamCounters::split_lines},
    LogCounter{"partial_lines", &PublishedLog::partial_lines, &logs::StreamCounters::partial_lines},
    LogCounter{"invalid_lines", &PublishedLog::invalid_lines, &logs::StreamCounters::invalid_lines},
};
static_assert(sizeof(logs::StreamCounters) == k_log_counters.size() * sizeof(std::uint64_t));

struct HouseCounter {
    std::string_view name;
    std::uint64_t logs::HousekeeperCounters::* counted;
};
constexpr std::array k_house_counters{
    HouseCounter{"compressed_files", &logs::HousekeeperCounters::compressed_files},
    HouseCounter{"plain_bytes", &logs::HousekeeperCounters::plain_bytes},
    HouseCounter{"compressed_bytes", &logs::HousekeeperCounters::compressed_bytes},
    HouseCounter{"repaired_files", &logs::HousekeeperCounters::repaired_files},
    HouseCounter{"errors", &logs::HousekeeperCounters::errors},
};
static_assert(sizeof(logs::HousekeeperCounters) == k_house_counters.size() * sizeof(std::uint64_t));

PublishedLog log_from(const Json& json) {
    PublishedLog log{.stream = text_in(json, "stream"), .path = text_in(json, "path")};
    for (const LogCounter& counter : k_log_counters) log.*counter.published = number_in(json, counter.name);
    return log;
}

logs::HousekeeperCounters housekeeping_in(const Json& json, std::string_view key) {
    logs::HousekeeperCounters counters;
    const Json* found = json.find(key);
    if (found == nullptr) return counters;
    for (const HouseCounter& counter : k_house_counters) counters.*counter.counted = number_in(*found, counter.name);
    return counters;
}

Json logs_json(const std::vector<PublishedLog>& logs) {
    JsonArray array;
    for (const PublishedLog& log : logs) array.push_back(to_json(log));
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

PublishedLog published_log(std::string stream, std::string path, const logs::StreamCounters& counters) {
    PublishedLog log{.stream = std::move(stream), .path = std::move(path)};
    for (const LogCounter& counter : k_log_counters) log.*counter.published = counters.*counter.counted;
    return log;
}

Json to_json(const PublishedLog& log) {
    JsonObject json{{"stream", log.stream}, {"path", log.path}};
    for (const LogCounter& counter : k_log_counters) json.emplace_back(counter.name, log.*counter.published);
    return json;
}

Json to_json(const logs::HousekeeperCounters& counters) {
    JsonObject json;
    for (const HouseCounter& counter : k_house_counters) json.emplace_back(counter.name, counters.*counter.counted);
    return json;
}

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
                      {"housekeeping", to_json(state.housekeeping)},
                      {"journal", state.journal},
                      {"control_address", state.control_address},
                      {"start_reason", name_of(state.start_reason)},
                      {"stop_reason", name_or_null(state.stop_reason)},
                      {"gave_up", state.gave_up},
                      {"suspended", state.suspended},
                      {"trouble", state.trouble},
                      {"history", state.history},
                      {"stop_steps", steps_json(state.stop_steps)},
                      {"was_killed", state.was_killed},
                      {"launch_overdue", state.launch_overdue}};
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
                          .housekeeping = housekeeping_in(json, "housekeeping"),
                          .journal = text_in(json, "journal"),
                          .control_address = text_in(json, "control_address"),
                          .start_reason = start_reason_in(json, "start_reason"),
                          .stop_reason = stop_reason_in(json, "stop_reason"),
                          .gave_up = bool_in(json, "gave_up"),
                          .suspended = bool_in(json, "suspended"),
                          .trouble = text_in(json, "trouble"),
                          .history = text_in(json, "history"),
                          .stop_steps = steps_in(json, "stop_steps"),
                          .was_killed = bool_in(json, "was_killed"),
                          .launch_overdue = bool_in(json, "launch_overdue")};
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
