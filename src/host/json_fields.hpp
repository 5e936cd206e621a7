#pragma once
// The pieces that the state file, the history and the control channel's answers are made of, to JSON and back. Inside
// of the room. What is read back is what another version may have written: a missing or odd member becomes its default.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::host {

[[nodiscard]] Json time_or_null(const std::optional<WallTime>& time);
[[nodiscard]] std::optional<WallTime> time_in(const Json& json, std::string_view key);
[[nodiscard]] std::string text_in(const Json& json, std::string_view key);
[[nodiscard]] std::uint64_t number_in(const Json& json, std::string_view key);
[[nodiscard]] bool bool_in(const Json& json, std::string_view key);
// The array of that name, or null.
[[nodiscard]] const JsonArray* list_in(const Json& json, std::string_view key);

[[nodiscard]] Json texts_json(const std::vector<std::string>& texts);
[[nodiscard]] std::vector<std::string> texts_in(const Json& json, std::string_view key);

// As the documentation says it: "launch-failed", "left-over".
[[nodiscard]] std::string_view published_name(supervise::EndKind kind);
[[nodiscard]] Json end_json(const std::optional<supervise::RunEnd>& end);
[[nodiscard]] std::optional<supervise::RunEnd> end_in(const Json& json, std::string_view key);

[[nodiscard]] Json steps_json(const std::vector<supervise::StepRecord>& steps);
[[nodiscard]] std::vector<supervise::StepRecord> steps_in(const Json& json, std::string_view key);

// The value of an enum whose name_of() is this text; `count` = how many values it has.
template <class Enum>
[[nodiscard]] std::optional<Enum> enum_from(std::string_view text, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<Enum>(i);
        if (name_of(value) == text) return value;
    }
    return {};
}

[[nodiscard]] Json name_or_null(const std::optional<supervise::StopReason>& reason);
[[nodiscard]] Json name_or_null(const std::optional<supervise::Aftermath>& aftermath);
[[nodiscard]] std::optional<supervise::StopReason> stop_reason_in(const Json& json, std::string_view key);
[[nodiscard]] std::optional<supervise::Aftermath> aftermath_in(const Json& json, std::string_view key);
[[nodiscard]] supervise::StartReason start_reason_in(const Json& json, std::string_view key);

}  // namespace svcwrap::host
