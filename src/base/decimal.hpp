#pragma once
// Decimal numbers in settings ("1.5"), read exactly: a unit turns them into a whole number or they are refused.
#include <cstdint>
#include <optional>
#include <string_view>

namespace svcwrap {

// whole + fraction / 10^digits.
struct Decimal {
    std::uint64_t whole = 0;
    std::uint64_t fraction = 0;
    int digits = 0;
};

// Reads a number off the front of `text`: digits, at most nine more behind a point. Empty if none stands there or if it
// does not fit 64 bits; `text` is unchanged then.
[[nodiscard]] std::optional<Decimal> take_decimal(std::string_view& text);

// number * unit, if that is a whole number that fits 64 bits.
[[nodiscard]] std::optional<std::uint64_t> scale(const Decimal& number, std::uint64_t unit);

// `text` without the spaces in front.
[[nodiscard]] std::string_view skip_spaces(std::string_view text);

[[nodiscard]] constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
// The letters at the front of `text`, taken off it.
[[nodiscard]] std::string_view take_letters(std::string_view& text);

}  // namespace svcwrap
