#pragma once
// Internal to platform/win32.
#include <string>

#include "base/error.hpp"

namespace svcwrap::platform::win32 {

// Absolute path of the exe of this process.
[[nodiscard]] Result<std::string> module_path();

}  // namespace svcwrap::platform::win32
