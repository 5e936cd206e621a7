#include "config/toml_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/decimal.hpp"
#include "base/utf8.hpp"

namespace svcwrap::config {
namespace {

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool fits_literal(std::string_view text) {
    return !text.contains('\'') && std::ranges::none_of(text, is_control);
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    if (c == '"' || c == '\\') {
        (out += '\\') += c;
    } else if (is_control(c)) {
        const auto byte = static_cast<unsigned char>(c);
        ((out += "\\u00") += hex[byte >> 4]) += hex[byte & 0xF];
    } else {
        out += c;
    }
}

std::string basic_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) append_escaped(out, c);
    return out += '"';
}

bool is_bare(char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

template <class T>
std::string list_of(std::span<const T> items, auto to_item) {
    std::string out = "[";
    for (const auto& item : items) out.append(out.size() == 1 ? "" : ", ").append(to_item(item));
    return out += ']';
}

}  // namespace

std::string toml_text(std::string_view text) {
    if (!is_valid_utf8(text)) return toml_text(replace_invalid_utf8(text));
    const bool needs_escapes = text.find_first_of("\"\\") != std::string_view::npos;
    if (needs_escapes && fits_literal(text)) return "'" + std::string(text) + "'";
    return basic_text(text);
}

std::string toml_list(std::span<const std::string> texts) {
    return list_of(texts, [](const std::string& text) { return toml_text(text); });
}

std::string toml_list(std::span<const std::uint32_t> integers) {
    return list_of(integers, [](std::uint32_t integer) { return std::to_string(integer); });
}

std::string toml_number(double number) {
    std::array<char, 400> digits{};  // the largest double has 309
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
    std::string text(digits.data(), end);
    return text.contains('.') ? text : text + ".0";
}

std::string toml_key(std::string_view key) {
    const bool bare = !key.empty() && std::ranges::all_of(key, is_bare);
    return bare ? std::string(key) : basic_text(replace_invalid_utf8(key));
}

}  // namespace svcwrap::config
