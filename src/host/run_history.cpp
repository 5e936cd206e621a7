#include "host/run_history.hpp"

#include <format>
#include <utility>

#include "base/path.hpp"
#include "host/json_fields.hpp"
#include "host/published_state.hpp"

namespace svcwrap::host {
namespace {

constexpr int k_history_version = 1;
// k_history_runs records of k_history_tail_lines lines each, every byte escaped, and as much again for the rest.
constexpr ByteSize k_largest_history = 16_MiB;

// FNV-1a, 64 bits: it tells a torn or edited file from a whole one; it is no protection against a forger, who could
// compute it as well.
std::string check_sum(std::string_view text) {
    std::uint64_t sum = 0xCBF29CE484222325;
    for (const char c : text) {
        sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    return std::format("{:016x}", sum);
}

RunRecord record_from(const Json& json) {
    return {.run = number_in(json, "run"),
            .wrapper_process_id = static_cast<std::uint32_t>(number_in(json, "wrapper_process_id")),
            .process_id = static_cast<std::uint32_t>(number_in(json, "process_id")),
            .start_reason = start_reason_in(json, "start_reason"),
            .launched = time_in(json, "launched").value_or(WallTime{}),
            .started = time_in(json, "started"),
            .ready = time_in(json, "ready"),
            .ended = time_in(json, "ended"),
            .end = end_in(json, "end"),
            .aftermath = aftermath_in(json, "aftermath"),
            .stop_reason = stop_reason_in(json, "stop_reason"),
            .why = text_in(json, "why"),
            .stop_steps = steps_in(json, "stop_steps"),
            .was_killed = bool_in(json, "was_killed"),
            .last_lines = texts_in(json, "last_lines")};
}

std::unexpected<Error> not_whole(std::string_view why) {
    return fail(ErrorKind::io_failed, "read the history of runs: " + std::string(why));
}

}  // namespace

Json to_json(const RunRecord& record) {
    return JsonObject{{"run", record.run},
                      {"wrapper_process_id", record.wrapper_process_id},
                      {"process_id", record.process_id},
                      {"start_reason", name_of(record.start_reason)},
                      {"launched", to_iso8601(record.launched)},
                      {"started", time_or_null(record.started)},
                      {"ready", time_or_null(record.ready)},
                      {"ended", time_or_null(record.ended)},
                      {"end", end_json(record.end)},
                      {"aftermath", name_or_null(record.aftermath)},
                      {"stop_reason", name_or_null(record.stop_reason)},
                      {"why", record.why},
                      {"stop_steps", steps_json(record.stop_steps)},
                      {"was_killed", record.was_killed},
                      {"last_lines", texts_json(record.last_lines)}};
}

std::string history_text(const std::vector<RunRecord>& oldest_first) {
    JsonArray runs;
    for (const RunRecord& record : oldest_first) runs.push_back(to_json(record));
    const std::string sum = check_sum(to_json_text(runs));
    return to_json_text(JsonObject{{"version", k_history_version}, {"check_sum", sum}, {"runs", std::move(runs)}}) +
           "\n";
}

Result<std::vector<RunRecord>> parse_history(std::string_view text) {
    const auto json = parse_json(text);
    if (!json) return not_whole(json.error().message);
    if (number_in(*json, "version") != k_history_version) return not_whole("it is of no version that is known here");
    const JsonArray* runs = list_in(*json, "runs");
    if (runs == nullptr) return not_whole("it has no list of runs");
    if (text_in(*json, "check_sum") != check_sum(to_json_text(*runs))) return not_whole("its check sum is wrong");
    std::vector<RunRecord> records;
    for (const Json& run : *runs) records.push_back(record_from(run));
    return records;
}

std::string history_file_path(const std::string& data_folder, const std::string& service) {
    return join_path(state_folder(data_folder, service), "history.json");
}

Result<std::vector<RunRecord>> read_history(platform::FileSystem& files, const std::string& path) {
    const auto text = files.read_text(path, k_largest_history);
    if (!text && text.error().kind == ErrorKind::not_found) return {};
    if (!text) return std::unexpected(text.error());
    auto records = parse_history(*text);
    if (!records) return std::unexpected(with_context(records.error(), path));
    return records;
}

}  // namespace svcwrap::host
