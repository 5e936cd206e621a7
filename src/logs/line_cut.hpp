#pragma once
// Where a chunk of output may be cut for a rotation. Pure.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "logs/line_ends.hpp"

namespace svcwrap::logs {

struct FileFill {
    std::uint64_t size = 0;        // of the current file
    std::uint64_t line_bytes = 0;  // of them, behind the last newline: a line that is not finished
    std::uint64_t max_size = 0;    // 0 = no limit
    bool rotation_wanted = false;  // at the next end of line, whatever the size
};

struct Cut {
    std::size_t bytes = 0;  // of the chunk go into the current file, ...
    bool rotate = false;    // ...which is rotated then
};

// A chunk that crosses the limit is cut behind the last newline that fits. A line that does not fit goes to the next
// file whole, or, if it has begun already, is waited for: until it is longer than max_size + longest_wait. `ends` knows
// what was written to the file before. A character of UTF-16 is never cut.
[[nodiscard]] Cut plan_cut(const FileFill& fill, const LineEnds& ends, std::string_view chunk,
                           std::uint64_t longest_wait);

}  // namespace svcwrap::logs
