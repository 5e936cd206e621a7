#pragma once
// What is known about a program before it runs: where it is, whether Windows can start it, how it wants to be stopped.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/parts.hpp"
#include "config/service_config.hpp"
#include "supervise/options.hpp"

namespace svcwrap::app {

// The absolute path of the program that the user named: as given, in the current folder, or found on PATH.
// Errors: not_found.
[[nodiscard]] Result<std::string> locate_program(const AppParts& parts, const std::string& name);

// Whether the file is there and CreateProcess can start it: .exe and .com with the MZ header, .bat and .cmd through
// cmd.exe. Errors: not_found; usage, with a remedy that names the interpreter for a script; io_failed.
[[nodiscard]] Status check_program(const AppParts& parts, const std::string& path);

// How a known runtime wants to be asked to stop, and why. Nothing for the rest: Ctrl-Break, the default, suits them.
struct StopAdvice {
    supervise::StopMethod method;
    std::string_view reason;
};
[[nodiscard]] std::optional<StopAdvice> stop_advice(std::string_view executable);
// For a configuration that leaves such a runtime on the default: what suits it better, and how to write it.
[[nodiscard]] std::optional<std::string> note_on_stop(const config::ServiceConfig& config);
// The default steps for the program: those of the advice, with the default time each.
[[nodiscard]] std::vector<supervise::StopStep> default_stop_steps(std::string_view executable);

}  // namespace svcwrap::app
