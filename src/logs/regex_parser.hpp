#pragma once
// The patterns of linear_regex.hpp to their programs. Pure.
#include <string_view>

#include "logs/linear_regex.hpp"

namespace svcwrap::logs {

// The largest program. It bounds the cost of a byte of text, and what {n,m} within {n,m} can grow to.
inline constexpr std::size_t k_most_instructions = 4000;

[[nodiscard]] Result<LinearRegex::Program> parse_regex(std::string_view pattern);

}  // namespace svcwrap::logs
