#pragma once
// Removing a folder with all that is in it.
#include <string>

#include "base/error.hpp"

namespace svcwrap::platform {

// Links and other reparse points are removed themselves; what they point to is never touched, whatever others who may
// write in the folder do meanwhile: on Windows everything is opened as itself, kept from being moved, and removed by
// its handle, and only if it lies where it was looked for. A folder that is not there is success. Errors: io_failed,
// access_denied, naming the first thing that could not be removed (what could is gone).
[[nodiscard]] Status remove_tree(const std::string& folder);

}  // namespace svcwrap::platform
