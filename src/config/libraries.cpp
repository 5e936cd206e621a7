#include "config/libraries.hpp"

#include <toml++/toml.hpp>

#include <format>

namespace svcwrap::config {

std::vector<Library> linked_libraries() {
    return {{.name = "toml++",
             .version = std::format("{}.{}.{}", TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH),
             .licence = "MIT"}};
}

}  // namespace svcwrap::config
