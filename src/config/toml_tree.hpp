#pragma once
// A TOML text as plain values with their places, so that toml++ stays behind one door (toml_tree.cpp).
#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace svcwrap::config {

// Line and column of a character, both from 1; columns count characters, not bytes.
struct Place {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    auto operator<=>(const Place&) const = default;
};

struct Member;
struct DateOrTime {};  // TOML has them, no setting does

struct Node {
    Place place;
    std::variant<std::string, bool, std::int64_t, double, DateOrTime, std::vector<Node>, std::vector<Member>> value;

    template <class T>
    [[nodiscard]] const T* get() const {
        return std::get_if<T>(&value);
    }
};

struct Member {
    std::string key;
    Place place;  // of the key
    Node node;
};
using List = std::vector<Node>;
using Table = std::vector<Member>;  // in the order of the text

struct SyntaxError {
    Place place;
    std::string message;
};

// Reads any bytes without crashing: beyond the syntax, tables are at most a few hundred deep. Stops at the first error.
[[nodiscard]] std::expected<Table, SyntaxError> read_toml(std::string_view text);

// What stands in the text, in a few words: `text "abc"`, "the integer 3", "a table".
[[nodiscard]] std::string describe(const Node& node);

}  // namespace svcwrap::config
