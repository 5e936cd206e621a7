#pragma once
// What a pattern matches, taken out of a text. Pure.
#include <cstdint>
#include <string>
#include <string_view>

#include "logs/linear_regex.hpp"

namespace svcwrap::logs {

inline constexpr std::string_view k_redacted = "[redacted]";

// Puts k_redacted in the place of each match that is not empty, and returns how many there were.
std::uint64_t redact(std::string& text, const LinearRegex& pattern);

}  // namespace svcwrap::logs
