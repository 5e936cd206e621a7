#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace svcwrap::config {

// Letters to insert, remove, replace or swap with a neighbour to get from one word to the other; '-' and '_' and the
// case of letters count as equal.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The word that was probably meant, or empty.
[[nodiscard]] std::string_view closest(std::string_view word, std::span<const std::string_view> words);

// The setting or table that was probably meant by `key` in the table `prefix` ("logs." or "" for the root), as a full
// key; also where that setting lives in another table. Empty if there is none.
[[nodiscard]] std::string suggest_key(std::string_view prefix, std::string_view key);

// The names that may stand in the table `prefix`, "a, b, c".
[[nodiscard]] std::string names_in(std::string_view prefix);

}  // namespace svcwrap::config
