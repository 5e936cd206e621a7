#pragma once
// Values as TOML text.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace svcwrap::config {

// A string in quotes: literal ('C:\apps') where that needs no escapes, else basic. Ill-formed UTF-8 becomes U+FFFD.
[[nodiscard]] std::string toml_text(std::string_view text);
[[nodiscard]] std::string toml_list(std::span<const std::string> texts);
[[nodiscard]] std::string toml_list(std::span<const std::uint32_t> integers);
[[nodiscard]] std::string toml_number(double number);  // finite; with a point, and read back to the same number
// Bare where it can be, else in quotes.
[[nodiscard]] std::string toml_key(std::string_view key);

}  // namespace svcwrap::config
