#include "host/run_tail.hpp"

#include <algorithm>
#include <iterator>

namespace svcwrap::host {
namespace {

// What a filter looks at of one line: a secret may lie across the end of what is shown.
constexpr std::size_t k_filtered_line_bytes = std::size_t{64} * 1024;

// The last `count` lines of a text that ends with a newline.
std::string_view last_lines(std::string_view text, std::size_t count) {
    std::size_t start = text.size() - 1;
    while (count > 0 && start > 0) {
        const std::size_t newline = text.rfind('\n', start - 1);
        if (newline == std::string_view::npos) return text;
        start = newline;
        --count;
    }
    return start == 0 ? text : text.substr(start + 1);
}

}  // namespace

void RunTail::push(platform::StandardStream which, std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    const auto index = static_cast<std::size_t>(which);
    std::string decoded;
    if (filter_.is_wide()) {
        decoders_.at(index).push(decoded, bytes);
        bytes = decoded;
    }
    std::string& partial = partial_.at(index);
    const std::size_t newline = bytes.rfind('\n');
    if (newline != std::string_view::npos) {
        finish_lines(partial, bytes.substr(0, newline + 1));
        partial.clear();
        bytes.remove_prefix(newline + 1);
    }
    const std::size_t most = filter_.is_idle() ? k_history_line_bytes : k_filtered_line_bytes;
    partial += bytes.substr(0, most - std::min(most, partial.size()));
}

void RunTail::finish_lines(std::string& partial, std::string_view lines) {
    if (filter_.is_idle()) {
        finished_.push(partial);
        finished_.push(lines);
        return;
    }
    const std::string_view shown = last_lines(lines, k_history_tail_lines);
    const std::size_t first_end = shown.find('\n');
    const bool is_continued = shown.size() == lines.size();
    partial += is_continued ? shown.substr(0, first_end) : std::string_view();
    for (std::string_view rest = shown; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        const bool is_first = rest.data() == shown.data() && is_continued;
        finished_.push(filter_.line(is_first ? std::string_view(partial) : rest.substr(0, end)) + "\n");
        rest.remove_prefix(end + 1);
    }
}

void RunTail::redact(const std::vector<std::string>& patterns) {
    const std::lock_guard lock(mutex_);
    filter_.set_patterns(patterns);
}

std::vector<std::string> RunTail::lines() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> lines = finished_.lines();
    for (std::string& line : lines) line = filter_.redact(std::move(line));
    for (const std::string& partial : partial_) {
        if (partial.empty()) continue;
        logs::LineTail last(1, ByteSize{k_history_line_bytes});
        last.push(filter_.line(partial));
        std::ranges::move(last.lines(), std::back_inserter(lines));
    }
    if (lines.size() > k_history_tail_lines) {
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(k_history_tail_lines));
    }
    return lines;
}

}  // namespace svcwrap::host
