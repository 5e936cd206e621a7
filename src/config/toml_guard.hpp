#pragma once
#include <optional>
#include <string_view>

#include "config/toml_tree.hpp"

namespace svcwrap::config {

// Finds what toml++ 3.4 does not survive: keys of thousands of parts ("a.a.a. ..."), whose tables it destroys by
// recursion, and characters beyond ASCII where only ASCII can stand, which make it reach undefined behaviour. A text
// without those may still be wrong. Expects valid UTF-8.
[[nodiscard]] std::optional<SyntaxError> find_unsafe_toml(std::string_view text);

// The place of a byte of the text.
[[nodiscard]] Place place_of(std::string_view text, std::size_t offset);

}  // namespace svcwrap::config
