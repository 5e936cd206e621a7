#pragma once
// The last lines of a stream of bytes, for `status` and the history of runs.
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_size.hpp"

namespace svcwrap::logs {

// Memory is bounded by lines * line_size, and so is the work per chunk, apart from the search for newlines from its
// end. Thread-safe.
class LineTail {
public:
    explicit LineTail(std::size_t lines = 20, ByteSize line_size = 1_KiB);

    void push(std::string_view bytes);
    // Oldest first, the unfinished last line included; without line ends, cut to line_size, as valid UTF-8.
    [[nodiscard]] std::vector<std::string> lines() const;
    void clear();

private:
    void push_all(std::string_view bytes);
    void extend_partial(std::string_view bytes);
    void finish_line();

    const std::size_t most_lines_;
    const std::size_t line_size_;
    mutable std::mutex mutex_;
    std::deque<std::string> finished_;
    std::string partial_;
    bool has_partial_ = false;  // bytes came behind the last newline
};

}  // namespace svcwrap::logs
