#pragma once
// What CreateProcess is given for a program and its arguments. Pure. Internal to platform/win32.
#include <string>

#include "base/error.hpp"
#include "platform/process.hpp"

namespace svcwrap::platform::win32 {

struct Command {
    std::string application;   // the exe itself: it is never searched for
    std::string command_line;  // at most 32766 UTF-16 units (CreateProcess), for cmd.exe 8191
};

// The exe with its arguments, or cmd.exe running a .bat or .cmd. `system_folder` is System32.
// cmd.exe expands and cuts before the batch file can see its arguments, and no quoting protects all of it; arguments
// with a quote, a percent sign or a line break, which could become commands, are refused (launch_failed).
[[nodiscard]] Result<Command> make_command(const LaunchSpec& spec, const std::string& system_folder);

// The environment block: NAME=value, sorted by name without case, each ended by a NUL and the whole by another one.
// Errors: launch_failed for a name that is empty or has '=' in it, or a NUL anywhere.
[[nodiscard]] Result<std::wstring> make_environment_block(const Environment& environment);

}  // namespace svcwrap::platform::win32
