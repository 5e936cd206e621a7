#pragma once
// Which libraries the seam and the system at hand bring along, the compiler's own runtime included where it is linked
// into the exe.
#include <vector>

#include "base/library.hpp"

namespace svcwrap::platform {

[[nodiscard]] std::vector<Library> linked_libraries();

}  // namespace svcwrap::platform
