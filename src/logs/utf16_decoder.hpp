#pragma once
// UTF-16 in chunks to UTF-8. Pure.
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.hpp"

namespace svcwrap::logs {

// Little-endian as Windows programs write it, or what a byte order mark at the start says. Ill-formed parts become
// U+FFFD.
class Utf16Decoder {
public:
    // Appends what the chunk completes.
    void push(std::string& out, std::string_view bytes) {
        std::u16string units;
        units.reserve(bytes.size() / 2 + 2);
        if (held_unit_ != 0) {
            units += std::exchange(held_unit_, u'\0');
        }
        for (const char byte : bytes) {
            if (!has_byte_) {
                has_byte_ = true;
                byte_ = static_cast<unsigned char>(byte);
                continue;
            }
            has_byte_ = false;
            add_unit(units, byte_, static_cast<unsigned char>(byte));
        }
        // The first half of a pair waits for the second.
        if (!units.empty() && units.back() >= 0xD800 && units.back() < 0xDC00) {
            held_unit_ = units.back();
            units.pop_back();
        }
        out += from_utf16(units);
    }
    // The end of the output: what is left of a character is ill-formed.
    void finish(std::string& out) {
        if (held_unit_ != 0 || has_byte_) {
            out += "\xEF\xBF\xBD";
        }
        *this = {};
    }

private:
    void add_unit(std::u16string& units, unsigned first, unsigned second) {
        const unsigned little = first | second << 8;
        if (std::exchange(at_start_, false) && (little == 0xFEFF || little == 0xFFFE)) {
            is_big_ = little == 0xFFFE;
            return;
        }
        units += static_cast<char16_t>(is_big_ ? first << 8 | second : little);
    }

    bool at_start_ = true;
    bool is_big_ = false;
    bool has_byte_ = false;
    unsigned char byte_ = 0;
    char16_t held_unit_ = 0;
};

}  // namespace svcwrap::logs
