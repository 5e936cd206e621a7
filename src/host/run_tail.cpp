#include "host/run_tail.hpp"

#include <algorithm>
#include <iterator>

namespace svcwrap::host {

void RunTail::push(platform::StandardStream which, std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    std::string& partial = partial_.at(static_cast<std::size_t>(which));
    const std::size_t newline = bytes.rfind('\n');
    if (newline != std::string_view::npos) {
        finished_.push(partial);
        finished_.push(bytes.substr(0, newline + 1));
        partial.clear();
        bytes.remove_prefix(newline + 1);
    }
    partial += bytes.substr(0, k_history_line_bytes - std::min(k_history_line_bytes, partial.size()));
}

std::vector<std::string> RunTail::lines() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> lines = finished_.lines();
    for (const std::string& partial : partial_) {
        if (partial.empty()) continue;
        logs::LineTail last(1, ByteSize{k_history_line_bytes});
        last.push(partial);
        std::ranges::move(last.lines(), std::back_inserter(lines));
    }
    if (lines.size() > k_history_tail_lines) {
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(k_history_tail_lines));
    }
    return lines;
}

}  // namespace svcwrap::host
