#pragma once
// The names of a stream's files.
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace svcwrap::logs {

// "NAME.log".
[[nodiscard]] std::string current_name(std::string_view stream);
// "NAME.20261121T100000.123Z.log"; the years 0 to 9999.
[[nodiscard]] std::string rotated_name(std::string_view stream, WallTime moment);
// The moment in the name of a rotated file of this very stream; nothing for every other file.
[[nodiscard]] std::optional<WallTime> parse_rotated_name(std::string_view stream, std::string_view file);

}  // namespace svcwrap::logs
