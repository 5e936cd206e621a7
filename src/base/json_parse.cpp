#include <charconv>
#include <optional>
#include <system_error>

#include "base/decimal.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"

namespace svcwrap {
namespace {

constexpr int k_max_depth = 64;

std::optional<char> unescape(char letter) {
    switch (letter) {
        case '"':
        case '\\':
        case '/':
            return letter;
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return std::nullopt;
    }
}

bool is_surrogate(char16_t unit) {
    return unit >= 0xD800 && unit <= 0xDFFF;
}

// Recursive descent; the first error stops it and stays in error_.
class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<Json> parse() {
        auto value = take_value(0);
        skip_space();
        if (error_.empty() && at_ != text_.size()) set_error("there is more behind the value");
        if (error_.empty()) return value;
        return fail(ErrorKind::io_failed, "not valid JSON at byte " + std::to_string(error_at_) + ": " + error_);
    }

private:
    void set_error(const char* why) {
        if (!error_.empty()) return;
        error_ = why;
        error_at_ = at_;
    }

    void skip_space() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) ++at_;
    }

    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    Json take_value(int depth) {
        skip_space();
        if (depth > k_max_depth) return set_error("it is nested too deeply"), Json();
        switch (peek()) {
            case '{':
                return take_object(depth);
            case '[':
                return take_array(depth);
            case '"':
                return Json(take_string());
            default:
                return peek() == '-' || is_digit(peek()) ? take_number() : take_word();
        }
    }

    Json take_word() {
        const auto rest = text_.substr(at_);
        for (const auto& [word, value] :
             {std::pair<std::string_view, Json>{"true", true}, {"false", false}, {"null", {}}}) {
            if (!rest.starts_with(word)) continue;
            at_ += word.size();
            return value;
        }
        set_error(rest.empty() ? "it ends too early" : "a value is missing");
        return {};
    }

    bool skip_digits() {
        const auto begin = at_;
        while (is_digit(peek())) ++at_;
        return at_ != begin;
    }

    // The grammar of RFC 8259, section 6; true if the number is an integer.
    bool skip_number() {
        take('-');
        if (!take('0') && !skip_digits()) set_error("a digit is missing");
        bool whole = true;
        if (take('.')) {
            whole = false;
            if (!skip_digits()) set_error("a digit is missing");
        }
        if (take('e') || take('E')) {
            whole = false;
            if (!take('+')) take('-');
            if (!skip_digits()) set_error("a digit is missing");
        }
        return whole;
    }

    Json take_number() {
        const auto begin = at_;
        const bool whole = skip_number();
        const auto number = text_.substr(begin, at_ - begin);
        std::int64_t integer = 0;
        if (whole && std::from_chars(number.data(), number.data() + number.size(), integer).ec == std::errc())
            return integer;
        double value = 0;
        if (std::from_chars(number.data(), number.data() + number.size(), value).ec != std::errc()) {
            set_error("the number is out of range");
        }
        return value;
    }

    std::string take_string() {
        std::string out;
        ++at_;
        while (error_.empty() && !take('"')) take_character(out);
        return out;
    }

    void take_character(std::string& out) {
        if (at_ >= text_.size()) return set_error("a string does not end");
        const char c = text_[at_];
        if (static_cast<unsigned char>(c) < 0x20) return set_error("a control character stands in a string");
        ++at_;
        if (c != '\\') {
            out += c;
        } else if (take('u')) {
            take_unicode(out);
        } else if (const auto plain = unescape(peek())) {
            ++at_;
            out += *plain;
        } else {
            set_error("unknown escape");
        }
    }

    void take_unicode(std::string& out) {
        std::u16string units(1, take_unit());
        if (is_surrogate(units[0]) && take('\\') && take('u')) units += take_unit();
        const auto text = from_utf16(units);
        const bool lone = is_surrogate(units[0]) && (units.size() != 2 || count_code_points(text) != 1);
        if (lone) return set_error("a lone surrogate");
        out += text;
    }

    char16_t take_unit() {
        const auto digits = text_.substr(at_, 4);
        std::uint16_t unit = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
        if (digits.size() < 4 || error != std::errc() || end != digits.data() + 4) {
            set_error("four hexadecimal digits are missing");
            return 0;
        }
        at_ += 4;
        return unit;
    }

    Json take_array(int depth) {
        JsonArray items;
        ++at_;
        skip_space();
        if (take(']')) return items;
        do {
            items.push_back(take_value(depth + 1));
            skip_space();
        } while (error_.empty() && take(','));
        if (!take(']')) set_error("a comma or ] is missing");
        return items;
    }

    Json take_object(int depth) {
        JsonObject members;
        ++at_;
        skip_space();
        if (take('}')) return members;
        do {
            take_member(members, depth);
            skip_space();
        } while (error_.empty() && take(','));
        if (!take('}')) set_error("a comma or } is missing");
        return members;
    }

    void take_member(JsonObject& members, int depth) {
        skip_space();
        if (peek() != '"') return set_error("a member's name is missing");
        auto key = take_string();
        skip_space();
        if (!take(':')) return set_error("a colon is missing");
        members.emplace_back(std::move(key), take_value(depth + 1));
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string error_;
    std::size_t error_at_ = 0;
};

}  // namespace

Result<Json> parse_json(std::string_view text) {
    if (!is_valid_utf8(text)) return fail(ErrorKind::io_failed, "not valid JSON: it is not UTF-8");
    return Parser(text).parse();
}

}  // namespace svcwrap
