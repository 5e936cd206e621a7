#pragma once
// Chunks of bytes to lines, without a copy where a line lies within its chunk. Pure.
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace svcwrap::logs {

// A line, or a part of one that is too long or did not come at once. The parts of a line joined are the line.
struct Piece {
    std::string_view text;  // without the newline; '\r' in front of it belongs to the text
    bool ended = true;      // false: more of this line comes in the next piece
    bool newline = true;    // false: ended by the end of the output, or not ended
};

class LineSplitter {
public:
    explicit LineSplitter(std::size_t limit) : limit_(limit) {}

    // Of the pieces; a longer line is split between characters.
    void set_limit(std::size_t limit) { limit_ = limit; }

    // Calls sink(Piece) for every line that ends in the bytes, and for parts of lines that are too long. What is behind
    // the last newline is kept.
    template <class Sink>
    void push(std::string_view bytes, const Sink& sink) {
        while (!bytes.empty()) {
            const auto* newline = static_cast<const char*>(std::memchr(bytes.data(), '\n', bytes.size()));
            const std::size_t size =
                newline == nullptr ? bytes.size() : static_cast<std::size_t>(newline - bytes.data());
            take(bytes.substr(0, size), newline != nullptr, sink);
            bytes.remove_prefix(newline == nullptr ? size : size + 1);
        }
    }

    // After a quiet while: gives the kept part away, but for what may be the half of a character or of "\r\n".
    template <class Sink>
    void flush(const Sink& sink) {
        const std::size_t size = whole_part(partial_);
        is_quiet_ = true;
        if (size > 0) {
            sink(Piece{.text = std::string_view(partial_).substr(0, size), .ended = false, .newline = false});
            partial_.erase(0, size);
            in_line_ = true;
        }
    }

    // At the end of the output: gives away all that is kept, and ends the line.
    template <class Sink>
    void finish(const Sink& sink) {
        if (!partial_.empty() || in_line_) {
            sink(Piece{.text = partial_, .ended = true, .newline = false});
        }
        partial_.clear();
        in_line_ = false;
    }

    [[nodiscard]] std::size_t limit() const { return limit_; }
    // Whether the next byte begins a line.
    [[nodiscard]] bool is_between_lines() const { return partial_.empty() && !in_line_; }
    // Whether flush() would give something away.
    [[nodiscard]] bool wants_flush() const { return !partial_.empty() && !is_quiet_; }

private:
    template <class Sink>
    void take(std::string_view text, bool ended, const Sink& sink) {
        is_quiet_ = false;
        while (partial_.size() + text.size() > limit_) {
            const std::size_t room = limit_ - (partial_.size() < limit_ ? partial_.size() : limit_);
            if (partial_.empty()) {
                const std::size_t size = cut(text.substr(0, limit_));
                sink(Piece{.text = text.substr(0, size), .ended = false, .newline = false});
                text.remove_prefix(size);
            } else {
                partial_.append(text.substr(0, room));
                text.remove_prefix(room < text.size() ? room : text.size());
                const std::size_t size = cut(partial_);
                sink(Piece{.text = std::string_view(partial_).substr(0, size), .ended = false, .newline = false});
                partial_.erase(0, size);
            }
            in_line_ = true;
        }
        if (ended && partial_.empty()) {
            sink(Piece{.text = text, .ended = true, .newline = true});
        } else {
            partial_.append(text);
        }
        if (ended && !partial_.empty()) {
            sink(Piece{.text = partial_, .ended = true, .newline = true});
            partial_.clear();
        }
        in_line_ = in_line_ && !ended;
    }

    // How much of the text is whole: without the beginning of a character, or a '\r' that a '\n' may follow, at its
    // end.
    [[nodiscard]] static std::size_t whole_part(std::string_view text) {
        if (text.ends_with('\r')) {
            return text.size() - 1;
        }
        for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
            const auto byte = static_cast<unsigned char>(text[text.size() - back]);
            const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
            if (byte >= 0xC0) {
                return back < length ? text.size() - back : text.size();
            }
            if (byte < 0x80) {
                break;
            }
        }
        return text.size();
    }
    // The same, but never nothing.
    [[nodiscard]] static std::size_t cut(std::string_view text) {
        const std::size_t size = whole_part(text);
        return size == 0 ? text.size() : size;
    }

    std::size_t limit_;
    std::string partial_;
    bool in_line_ = false;   // parts of the line were given away already
    bool is_quiet_ = false;  // nothing came since the last flush()
};

}  // namespace svcwrap::logs
