#pragma once
// The libraries that are linked into this program, for `--version --verbose`.
#include <string>
#include <vector>

#include "base/library.hpp"

namespace svcwrap::app {

// By name. Those that only the tests use are not among them.
[[nodiscard]] std::vector<Library> linked_libraries();

// One line each, in columns: "  toml++   3.4.0   MIT".
[[nodiscard]] std::string libraries_text();

}  // namespace svcwrap::app
