#pragma once
// The settings of start, stop, restart and hooks, while a TOML is read.
#include <span>
#include <string>
#include <string_view>

#include "config/section.hpp"
#include "config/service_config.hpp"

namespace svcwrap::config {

// Each reads its table; what is wrong goes to the section's findings. Relative paths begin at `folder`.
[[nodiscard]] supervise::StopOptions read_stop(const Section& section, std::string_view folder);
[[nodiscard]] supervise::RestartOptions read_restart(const Section& section);
[[nodiscard]] RestartSchedule read_schedule(const Section& section);
[[nodiscard]] Hooks read_hooks(const Section& section, std::string_view folder);

// Adds an error about the setting `name` if CreateProcess could not take the command line.
void check_command_line(const Section& section, std::string_view name, const std::string& program,
                        std::span<const std::string> arguments);

}  // namespace svcwrap::config
