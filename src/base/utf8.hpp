#pragma once
// UTF-8 is the only text inside svcwrap; UTF-16 lives at the edges.
#include <string>
#include <string_view>

namespace svcwrap {

[[nodiscard]] bool is_valid_utf8(std::string_view text);
// Every maximal ill-formed part becomes U+FFFD (Unicode chapter 3, "substitution of maximal subparts").
[[nodiscard]] std::string replace_invalid_utf8(std::string_view text);
// Ill-formed input becomes U+FFFD on either side; the rest is exact.
[[nodiscard]] std::u16string to_utf16(std::string_view text);
[[nodiscard]] std::string from_utf16(std::u16string_view text);
// The number of code points; what "at most 256 characters" counts is to_utf16(text).size().
[[nodiscard]] std::size_t count_code_points(std::string_view text);
// ASCII-only, locale-free helpers; Windows names (services, variables, files) compare without case.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string to_lower_ascii(std::string_view text);

}  // namespace svcwrap
