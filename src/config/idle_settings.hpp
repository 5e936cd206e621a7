#pragma once
#include <string>
#include <vector>

#include "logs/options.hpp"

namespace svcwrap::config {

// What the file sets to no avail, because of another setting: a sentence each, which names both. A value that is the
// default is none of them: nobody misses it.
[[nodiscard]] std::vector<std::string> idle_settings(const logs::Options& options);

}  // namespace svcwrap::config
