#pragma once
// Windows command lines. A Windows process gets one string; programs split it by the rules of CommandLineToArgvW and
// of the C runtime (learn.microsoft.com: "Parsing C command-line arguments"). Pure: works on UTF-8 on any system.
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace svcwrap {

// One argument, quoted so that CommandLineToArgvW and the C runtime give it back exactly.
[[nodiscard]] std::string quote_argument(std::string_view argument);

// The program (quoted by the rules of argv[0], which know no backslash escapes) and its arguments as one command line.
[[nodiscard]] std::string join_command_line(std::string_view program, std::span<const std::string> arguments);

// What CommandLineToArgvW makes of a command line. The reference for tests, and the reader of stored image paths.
[[nodiscard]] std::vector<std::string> split_command_line(std::string_view command_line);

}  // namespace svcwrap
