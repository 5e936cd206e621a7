#include "platform/libraries.hpp"

#include <windows.h>

#include <format>
#include <utility>

#include "platform/boost_library.hpp"

namespace svcwrap::platform {

namespace {

#if defined(__MINGW32__)
std::vector<Library> runtime_libraries() {
    return {
        {.name = "GCC runtime (libgcc, libstdc++)",
         .version = std::format("{}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__),
         .licence = "GPL-3.0-or-later WITH GCC-exception-3.1"},
        {.name = "mingw-w64 runtime and winpthreads",
         .version = std::format("{}.{}.{}", __MINGW64_VERSION_MAJOR, __MINGW64_VERSION_MINOR, __MINGW64_VERSION_BUGFIX),
         .licence = "ZPL-2.1 AND MIT AND BSD-3-Clause"},
    };
}
#else
std::vector<Library> runtime_libraries() {
    return {{.name = "Microsoft Visual C++ runtime",
             .version = std::format("{}.{}", _MSC_VER / 100, _MSC_VER % 100),
             .licence = "Microsoft Visual Studio licence (redistributable code)"}};
}
#endif

}  // namespace

std::vector<Library> linked_libraries() {
    std::vector<Library> libraries{boost_library()};
    for (Library& library : runtime_libraries()) libraries.push_back(std::move(library));
    return libraries;
}

}  // namespace svcwrap::platform
