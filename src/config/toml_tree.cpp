#include "config/toml_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace svcwrap::config {
struct BrokenAssumption {};  // thrown where toml++ finds itself in a state that it thought impossible
constexpr void check_assumption(bool holds) {
    if (!holds) throw BrokenAssumption{};
}
}  // namespace svcwrap::config

// In a release build toml++ 3.4 turns its assertions into promises to the compiler, and some texts break them ("[!").
// Here they are checked in every build, and a broken one is an error of the text.
#undef NDEBUG
#define TOML_ASSERT(...) svcwrap::config::check_assumption(static_cast<bool>(__VA_ARGS__))
#define TOML_MAX_NESTED_VALUES 32
#include <toml++/toml.hpp>

#include "base/utf8.hpp"
#include "config/toml_guard.hpp"

namespace svcwrap::config {
namespace {

Place to_place(const toml::source_position& position) {
    return {position.line, position.column};
}

Node to_node(const toml::node& node);

Table to_table(const toml::table& table) {
    Table members;
    for (const auto& [key, node] : table) {
        members.push_back({std::string(key.str()), to_place(key.source().begin), to_node(node)});
    }
    // toml++ sorts by key.
    std::ranges::stable_sort(members, {}, &Member::place);
    return members;
}

List to_list(const toml::array& array) {
    List list;
    for (const auto& node : array) list.push_back(to_node(node));
    return list;
}

Node to_node(const toml::node& node) {
    Node result{.place = to_place(node.source().begin), .value = DateOrTime{}};
    if (const auto* text = node.as_string()) result.value = text->get();
    if (const auto* flag = node.as_boolean()) result.value = flag->get();
    if (const auto* integer = node.as_integer()) result.value = integer->get();
    if (const auto* number = node.as_floating_point()) result.value = number->get();
    if (const auto* array = node.as_array()) result.value = to_list(*array);
    if (const auto* table = node.as_table()) result.value = to_table(*table);
    return result;
}

// The place of the first byte that is no UTF-8.
Place ill_formed_place(std::string_view text) {
    const auto repaired = replace_invalid_utf8(text);
    const auto differ = std::ranges::mismatch(text, repaired).in1;
    return place_of(text, static_cast<std::size_t>(differ - text.begin()));
}

std::string number_text(double value) {
    std::string text = std::to_string(value);
    while (text.contains('.') && text.ends_with('0') && !text.ends_with(".0")) text.pop_back();
    return text;
}

bool breaks_assumption(std::string_view text) {
    try {
        static_cast<void>(toml::parse(text, std::string_view()));
        return false;
    } catch (const toml::parse_error&) {
        return false;
    } catch (const BrokenAssumption&) {
        return true;
    }
}

// The parser goes from front to back, so what breaks it first also does so at the end of a shorter text.
std::uint32_t first_breaking_line(std::string_view text) {
    std::vector<std::size_t> ends;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1)) ends.push_back(end);
    const auto first = std::ranges::partition_point(
        ends, [&](std::size_t end) { return !breaks_assumption(text.substr(0, end + 1)); });
    return static_cast<std::uint32_t>(first - ends.begin()) + 1;
}

constexpr std::size_t k_longest_quote = 60;

std::string quote(std::string_view text) {
    const bool whole = text.size() <= k_longest_quote;
    auto end = whole ? text.size() : k_longest_quote;
    // Not in the middle of a character.
    while (!whole && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    std::string shown(text.substr(0, end + 1));
    std::ranges::replace_if(shown, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    if (!whole) shown += "...";
    return "\"" + shown + "\"";
}

}  // namespace

std::expected<Table, SyntaxError> read_toml(std::string_view text) {
    if (!is_valid_utf8(text)) return std::unexpected(SyntaxError{ill_formed_place(text), "the text is not UTF-8"});
    if (auto unsafe = find_unsafe_toml(text)) return std::unexpected(*std::move(unsafe));
    try {
        return to_table(toml::parse(text, std::string_view()));
    } catch (const toml::parse_error& error) {
        return std::unexpected(SyntaxError{to_place(error.source().begin), std::string(error.description())});
    } catch (const BrokenAssumption&) {
        return std::unexpected(
            SyntaxError{{.line = first_breaking_line(text)}, "a name or value is missing on this line"});
    }
}

std::string describe(const Node& node) {
    if (const auto* text = node.get<std::string>()) return "the text " + quote(*text);
    if (const auto* flag = node.get<bool>()) return *flag ? "true" : "false";
    if (const auto* integer = node.get<std::int64_t>()) return "the integer " + std::to_string(*integer);
    if (const auto* number = node.get<double>()) return "the number " + number_text(*number);
    if (node.get<List>()) return "a list";
    return node.get<Table>() ? "a table" : "a date or time";
}

}  // namespace svcwrap::config
