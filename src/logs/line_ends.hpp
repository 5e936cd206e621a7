#pragma once
// Where lines end in output that is kept as it comes: behind a newline byte, or, in UTF-16, behind the two bytes of
// one. Pure.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace svcwrap::logs {

// Remembers of the bytes that went by what the next chunk needs: in UTF-16 (little-endian, as on Windows) a chunk may
// begin within a character.
class LineEnds {
public:
    static constexpr std::size_t npos = std::string_view::npos;

    explicit LineEnds(bool is_utf16 = false) : is_utf16_(is_utf16) {}

    [[nodiscard]] bool is_utf16() const { return is_utf16_; }
    // The position behind the first newline of the chunk, and behind the last; npos if there is none.
    [[nodiscard]] std::size_t behind_first(std::string_view chunk) const;
    [[nodiscard]] std::size_t behind_last(std::string_view chunk) const;
    [[nodiscard]] std::uint64_t count(std::string_view chunk) const;
    // Whether no character is cut behind so many more bytes.
    [[nodiscard]] bool is_whole(std::size_t bytes) const { return !is_utf16_ || is_within_ == (bytes % 2 != 0); }

    void pass(std::string_view chunk);
    // A new character begins.
    void restart() { is_within_ = false; }

private:
    // In UTF-16: whether the byte at the position is the second one of a newline.
    [[nodiscard]] bool ends_newline(std::string_view chunk, std::size_t position) const;
    [[nodiscard]] std::size_t first_second_byte() const { return is_within_ ? 0 : 1; }

    bool is_utf16_;
    bool is_within_ = false;  // a character, behind its first byte, ...
    char first_byte_ = 0;     // ...which is this
};

}  // namespace svcwrap::logs
