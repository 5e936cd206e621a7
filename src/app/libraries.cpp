#include "app/libraries.hpp"

#include <CLI/Version.hpp>

#include <algorithm>
#include <format>

#include "base/utf8.hpp"
#include "config/libraries.hpp"
#include "host/libraries.hpp"
#include "logs/libraries.hpp"
#include "platform/libraries.hpp"

namespace svcwrap::app {

namespace {

std::size_t widest(const std::vector<Library>& libraries, std::string Library::* column) {
    std::size_t width = 0;
    for (const Library& library : libraries) width = std::max(width, (library.*column).size());
    return width;
}

}  // namespace

std::vector<Library> linked_libraries() {
    std::vector<Library> all{{.name = "CLI11", .version = CLI11_VERSION, .licence = "BSD-3-Clause"}};
    for (const auto& libraries : {platform::linked_libraries(), config::linked_libraries(), logs::linked_libraries(),
                                  host::linked_libraries()}) {
        all.insert(all.end(), libraries.begin(), libraries.end());
    }
    std::ranges::sort(all, {}, [](const Library& library) { return to_lower_ascii(library.name); });
    return all;
}

std::string libraries_text() {
    const auto libraries = linked_libraries();
    const std::size_t name = widest(libraries, &Library::name);
    const std::size_t version = widest(libraries, &Library::version);
    std::string text;
    for (const Library& library : libraries) {
        text += std::format("  {:{}}  {:{}}  {}\n", library.name, name, library.version, version, library.licence);
    }
    return text;
}

}  // namespace svcwrap::app
