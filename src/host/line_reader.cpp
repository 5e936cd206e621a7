#include "host/line_reader.hpp"

#include <algorithm>
#include <format>
#include <utility>

#include "base/printable.hpp"

namespace svcwrap::host {

LineReader::LineReader(std::size_t most_lines, std::size_t line_bytes, std::function<void(std::string)> line)
    : most_lines_(most_lines), line_bytes_(line_bytes), line_(std::move(line)) {}

void LineReader::push(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t newline = bytes.find('\n');
        const std::string_view part = bytes.substr(0, newline);
        partial_ += part.substr(0, line_bytes_ - std::min(line_bytes_, partial_.size()));
        has_partial_ = true;
        if (newline == std::string_view::npos) return;
        end_line();
        bytes.remove_prefix(newline + 1);
    }
}

void LineReader::end_line() {
    if (partial_.ends_with('\r')) partial_.pop_back();
    if (++lines_ <= most_lines_) line_(printable(partial_));
    partial_.clear();
    has_partial_ = false;
}

void LineReader::finish() {
    if (has_partial_) end_line();
    if (lines_ > most_lines_) line_(std::format("({} more lines were left out)", lines_ - most_lines_));
}

}  // namespace svcwrap::host
