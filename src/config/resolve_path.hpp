#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/path.hpp"

namespace svcwrap::config {

// A path of the configuration as an absolute one: relative paths begin at `folder`. Refused (usage) are empty paths and
// Windows' "C:x" and "\x", whose meaning depends on the process's current drive and folder.
[[nodiscard]] Result<std::string> resolve_path(std::string_view path, std::string_view folder,
                                               PathStyle style = k_native_path_style);

// The same for a program: refuses names without a folder too, since PATH is not searched.
[[nodiscard]] Result<std::string> resolve_program(std::string_view path, std::string_view folder,
                                                  PathStyle style = k_native_path_style);

// The same for a program that may be searched on PATH when it is run: a name without a folder stays as it is.
[[nodiscard]] Result<std::string> resolve_command(std::string_view path, std::string_view folder,
                                                  PathStyle style = k_native_path_style);

}  // namespace svcwrap::config
