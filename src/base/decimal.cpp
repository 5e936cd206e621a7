#include "base/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

namespace svcwrap {
namespace {

constexpr int k_max_fraction_digits = 9;

std::optional<std::uint64_t> take_digits(std::string_view& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

std::uint64_t power_of_ten(int exponent) {
    std::uint64_t power = 1;
    for (int i = 0; i < exponent; ++i) power *= 10;
    return power;
}

}  // namespace

std::optional<Decimal> take_decimal(std::string_view& text) {
    auto rest = text;
    Decimal number;
    const auto whole = take_digits(rest);
    if (!whole) return std::nullopt;
    number.whole = *whole;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        const auto before = rest.size();
        const auto fraction = take_digits(rest);
        if (!fraction || before - rest.size() > k_max_fraction_digits) return std::nullopt;
        number.fraction = *fraction;
        number.digits = static_cast<int>(before - rest.size());
    }
    text = rest;
    return number;
}

std::optional<std::uint64_t> scale(const Decimal& number, std::uint64_t unit) {
    constexpr auto max = std::numeric_limits<std::uint64_t>::max();
    const auto power = power_of_ten(number.digits);
    if (number.fraction != 0 && unit > max / number.fraction) return std::nullopt;
    const auto part = number.fraction * unit;
    if (part % power != 0 || (number.whole != 0 && unit > max / number.whole)) return std::nullopt;
    const auto whole = number.whole * unit;
    if (whole > max - part / power) return std::nullopt;
    return whole + part / power;
}

std::string_view skip_spaces(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return text;
}

std::string_view take_letters(std::string_view& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_letter);
    const auto letters = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(letters.size());
    return letters;
}

}  // namespace svcwrap
