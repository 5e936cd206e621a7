#include "logs/line_cut.hpp"

#include <algorithm>

namespace svcwrap::logs {

namespace {

// The line at the front has begun, or is longer than a file: cut behind its end, or where patience ends.
Cut finish_line(const FileFill& fill, const LineEnds& ends, std::string_view chunk, std::uint64_t longest_wait) {
    const std::uint64_t longest_line = fill.max_size + longest_wait;
    const std::uint64_t left = longest_line - std::min(longest_line, fill.line_bytes);
    const auto window = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk.size()));
    if (const std::size_t end = ends.behind_first(chunk.substr(0, window)); end != LineEnds::npos) {
        return {.bytes = end, .rotate = true};
    }
    if (window < left) {
        return {.bytes = window, .rotate = false};
    }
    const std::size_t whole = ends.is_whole(window) ? window : window + 1;
    return {.bytes = std::min(whole, chunk.size()), .rotate = whole <= chunk.size()};
}

}  // namespace

Cut plan_cut(const FileFill& fill, const LineEnds& ends, std::string_view chunk, std::uint64_t longest_wait) {
    const bool rotation_wanted = fill.rotation_wanted && fill.size > 0;
    const bool fits = fill.max_size == 0 || fill.size + chunk.size() <= fill.max_size;
    if (fits && !rotation_wanted) {
        return {.bytes = chunk.size(), .rotate = false};
    }
    if (!rotation_wanted && fill.size < fill.max_size) {
        const auto room = static_cast<std::size_t>(fill.max_size - fill.size);
        if (const std::size_t end = ends.behind_last(chunk.substr(0, room)); end != LineEnds::npos) {
            return {.bytes = end, .rotate = true};
        }
    }
    if (fill.line_bytes == 0 && fill.size > 0) {
        return {.bytes = 0, .rotate = true};
    }
    return finish_line(fill, ends, chunk, longest_wait);
}

}  // namespace svcwrap::logs
