#pragma once
// The command line: svcwrap's three lives (commands, service, foreground) behind one argument list.
#include <string>
#include <vector>

namespace svcwrap::app {

// Runs the command that the arguments name (the program's own name first) with the real parts, and returns the
// process's exit status.
[[nodiscard]] int run(const std::vector<std::string>& arguments);

}  // namespace svcwrap::app
