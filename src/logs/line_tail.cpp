#include "logs/line_tail.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"

namespace svcwrap::logs {

namespace {

// The part of the chunk that can be among the last `lines` lines: what is behind the (lines + 1)th newline from its
// end.
std::string_view end_of_chunk(std::string_view bytes, std::size_t lines) {
    std::size_t end = bytes.size();
    for (std::size_t seen = 0; seen <= lines; ++seen) {
        const std::size_t newline = end == 0 ? std::string_view::npos : bytes.rfind('\n', end - 1);
        if (newline == std::string_view::npos) {
            return bytes;
        }
        end = newline;
    }
    return bytes.substr(end + 1);
}

// A character that the bound cut in two must not become U+FFFD.
std::string_view without_cut_character(std::string_view text, std::size_t bound) {
    if (text.size() < bound) {
        return text;
    }
    std::size_t start = text.size();
    while (start > 0 && text.size() - start < 3 && (static_cast<unsigned char>(text[start - 1]) & 0xC0) == 0x80) {
        --start;
    }
    const bool is_whole = start == 0 || is_valid_utf8(text.substr(start - 1));
    return is_whole ? text : text.substr(0, start - 1);
}

std::string as_line(std::string_view text, std::size_t bound) {
    text = without_cut_character(text, bound);
    if (text.ends_with('\r')) {
        text.remove_suffix(1);
    }
    return replace_invalid_utf8(text);
}

}  // namespace

LineTail::LineTail(std::size_t lines, ByteSize line_size)
    : most_lines_(std::max<std::size_t>(lines, 1)), line_size_(static_cast<std::size_t>(line_size.bytes)) {}

void LineTail::push(std::string_view bytes) {
    const std::string_view end = end_of_chunk(bytes, most_lines_);
    const std::lock_guard lock(mutex_);
    if (end.size() < bytes.size()) {
        finished_.clear();
        partial_.clear();
        has_partial_ = false;
    }
    push_all(end);
}

void LineTail::push_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t newline = bytes.find('\n');
        extend_partial(bytes.substr(0, newline));
        if (newline == std::string_view::npos) {
            return;
        }
        finish_line();
        bytes.remove_prefix(newline + 1);
    }
}

void LineTail::extend_partial(std::string_view bytes) {
    has_partial_ = true;
    partial_.append(bytes.substr(0, line_size_ - std::min(line_size_, partial_.size())));
}

void LineTail::finish_line() {
    finished_.push_back(std::exchange(partial_, {}));
    has_partial_ = false;
    if (finished_.size() > most_lines_) {
        finished_.pop_front();
    }
}

std::vector<std::string> LineTail::lines() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> result;
    const std::size_t skipped = has_partial_ && finished_.size() == most_lines_ ? 1 : 0;
    for (std::size_t i = skipped; i < finished_.size(); ++i) {
        result.push_back(as_line(finished_[i], line_size_));
    }
    if (has_partial_) {
        result.push_back(as_line(partial_, line_size_));
    }
    return result;
}

void LineTail::clear() {
    const std::lock_guard lock(mutex_);
    finished_.clear();
    partial_.clear();
    has_partial_ = false;
}

}  // namespace svcwrap::logs
