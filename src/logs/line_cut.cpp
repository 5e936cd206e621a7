#include "logs/line_cut.hpp"

#include <algorithm>

namespace svcwrap::logs {

namespace {

// The line at the front has begun, or is longer than a file: cut behind its end, or where patience ends.
Cut finish_line(const FileFill& fill, std::string_view chunk, std::uint64_t longest_wait) {
    const std::uint64_t longest_line = fill.max_size + longest_wait;
    const std::uint64_t left = longest_line - std::min(longest_line, fill.line_bytes);
    const auto window = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk.size()));
    if (const std::size_t newline = chunk.substr(0, window).find('\n'); newline != std::string_view::npos) {
        return {.bytes = newline + 1, .rotate = true};
    }
    return {.bytes = window, .rotate = window == left};
}

}  // namespace

Cut plan_cut(const FileFill& fill, std::string_view chunk, std::uint64_t longest_wait) {
    const bool rotation_wanted = fill.rotation_wanted && fill.size > 0;
    const bool fits = fill.max_size == 0 || fill.size + chunk.size() <= fill.max_size;
    if (fits && !rotation_wanted) {
        return {.bytes = chunk.size(), .rotate = false};
    }
    if (!rotation_wanted && fill.size < fill.max_size) {
        const auto room = static_cast<std::size_t>(fill.max_size - fill.size);
        if (const std::size_t newline = chunk.rfind('\n', room - 1); newline != std::string_view::npos) {
            return {.bytes = newline + 1, .rotate = true};
        }
    }
    if (fill.line_bytes == 0 && fill.size > 0) {
        return {.bytes = 0, .rotate = true};
    }
    return finish_line(fill, chunk, longest_wait);
}

}  // namespace svcwrap::logs
