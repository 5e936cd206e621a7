#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace svcwrap {
namespace {

constexpr char32_t k_replacement = 0xFFFD;

struct Decoded {
    char32_t code_point;
    std::size_t length;  // bytes or units taken, at least one
    bool ok;
};

// The Unicode Standard, table 3-7: what may follow a lead byte.
struct Lead {
    std::uint8_t length;
    std::uint8_t second_min;
    std::uint8_t second_max;
};

constexpr Lead lead_of(std::uint8_t byte) {
    if (byte < 0xC2 || byte > 0xF4) return {1, 0, 0};
    if (byte < 0xE0) return {2, 0x80, 0xBF};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte < 0xF0) return {3, 0x80, 0xBF};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    return {4, 0x80, static_cast<std::uint8_t>(byte == 0xF4 ? 0x8F : 0xBF)};
}

std::uint8_t byte_at(std::string_view text, std::size_t i) {
    return static_cast<std::uint8_t>(text[i]);
}

// How many bytes from the front are ASCII, as far as that is seen eight at a time.
std::size_t ascii_run(std::string_view text) {
    std::size_t size = 0;
    for (std::uint64_t word = 0; text.size() - size >= sizeof word; size += sizeof word) {
        std::memcpy(&word, text.data() + size, sizeof word);
        if ((word & 0x8080808080808080) != 0) break;
    }
    return size;
}

// Decodes the front of a text that is not empty.
Decoded decode(std::string_view text) {
    const auto first = byte_at(text, 0);
    if (first < 0x80) return {first, 1, true};
    const auto lead = lead_of(first);
    if (lead.length == 1) return {k_replacement, 1, false};
    char32_t value = first & (0x7Fu >> lead.length);
    for (std::size_t i = 1; i < lead.length; ++i) {
        const auto low = i == 1 ? lead.second_min : std::uint8_t{0x80};
        const auto high = i == 1 ? lead.second_max : std::uint8_t{0xBF};
        if (i >= text.size() || byte_at(text, i) < low || byte_at(text, i) > high) return {k_replacement, i, false};
        value = (value << 6) | (byte_at(text, i) & 0x3Fu);
    }
    return {value, lead.length, true};
}

Decoded decode16(std::u16string_view text) {
    const char32_t unit = text[0];
    if (unit < 0xD800 || unit > 0xDFFF) return {unit, 1, true};
    const bool pair = unit < 0xDC00 && text.size() > 1 && text[1] >= 0xDC00 && text[1] <= 0xDFFF;
    if (!pair) return {k_replacement, 1, false};
    return {0x10000 + ((unit - 0xD800) << 10) + (char32_t{text[1]} - 0xDC00), 2, true};
}

void append_utf8(std::string& out, char32_t c) {
    const auto put = [&out](char32_t value) { out += static_cast<char>(static_cast<std::uint8_t>(value)); };
    if (c < 0x80) return put(c);
    if (c < 0x800) return put(0xC0 | (c >> 6)), put(0x80 | (c & 0x3F));
    if (c < 0x10000) return put(0xE0 | (c >> 12)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
    put(0xF0 | (c >> 18)), put(0x80 | ((c >> 12) & 0x3F)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
}

void append_utf16(std::u16string& out, char32_t c) {
    if (c < 0x10000) {
        out += static_cast<char16_t>(c);
        return;
    }
    out += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
    out += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto next = decode(text);
        if (!next.ok) return false;
        text.remove_prefix(next.length);
        if (next.length == 1) text.remove_prefix(ascii_run(text));
    }
    return true;
}

std::string replace_invalid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto next = decode(text);
        if (next.ok) {
            out.append(text.substr(0, next.length));
        } else {
            append_utf8(out, k_replacement);
        }
        text.remove_prefix(next.length);
    }
    return out;
}

std::u16string to_utf16(std::string_view text) {
    std::u16string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto next = decode(text);
        append_utf16(out, next.code_point);
        text.remove_prefix(next.length);
    }
    return out;
}

std::string from_utf16(std::u16string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto next = decode16(text);
        append_utf8(out, next.code_point);
        text.remove_prefix(next.length);
    }
    return out;
}

std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(decode(text).length);
    return count;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string to_lower_ascii(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

}  // namespace svcwrap
