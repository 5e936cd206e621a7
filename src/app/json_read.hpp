#pragma once
// Reading JSON that another svcwrap wrote, without trusting its form.
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace svcwrap::app {

// The elements of an array; none if it is missing or no array. Lives as long as `json`.
[[nodiscard]] inline std::span<const Json> elements_of(const Json* json) {
    const auto* array = json == nullptr ? nullptr : std::get_if<JsonArray>(&json->value());
    return array == nullptr ? std::span<const Json>() : std::span<const Json>(*array);
}

// The member as text; empty if there is none of that name.
[[nodiscard]] inline std::string text_at(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    return found == nullptr ? std::string() : found->as_string();
}

}  // namespace svcwrap::app
