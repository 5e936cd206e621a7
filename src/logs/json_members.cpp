#include "logs/json_members.hpp"

#include <cstddef>

#include "base/decimal.hpp"
#include "base/utf8.hpp"

namespace svcwrap::logs {

namespace {

constexpr int k_deepest = 64;

// Reads from the front of a text; every function is false where the text is not what it reads.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    [[nodiscard]] std::size_t position() const { return at_; }
    [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

    void skip_space() {
        while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n')) {
            ++at_;
        }
    }
    bool take(char c) {
        if (at_end() || peek() != c) {
            return false;
        }
        ++at_;
        return true;
    }
    bool take_string() {
        if (!take('"')) {
            return false;
        }
        while (!at_end()) {
            const char c = text_[at_++];
            if (c == '"') {
                return true;
            }
            if (static_cast<unsigned char>(c) < 0x20 || (c == '\\' && !take_escape())) {
                return false;
            }
        }
        return false;
    }
    bool take_value(int depth) {
        if (at_end() || depth > k_deepest) {
            return false;
        }
        switch (peek()) {
            case '{':
                return take_object(depth, nullptr);
            case '[':
                return take_array(depth);
            case '"':
                return take_string();
            case 't':
                return take_word("true");
            case 'f':
                return take_word("false");
            case 'n':
                return take_word("null");
            default:
                return take_number();
        }
    }
    bool take_object(int depth, std::vector<JsonMember>* members) {
        if (!take('{')) {
            return false;
        }
        skip_space();
        if (take('}')) {
            return true;
        }
        do {
            if (!take_member(depth, members)) {
                return false;
            }
        } while (take(','));
        return take('}');
    }

private:
    [[nodiscard]] char peek() const { return text_[at_]; }

    bool take_member(int depth, std::vector<JsonMember>* members) {
        skip_space();
        const std::size_t key = at_;
        if (!take_string()) {
            return false;
        }
        const std::string_view key_text = text_.substr(key + 1, at_ - key - 2);
        skip_space();
        if (!take(':')) {
            return false;
        }
        skip_space();
        const std::size_t value = at_;
        if (!take_value(depth + 1)) {
            return false;
        }
        if (members != nullptr) {
            members->push_back({.key = key_text, .value = text_.substr(value, at_ - value)});
        }
        skip_space();
        return true;
    }
    bool take_array(int depth) {
        ++at_;
        skip_space();
        if (take(']')) {
            return true;
        }
        do {
            skip_space();
            if (!take_value(depth + 1)) {
                return false;
            }
            skip_space();
        } while (take(','));
        return take(']');
    }
    bool take_escape() {
        if (at_end()) {
            return false;
        }
        const char c = text_[at_++];
        if (c != 'u') {
            return std::string_view("\"\\/bfnrt").contains(c);
        }
        for (int i = 0; i < 4; ++i) {
            if (at_end() || !std::string_view("0123456789abcdefABCDEF").contains(text_[at_++])) {
                return false;
            }
        }
        return true;
    }
    bool take_word(std::string_view word) {
        if (!text_.substr(at_).starts_with(word)) {
            return false;
        }
        at_ += word.size();
        return true;
    }
    bool take_digits() {
        const std::size_t start = at_;
        while (!at_end() && is_digit(peek())) {
            ++at_;
        }
        return at_ > start;
    }
    bool take_number() {
        take('-');
        if (!take('0') && !take_digits()) {
            return false;
        }
        if (take('.') && !take_digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return take_digits();
        }
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

bool split_json_object(std::string_view text, std::vector<JsonMember>& members) {
    members.clear();
    Scanner scanner(text);
    scanner.skip_space();
    if (!scanner.take_object(1, &members)) {
        return false;
    }
    scanner.skip_space();
    return scanner.at_end() && is_valid_utf8(text);
}

}  // namespace svcwrap::logs
