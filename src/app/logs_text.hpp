#pragma once
// How lines of logs look on a terminal, in a pipe and as JSON. Pure.
#include <string>
#include <string_view>

#include "app/logs_reading.hpp"

namespace svcwrap::app {

// For people, with its line end: raw and text as they stand in the file; json as TIME LEVEL MESSAGE and what else the
// program said.
[[nodiscard]] std::string text_of(const LogLine& line);
// One object, with its line end: a line of the format json as it stands; for the others the same members, as far as
// they are known. The shape is in README.md.
[[nodiscard]] std::string json_of(const LogLine& line, const std::string& service);

// Control characters as \x1B (C1 too), ill-formed UTF-8 as U+FFFD; tabs and line ends stay, but for a carriage return
// before a line end, which goes. So that no program can steer the terminal of who reads its log.
[[nodiscard]] std::string for_terminal(std::string_view text);

}  // namespace svcwrap::app
