#pragma once
// A library that is linked into svcwrap. Each room names those that it is the door of.
#include <string>

namespace svcwrap {

struct Library {
    std::string name;     // "Boost"
    std::string version;  // as the library itself says it at compile time: "1.88"
    std::string licence;  // SPDX: "BSL-1.0"
};

}  // namespace svcwrap
