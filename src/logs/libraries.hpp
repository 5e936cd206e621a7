#pragma once
// Which libraries this room brings along.
#include <vector>

#include "base/library.hpp"

namespace svcwrap::logs {

[[nodiscard]] std::vector<Library> linked_libraries();

}  // namespace svcwrap::logs
