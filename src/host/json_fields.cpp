#include "host/json_fields.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "supervise/stop_plan.hpp"

namespace svcwrap::host {
namespace {

using supervise::EndKind;
using supervise::RunEnd;
using supervise::StepRecord;
using supervise::StopMethod;

constexpr std::array<std::string_view, supervise::k_end_kind_count> k_end_names{"exited", "crashed", "launch-failed",
                                                                                "start-timed-out", "left-over"};

EndKind end_kind(std::string_view text) {
    const auto found = std::ranges::find(k_end_names, text);
    return found == k_end_names.end() ? EndKind::exited : static_cast<EndKind>(found - k_end_names.begin());
}

constexpr std::size_t k_method_count = static_cast<std::size_t>(StopMethod::pre_stop) + 1;
constexpr std::size_t k_stop_reason_count = static_cast<std::size_t>(supervise::StopReason::system_preshutdown) + 1;
constexpr std::size_t k_start_reason_count = static_cast<std::size_t>(supervise::StartReason::continued) + 1;
constexpr std::size_t k_aftermath_count = static_cast<std::size_t>(supervise::Aftermath::paused) + 1;

}  // namespace

Json time_or_null(const std::optional<WallTime>& time) {
    return time ? Json(to_iso8601(*time)) : Json();
}

std::optional<WallTime> time_in(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    if (found == nullptr || found->is_null()) return {};
    const auto time = parse_iso8601(found->as_string());
    return time ? std::optional(*time) : std::nullopt;
}

std::string text_in(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    return found == nullptr ? std::string() : found->as_string();
}

std::uint64_t number_in(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    return found == nullptr ? 0 : static_cast<std::uint64_t>(found->as_int());
}

bool bool_in(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    return found != nullptr && found->as_bool();
}

const JsonArray* list_in(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    return found == nullptr ? nullptr : std::get_if<JsonArray>(&found->value());
}

Json texts_json(const std::vector<std::string>& texts) {
    JsonArray array;
    for (const std::string& text : texts) array.emplace_back(text);
    return array;
}

std::vector<std::string> texts_in(const Json& json, std::string_view key) {
    std::vector<std::string> texts;
    if (const JsonArray* list = list_in(json, key)) {
        for (const Json& entry : *list) texts.push_back(entry.as_string());
    }
    return texts;
}

std::string_view published_name(EndKind kind) {
    return k_end_names.at(static_cast<std::size_t>(kind));
}

Json end_json(const std::optional<RunEnd>& end) {
    if (!end) return {};
    return JsonObject{{"kind", published_name(end->kind)},
                      {"exit_code", end->code.value},
                      {"detail", end->detail},
                      {"when", to_iso8601(end->when)},
                      {"asked_for", end->asked_for}};
}

std::optional<RunEnd> end_in(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    if (found == nullptr || found->is_null()) return {};
    return RunEnd{.kind = end_kind(text_in(*found, "kind")),
                  .code = ExitCode{static_cast<std::uint32_t>(number_in(*found, "exit_code"))},
                  .detail = text_in(*found, "detail"),
                  .when = time_in(*found, "when").value_or(WallTime{}),
                  .asked_for = bool_in(*found, "asked_for")};
}

Json steps_json(const std::vector<StepRecord>& steps) {
    JsonArray array;
    for (const StepRecord& step : steps) {
        array.emplace_back(JsonObject{{"method", name_of(step.method)},
                                      {"took_ms", static_cast<std::int64_t>(step.took.count())},
                                      {"failed", step.failed},
                                      {"ended_it", step.ended_it},
                                      {"detail", step.detail}});
    }
    return array;
}

std::vector<StepRecord> steps_in(const Json& json, std::string_view key) {
    std::vector<StepRecord> steps;
    const JsonArray* list = list_in(json, key);
    if (list == nullptr) return steps;
    for (const Json& entry : *list) {
        const auto method = enum_from<StopMethod>(text_in(entry, "method"), k_method_count);
        steps.push_back({.method = method.value_or(StopMethod::wait),
                         .took = Duration(static_cast<Duration::rep>(number_in(entry, "took_ms"))),
                         .failed = bool_in(entry, "failed"),
                         .ended_it = bool_in(entry, "ended_it"),
                         .detail = text_in(entry, "detail")});
    }
    return steps;
}

Json name_or_null(const std::optional<supervise::StopReason>& reason) {
    return reason ? Json(name_of(*reason)) : Json();
}

Json name_or_null(const std::optional<supervise::Aftermath>& aftermath) {
    return aftermath ? Json(name_of(*aftermath)) : Json();
}

std::optional<supervise::StopReason> stop_reason_in(const Json& json, std::string_view key) {
    return enum_from<supervise::StopReason>(text_in(json, key), k_stop_reason_count);
}

std::optional<supervise::Aftermath> aftermath_in(const Json& json, std::string_view key) {
    return enum_from<supervise::Aftermath>(text_in(json, key), k_aftermath_count);
}

supervise::StartReason start_reason_in(const Json& json, std::string_view key) {
    return enum_from<supervise::StartReason>(text_in(json, key), k_start_reason_count)
        .value_or(supervise::StartReason::requested);
}

}  // namespace svcwrap::host
