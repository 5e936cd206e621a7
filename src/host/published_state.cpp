#include "host/published_state.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "base/path.hpp"

namespace svcwrap::host {
namespace {

using supervise::EndKind;
using supervise::RunEnd;
using supervise::State;

constexpr std::array<std::pair<EndKind, std::string_view>, 4> k_end_names{{
    {EndKind::exited, "exited"},
    {EndKind::crashed, "crashed"},
    {EndKind::launch_failed, "launch-failed"},
    {EndKind::start_timed_out, "start-timed-out"},
}};

std::string_view end_name(EndKind kind) {
    for (const auto& [value, name] : k_end_names) {
        if (value == kind) return name;
    }
    return "exited";
}

EndKind end_kind(std::string_view text) {
    for (const auto& [value, name] : k_end_names) {
        if (name == text) return value;
    }
    return EndKind::exited;
}

std::optional<State> state_from(std::string_view text) {
    for (std::size_t i = 0; i < supervise::k_state_count; ++i) {
        const auto state = static_cast<State>(i);
        if (name_of(state) == text) return state;
    }
    return {};
}

Json time_or_null(const std::optional<WallTime>& time) {
    return time ? Json(to_iso8601(*time)) : Json();
}

std::optional<WallTime> time_of(const Json* json) {
    if (json == nullptr || json->is_null()) return {};
    const auto time = parse_iso8601(json->as_string());
    return time ? std::optional(*time) : std::nullopt;
}

std::string text_of(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    return found == nullptr ? std::string() : found->as_string();
}

std::uint64_t number_of(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    return found == nullptr ? 0 : static_cast<std::uint64_t>(found->as_int());
}

Json end_json(const std::optional<RunEnd>& end) {
    if (!end) return {};
    return JsonObject{{"kind", end_name(end->kind)},
                      {"exit_code", end->code.value},
                      {"detail", end->detail},
                      {"when", to_iso8601(end->when)},
                      {"asked_for", end->asked_for}};
}

std::optional<RunEnd> end_from(const Json* json) {
    if (json == nullptr || json->is_null()) return {};
    RunEnd end;
    end.kind = end_kind(text_of(*json, "kind"));
    end.code = ExitCode{static_cast<std::uint32_t>(number_of(*json, "exit_code"))};
    end.detail = text_of(*json, "detail");
    end.when = time_of(json->find("when")).value_or(WallTime{});
    const Json* asked = json->find("asked_for");
    end.asked_for = asked != nullptr && asked->as_bool();
    return end;
}

Json log_json(const PublishedLog& log) {
    return JsonObject{{"stream", log.stream}, {"path", log.path},           {"bytes", log.bytes},
                      {"lines", log.lines},   {"rotations", log.rotations}, {"lost_bytes", log.lost_bytes}};
}

PublishedLog log_from(const Json& json) {
    return {.stream = text_of(json, "stream"),
            .path = text_of(json, "path"),
            .bytes = number_of(json, "bytes"),
            .lines = number_of(json, "lines"),
            .rotations = number_of(json, "rotations"),
            .lost_bytes = number_of(json, "lost_bytes")};
}

std::vector<PublishedLog> logs_from(const Json* json) {
    std::vector<PublishedLog> logs;
    const auto* list = json == nullptr ? nullptr : std::get_if<JsonArray>(&json->value());
    if (list == nullptr) return logs;
    for (const Json& entry : *list) logs.push_back(log_from(entry));
    return logs;
}

}  // namespace

Json to_json(const PublishedState& state) {
    JsonArray logs;
    for (const PublishedLog& log : state.logs) logs.push_back(log_json(log));
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
                      {"logs", std::move(logs)},
                      {"journal", state.journal}};
}

Result<PublishedState> published_state_from_json(const Json& json) {
    const auto state = state_from(text_of(json, "state"));
    if (number_of(json, "version") != 1 || !state) {
        return fail(ErrorKind::io_failed, "the state file is not one that this version of svcwrap writes");
    }
    PublishedState out;
    out.service = text_of(json, "service");
    out.config_file = text_of(json, "config_file");
    out.wrapper_process_id = static_cast<std::uint32_t>(number_of(json, "wrapper_process_id"));
    out.state = *state;
    out.since = time_of(json.find("since")).value_or(WallTime{});
    out.reason = text_of(json, "reason");
    out.run = number_of(json, "run");
    out.restarts = number_of(json, "restarts");
    out.child_process_id = static_cast<std::uint32_t>(number_of(json, "child_process_id"));
    out.child_started = time_of(json.find("child_started"));
    out.last_end = end_from(json.find("last_end"));
    out.next_launch = time_of(json.find("next_launch"));
    out.program = text_of(json, "program");
    out.logs = logs_from(json.find("logs"));
    out.journal = text_of(json, "journal");
    return out;
}

std::string service_folder(const std::string& data_folder, const std::string& service) {
    return join_path(data_folder, service);
}

std::string state_file_path(const std::string& data_folder, const std::string& service) {
    return join_path(service_folder(data_folder, service), "state.json");
}

Result<PublishedState> read_published_state(platform::FileSystem& files, const std::string& path) {
    const auto text = files.read_text(path, 1_MiB);
    if (!text) return std::unexpected(text.error());
    const auto json = parse_json(*text);
    if (!json) return std::unexpected(with_context(json.error(), "read " + path));
    return published_state_from_json(*json);
}

}  // namespace svcwrap::host
