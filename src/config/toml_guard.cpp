#include "config/toml_guard.hpp"

#include <algorithm>
#include <cstddef>

#include "base/utf8.hpp"

namespace svcwrap::config {
namespace {

constexpr int k_max_key_parts = 16;
constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

// Walks over the text as TOML's lexer would. As long as the text is valid TOML the two agree on what is a string.
class Guard {
public:
    explicit Guard(std::string_view text) : text_(text), begin_(text.starts_with(k_byte_order_mark) ? 3 : 0) {}

    std::optional<SyntaxError> run() {
        while (at_ < text_.size() && !error_) step();
        return error_;
    }

private:
    void step() {
        const char c = text_[at_];
        if (c == '#') return skip_comment();
        if (c == '"' || c == '\'')
            return begins_word() ? skip_string(c) : stop("a quote cannot stand inside of a word");
        if (!is_ascii(c)) return stop("a character that is not ASCII needs quotes around it");
        if (c == '.' && ++key_parts_ > k_max_key_parts) return stop("the key has too many parts");
        if (std::string_view("\n=,{[").contains(c)) key_parts_ = 1;
        ++at_;
    }

    void stop(const char* why) { error_ = SyntaxError{place_of(text_, at_), why}; }

    [[nodiscard]] bool stands(std::string_view word) const { return text_.substr(at_).starts_with(word); }

    // Where no string can begin, the lexer takes a quote for a part of the word that it looks at.
    [[nodiscard]] bool begins_word() const {
        return at_ == begin_ || std::string_view(" \t\r\n=,.[{").contains(text_[at_ - 1]);
    }

    void skip_comment() { at_ = std::min(text_.find('\n', at_), text_.size()); }

    void skip_string(char quote) {
        const std::string_view three = quote == '"' ? R"(""")" : "'''";
        if (!stands(three)) return skip_line_string(quote);
        at_ += 3;
        while (at_ < text_.size() && !error_ && !stands(three)) {
            skip_character(quote, true);
        }
        at_ = std::min(at_ + 3, text_.size());
        // Up to two more quotes belong to the string.
        for (int more = 0; more < 2 && at_ < text_.size() && text_[at_] == quote; ++more) ++at_;
    }

    void skip_line_string(char quote) {
        ++at_;
        while (at_ < text_.size() && !error_ && text_[at_] != quote && text_[at_] != '\n') skip_character(quote, false);
        at_ = std::min(at_ + 1, text_.size());
    }

    void skip_character(char quote, bool multi_line) {
        const bool escape = quote == '"' && text_[at_] == '\\';
        ++at_;
        if (!escape || at_ >= text_.size()) return;
        if (!is_ascii(text_[at_])) return stop("unknown escape");
        if (multi_line && std::string_view(" \t\r\n").contains(text_[at_])) return skip_line_end();
        if (text_[at_] != '\n') ++at_;
    }

    // A backslash at the end of a line eats the blanks up to the next character.
    void skip_line_end() {
        at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
        if (at_ < text_.size() && !is_ascii(text_[at_]))
            stop("a character that is not ASCII cannot follow a line-ending backslash");
    }

    std::string_view text_;
    std::size_t begin_;
    std::size_t at_ = begin_;
    int key_parts_ = 1;
    std::optional<SyntaxError> error_;
};

}  // namespace

Place place_of(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, offset);
    const auto line = static_cast<std::uint32_t>(std::ranges::count(before, '\n')) + 1;
    auto on_line = before.substr(before.rfind('\n') + 1);
    if (on_line.starts_with(k_byte_order_mark) && line == 1) on_line.remove_prefix(k_byte_order_mark.size());
    return {line, static_cast<std::uint32_t>(count_code_points(on_line)) + 1};
}

std::optional<SyntaxError> find_unsafe_toml(std::string_view text) {
    return Guard(text).run();
}

}  // namespace svcwrap::config
