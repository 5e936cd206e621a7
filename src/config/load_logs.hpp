#pragma once
// The settings of the logs, while a TOML is read.
#include <string_view>

#include "config/section.hpp"
#include "logs/options.hpp"

namespace svcwrap::config {

// Reads [logs] and the tables in it; what is wrong goes to the section's findings. A relative path begins at `folder`.
[[nodiscard]] logs::Options read_logs(const Section& section, std::string_view folder);

}  // namespace svcwrap::config
