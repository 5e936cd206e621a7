#include "base/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "base/utf8.hpp"

namespace svcwrap {
namespace {

constexpr std::string_view k_hex = "0123456789abcdef";

// The letter of a two-character escape, or 0.
char short_escape(char c) {
    switch (c) {
        case '"':
            return '"';
        case '\\':
            return '\\';
        case '\b':
            return 'b';
        case '\f':
            return 'f';
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        default:
            return 0;
    }
}

void append_escaped(std::string& out, char c) {
    if (const char letter = short_escape(c)) {
        out += '\\';
        out += letter;
        return;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append("\\u00") += k_hex[byte >> 4];
    out += k_hex[byte & 0xF];
}

bool needs_escape(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

std::string number_text(double value) {
    if (!std::isfinite(value)) return "null";
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    std::string text(buffer.data(), end);
    // A double stays one when it is read back.
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

class Writer {
public:
    explicit Writer(bool pretty) : pretty_(pretty) {}

    std::string write(const Json& value) {
        put(value);
        return std::move(out_);
    }

private:
    void put(const Json& value) {
        std::visit([this](const auto& held) { put_held(held); }, value.value());
    }
    void put_held(std::nullptr_t) { out_ += "null"; }
    void put_held(bool value) { out_ += value ? "true" : "false"; }
    void put_held(std::int64_t value) { out_ += std::to_string(value); }
    void put_held(double value) { out_ += number_text(value); }
    void put_held(const std::string& value) { append_json_string(out_, value); }

    void put_held(const JsonArray& values) {
        put_list('[', values, ']', [this](const Json& value) { put(value); });
    }

    void put_held(const JsonObject& members) {
        put_list('{', members, '}', [this](const auto& member) {
            append_json_string(out_, member.first);
            out_ += pretty_ ? ": " : ":";
            put(member.second);
        });
    }

    void put_list(char open, const auto& items, char close, auto put_item) {
        out_ += open;
        ++depth_;
        bool first = true;
        for (const auto& item : items) {
            if (!first) out_ += ',';
            first = false;
            break_line();
            put_item(item);
        }
        --depth_;
        if (!items.empty()) break_line();
        out_ += close;
    }

    void break_line() {
        if (pretty_) out_.append("\n").append(depth_ * 2, ' ');
    }

    std::string out_;
    std::size_t depth_ = 0;
    bool pretty_;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
    const auto* members = std::get_if<JsonObject>(&value_);
    if (!members) return nullptr;
    const auto at = std::ranges::find(*members, key, [](const auto& member) { return std::string_view(member.first); });
    return at == members->end() ? nullptr : &at->second;
}

std::string Json::as_string(std::string_view fallback) const {
    const auto* text = std::get_if<std::string>(&value_);
    return text ? *text : std::string(fallback);
}

std::int64_t Json::as_int(std::int64_t fallback) const {
    const auto* number = std::get_if<std::int64_t>(&value_);
    return number ? *number : fallback;
}

bool Json::as_bool(bool fallback) const {
    const auto* flag = std::get_if<bool>(&value_);
    return flag ? *flag : fallback;
}

std::string to_json_text(const Json& value) {
    return Writer(false).write(value);
}

std::string to_pretty_json_text(const Json& value) {
    return Writer(true).write(value);
}

void append_json_string(std::string& out, std::string_view text) {
    if (!is_valid_utf8(text)) return append_json_string(out, replace_invalid_utf8(text));
    out += '"';
    for (const char c : text) {
        if (needs_escape(c)) {
            append_escaped(out, c);
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace svcwrap
