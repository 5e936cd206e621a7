#include <array>
#include <optional>

#include "logs/line_format.hpp"

namespace svcwrap::logs {

namespace {

constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view bytes, std::size_t index) {
    return index < bytes.size() ? static_cast<unsigned char>(bytes[index]) : 0;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t three = byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
        for (std::size_t j = 0; j < 4; ++j) {
            text += i + j <= bytes.size() ? k_digits[three >> (18 - 6 * j) & 63] : '=';
        }
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    while (text.ends_with('=')) {
        text.remove_suffix(1);
    }
    std::string bytes;
    std::uint32_t collected = 0;
    int bits = 0;
    for (const char c : text) {
        const std::size_t value = k_digits.find(c);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        collected = collected << 6 | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(collected >> bits & 0xFF);
        }
    }
    return bytes;
}

}  // namespace svcwrap::logs
