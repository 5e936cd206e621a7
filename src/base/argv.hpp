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

// A name as a person types it at a prompt, for the commands that texts suggest: in quotes where a shell would cut it or
// take a part of it for something else.
[[nodiscard]] std::string typed(std::string_view name);

// The program (always in quotes, by the rules of argv[0], which know no backslash escapes) and its arguments as one
// command line. A quote in the program's name is left out: argv[0] cannot hold one, and no Windows path contains one.
[[nodiscard]] std::string join_command_line(std::string_view program, std::span<const std::string> arguments);

// What CommandLineToArgvW makes of a command line (but nothing of an empty one, where that function names the running
// exe). Differs from the C runtime in doubled quotes only, which quote_argument never writes. The reference for tests,
// and the reader of stored image paths.
[[nodiscard]] std::vector<std::string> split_command_line(std::string_view command_line);

}  // namespace svcwrap
