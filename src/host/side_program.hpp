#pragma once
// A program beside the child: a hook, or a stop step that is a command. It runs in a job of its own, so that it leaves
// nothing behind, and its output is read line by line.
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/exit_code.hpp"
#include "base/time.hpp"
#include "platform/process.hpp"
#include "platform/system.hpp"

namespace svcwrap::host {

// So much of the output is told; what comes beyond it is read and counted.
inline constexpr std::size_t k_side_program_lines = 200;
inline constexpr std::size_t k_side_program_line_bytes = 1024;

struct ProgramOrder {
    std::vector<std::string> command;  // program and arguments; a program without a folder is looked for on PATH
    std::string search_folder;         // where a relative program begins
    std::string working_directory;
    platform::Environment environment;
    Duration timeout = k_forever;
};

enum class ProgramFate : std::uint8_t { exited, timed_out, cancelled, not_started };

struct ProgramEnd {
    ProgramFate fate = ProgramFate::exited;
    ExitCode code;  // exited only
    Error error;    // not_started only

    [[nodiscard]] bool is_success() const { return fate == ProgramFate::exited && code == ExitCode{}; }
};
// "exit code 3", "it took longer than 5s and was ended".
[[nodiscard]] std::string describe(const ProgramEnd& end, Duration timeout);

// Runs the program to its end, to its timeout, or until `stop` is requested, and ends what is left of it then. Blocks:
// called on a worker. `line` is called on another thread with each line of its output, never after the return.
[[nodiscard]] ProgramEnd run_program(platform::ProcessLauncher& launcher, const platform::System& system,
                                     const ProgramOrder& order, const std::stop_token& stop,
                                     const std::function<void(std::string)>& line);

}  // namespace svcwrap::host
