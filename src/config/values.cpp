#include "config/values.hpp"

#include <charconv>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include "config/suggest.hpp"

namespace svcwrap::config {
namespace {

std::string with_article(std::string_view noun) {
    return (std::string_view("aeiou").contains(noun.front()) ? "an " : "a ") + std::string(noun);
}

std::string example_of(const Setting& setting) {
    const auto value = setting.example.empty() ? setting.fallback : setting.example;
    if (setting.type == SettingType::text_table) {
        return "write [" + std::string(setting.key) + "] and below it lines such as " + std::string(value);
    }
    const auto name = setting.key.substr(setting.key.rfind('.') + 1);
    return "write for example: " + std::string(name) + " = " + std::string(value);
}

void add(const Setting& setting, const Node& node, Findings& findings, std::string_view why, std::string remedy) {
    findings.add(node.place, std::string(setting.key) + ": " + std::string(why), std::move(remedy));
}

template <class T>
T parse_plain(std::string_view text) {
    T value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// The bounds in the table of settings are written in the setting's own form; a test reads them all.
template <class T>
T parse_bound(std::string_view text) {
    if constexpr (std::is_same_v<T, Duration>) {
        return parse_duration(text).value();
    } else if constexpr (std::is_same_v<T, ByteSize>) {
        return parse_byte_size(text).value();
    } else {
        return parse_plain<T>(text);
    }
}

template <class T>
bool is_allowed(std::string_view allowed, const T& value) {
    constexpr std::string_view or_zero = "0, or ";
    if (allowed.starts_with(or_zero)) {
        if (value == T{}) return true;
        allowed.remove_prefix(or_zero.size());
    }
    const auto dots = allowed.find(" .. ");
    if (dots == std::string_view::npos) return true;
    return value >= parse_bound<T>(allowed.substr(0, dots)) && value <= parse_bound<T>(allowed.substr(dots + 4));
}

template <class T>
bool check_range(const Setting& setting, const Node& node, Findings& findings, const T& value) {
    if (is_allowed(setting.allowed, value)) return true;
    add(setting, node, findings, describe(node) + " is out of range", "allowed: " + std::string(setting.allowed));
    return false;
}

// Texts that carry a type of their own: durations and sizes.
template <class T>
bool read_parsed(const Setting& setting, const Node& node, Findings& findings, T& out, auto parse) {
    const auto* text = node.get<std::string>();
    if (!text) return add_mismatch(setting, node, findings), false;
    const auto value = parse(*text);
    if (!value) return add(setting, node, findings, value.error().message, value.error().remedy), false;
    if (!check_range(setting, node, findings, *value)) return false;
    out = *value;
    return true;
}

template <class T>
bool read_list(const Setting& setting, const Node& node, Findings& findings, std::vector<T>& out) {
    const auto* list = node.get<List>();
    if (!list) return add_mismatch(setting, node, findings), false;
    auto item_setting = setting;
    item_setting.type = std::is_same_v<T, std::string> ? SettingType::text : SettingType::integer;
    std::vector<T> values;
    bool ok = true;
    for (const auto& item : *list) {
        T value{};
        ok = read_value(item_setting, item, findings, value) && ok;
        values.push_back(std::move(value));
    }
    if (ok) out = std::move(values);
    return ok;
}

}  // namespace

void add_mismatch(const Setting& setting, const Node& node, Findings& findings) {
    add(setting, node, findings, describe(node) + " was found, " + with_article(name_of(setting.type)) + " is needed",
        example_of(setting));
}

bool read_value(const Setting& setting, const Node& node, Findings& findings, std::string& out) {
    const auto* text = node.get<std::string>();
    if (!text) return add_mismatch(setting, node, findings), false;
    if (text->contains('\0')) {
        return add(setting, node, findings, "the text holds a NUL character", "remove \\u0000"), false;
    }
    out = *text;
    return true;
}

bool read_value(const Setting& setting, const Node& node, Findings& findings, bool& out) {
    const auto* flag = node.get<bool>();
    if (!flag) return add_mismatch(setting, node, findings), false;
    out = *flag;
    return true;
}

bool read_value(const Setting& setting, const Node& node, Findings& findings, std::uint32_t& out) {
    const auto* integer = node.get<std::int64_t>();
    if (!integer) return add_mismatch(setting, node, findings), false;
    if (!check_range(setting, node, findings, *integer)) return false;
    // A negative exit code is the unsigned one of the same bits.
    out = static_cast<std::uint32_t>(*integer);
    return true;
}

bool read_value(const Setting& setting, const Node& node, Findings& findings, double& out) {
    const auto* integer = node.get<std::int64_t>();
    const auto* number = node.get<double>();
    if (!integer && !number) return add_mismatch(setting, node, findings), false;
    const double value = integer ? static_cast<double>(*integer) : *number;
    if (!check_range(setting, node, findings, value)) return false;
    out = value;
    return true;
}

bool read_value(const Setting& setting, const Node& node, Findings& findings, Duration& out) {
    return read_parsed(setting, node, findings, out, parse_duration);
}

bool read_value(const Setting& setting, const Node& node, Findings& findings, ByteSize& out) {
    return read_parsed(setting, node, findings, out, parse_byte_size);
}

bool read_value(const Setting& setting, const Node& node, Findings& findings, std::vector<std::string>& out) {
    return read_list(setting, node, findings, out);
}

bool read_value(const Setting& setting, const Node& node, Findings& findings, std::vector<std::uint32_t>& out) {
    return read_list(setting, node, findings, out);
}

std::optional<std::size_t> read_choice(const Setting& setting, const Node& node, Findings& findings) {
    const auto* text = node.get<std::string>();
    if (!text) return add_mismatch(setting, node, findings), std::nullopt;
    const auto choices = choices_of(setting);
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (choices[i] == *text) return i;
    }
    auto remedy = "allowed: " + std::string(setting.allowed);
    if (const auto similar = closest(*text, choices); !similar.empty())
        remedy += "; did you mean \"" + std::string(similar) + "\"?";
    add(setting, node, findings, describe(node) + " is not allowed", std::move(remedy));
    return std::nullopt;
}

}  // namespace svcwrap::config
