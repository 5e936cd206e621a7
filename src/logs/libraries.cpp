#include "logs/libraries.hpp"

#include <zlib.h>

namespace svcwrap::logs {

std::vector<Library> linked_libraries() {
    return {{.name = "zlib", .version = ZLIB_VERSION, .licence = "Zlib"}};
}

}  // namespace svcwrap::logs
