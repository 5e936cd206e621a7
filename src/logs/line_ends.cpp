#include "logs/line_ends.hpp"

#include "logs/byte_lane.hpp"

namespace svcwrap::logs {

bool LineEnds::ends_newline(std::string_view chunk, std::size_t position) const {
    const char first = position == 0 ? first_byte_ : chunk[position - 1];
    return chunk[position] == '\0' && first == '\n';
}

std::size_t LineEnds::behind_first(std::string_view chunk) const {
    if (!is_utf16_) {
        const std::size_t newline = chunk.find('\n');
        return newline == npos ? npos : newline + 1;
    }
    for (std::size_t i = first_second_byte(); i < chunk.size(); i += 2) {
        if (ends_newline(chunk, i)) {
            return i + 1;
        }
    }
    return npos;
}

std::size_t LineEnds::behind_last(std::string_view chunk) const {
    if (!is_utf16_) {
        const std::size_t newline = chunk.rfind('\n');
        return newline == npos ? npos : newline + 1;
    }
    std::size_t last = npos;
    for (std::size_t i = chunk.size(); i > 0 && last == npos; --i) {
        last = is_whole(i) && ends_newline(chunk, i - 1) ? i : npos;
    }
    return last;
}

std::uint64_t LineEnds::count(std::string_view chunk) const {
    if (!is_utf16_) {
        return count_bytes(chunk, '\n');
    }
    std::uint64_t count = 0;
    for (std::size_t i = first_second_byte(); i < chunk.size(); i += 2) {
        count += ends_newline(chunk, i) ? 1 : 0;
    }
    return count;
}

void LineEnds::pass(std::string_view chunk) {
    if (!is_utf16_ || chunk.empty()) {
        return;
    }
    is_within_ = !is_whole(chunk.size());
    first_byte_ = chunk.back();
}

}  // namespace svcwrap::logs
