#include "host/libraries.hpp"

#include <spdlog/spdlog.h>

#include <format>

namespace svcwrap::host {

std::vector<Library> linked_libraries() {
    return {
        {.name = "spdlog",
         .version = std::format("{}.{}.{}", SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH),
         .licence = "MIT"},
        // {fmt} comes with spdlog; FMT_VERSION is major * 10000 + minor * 100 + patch.
        {.name = "fmt",
         .version = std::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100),
         .licence = "MIT"},
    };
}

}  // namespace svcwrap::host
