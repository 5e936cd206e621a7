#pragma once
// The lines of a chunk, 64 bytes at a glance. Pure.
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "logs/byte_lane.hpp"

namespace svcwrap::logs {

// Goes from line to line. With wants_special it tells of each whether a JSON string can hold it as it is.
template <bool wants_special, class Lane = ByteLane>
class LineScan {
public:
    explicit LineScan(std::string_view text) : text_(text) {}

    // Goes on to the next line. False if no other line ends in the text.
    bool next() {
        std::uint64_t special = 0;
        while (newlines_ == 0) {
            special |= special_;
            if (!take_block()) {
                line_ = text_.substr(next_line_, 0);
                return false;
            }
        }
        const int bit = std::countr_zero(newlines_);
        const std::uint64_t before = (std::uint64_t{1} << bit) - 1;
        is_special_ = (special | (special_ & before)) != 0;
        newlines_ &= newlines_ - 1;
        special_ &= ~before;
        const std::size_t end = block_ + static_cast<std::size_t>(bit);
        line_ = text_.substr(next_line_, end - next_line_);
        next_line_ = end + 1;
        return true;
    }

    // Without the newline; '\r' in front of it belongs to it.
    [[nodiscard]] std::string_view line() const { return line_; }
    // Whether there is anything in the line that JSON writes in another way, or that is no ASCII. A '\r' at its end
    // does not count, or is counted: whoever is told "special" has to look for himself.
    [[nodiscard]] bool is_special() const { return is_special_; }
    // Where the line begins in the text; without a line, where the last one ended.
    [[nodiscard]] std::size_t position() const { return static_cast<std::size_t>(line_.data() - text_.data()); }

private:
    static constexpr std::size_t k_block = 64;

    bool take_block() {
        block_ = next_block_;
        if (block_ >= text_.size()) {
            return false;
        }
        const std::size_t size = std::min(k_block, text_.size() - block_);
        if (size == k_block) {
            mark(text_.data() + block_);
        } else {
            std::array<char, k_block> last;
            last.fill(' ');
            std::memcpy(last.data(), text_.data() + block_, size);
            mark(last.data());
        }
        next_block_ = block_ + size;
        return true;
    }

    void mark(const char* block) {
        std::uint64_t returns = 0;
        newlines_ = 0;
        special_ = 0;
        for (std::size_t i = 0; i < k_block; i += Lane::k_size) {
            const Lane lane(block + i);
            newlines_ |= lane.equal('\n') << i;
            if constexpr (wants_special) {
                special_ |= lane.special() << i;
                returns |= lane.equal('\r') << i;
            }
        }
        special_ &= ~(newlines_ | (returns & (newlines_ >> 1)));
    }

    std::string_view text_;
    std::string_view line_;
    std::size_t next_line_ = 0;
    std::size_t block_ = 0;  // where the marks are about
    std::size_t next_block_ = 0;
    std::uint64_t newlines_ = 0;  // of the block, that were not passed yet
    std::uint64_t special_ = 0;
    bool is_special_ = false;
};

}  // namespace svcwrap::logs
