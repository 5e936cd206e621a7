#pragma once
// The last lines of one run's output, of both its streams in the order in which they came.
#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/run_history.hpp"
#include "logs/line_tail.hpp"
#include "platform/system.hpp"

namespace svcwrap::host {

// Thread-safe. Lines of one stream are never mixed up with pieces of the other's.
class RunTail {
public:
    void push(platform::StandardStream which, std::string_view bytes);
    // Oldest first, at most k_history_tail_lines, each at most k_history_line_bytes of valid UTF-8; unfinished lines
    // stand last.
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    mutable std::mutex mutex_;
    logs::LineTail finished_{k_history_tail_lines, ByteSize{k_history_line_bytes}};
    std::array<std::string, 2> partial_;
};

}  // namespace svcwrap::host
