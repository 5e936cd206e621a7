#include "app/libraries.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <iterator>
#include <set>

#include "base/decimal.hpp"

namespace svcwrap::app {

TEST_CASE("every library that svcwrap is built from is named once, with a version and a licence") {
    std::set<std::string> names;
    for (const Library& library : linked_libraries()) {
        INFO(library.name);
        CHECK(names.insert(library.name).second);
        REQUIRE_FALSE(library.version.empty());
        CHECK(is_digit(library.version.front()));
        CHECK(library.version.contains('.'));
        CHECK_FALSE(library.licence.empty());
    }
    for (const std::string name : {"Boost (Asio, Process)", "CLI11", "fmt", "spdlog", "toml++", "zlib"}) {
        INFO(name);
        CHECK(names.contains(name));
    }
}

TEST_CASE("the list of libraries has a line for each, with their licences one below the other") {
    const std::string text = libraries_text();
    CHECK(std::ranges::count(text, '\n') == std::ssize(linked_libraries()));
    const std::size_t column = text.find("BSL-1.0");
    REQUIRE(column != std::string::npos);
    const std::size_t second = text.find('\n') + 1;
    CHECK(text.substr(second + column, 12) == "BSD-3-Clause");
}

}  // namespace svcwrap::app
