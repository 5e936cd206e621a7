#include <catch_amalgamated.hpp>
#include <cstdlib>
#include <format>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "host/events.hpp"

namespace svcwrap::host {

namespace {

std::string_view word_of(platform::EventLevel level) {
    switch (level) {
        case platform::EventLevel::information:
            return "information";
        case platform::EventLevel::warning:
            return "warning";
        case platform::EventLevel::error:
            return "error";
    }
    return "";
}

std::string rendered() {
    std::string text = "| id | name | level | text |\n|---|---|---|---|\n";
    for (const EventKind& kind : event_table()) {
        text += std::format("| {} | {} | {} | {} |\n", std::to_underlying(kind.id), kind.name, word_of(kind.level),
                            kind.text);
    }
    return text;
}

}  // namespace

TEST_CASE("The README's table of events is the program's own") {
    const std::string path = SVCWRAP_SOURCE_DIR "/README.md";
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    file.close();
    std::erase(text, '\r');
    const std::string begin = "<!-- events:begin -->\n";
    const auto from = text.find(begin);
    const auto to = text.find("<!-- events:end -->");
    REQUIRE(from != std::string::npos);
    REQUIRE(to != std::string::npos);
    const auto at = from + begin.size();
    REQUIRE(at < to);
    INFO(path << " is out of date: run this test with SVCWRAP_UPDATE=1");
    const std::string found = text.substr(at, to - at);
    const char* update = std::getenv("SVCWRAP_UPDATE");
    if (update != nullptr && std::string_view(update) == "1") {
        std::ofstream(path, std::ios::binary) << text.replace(at, to - at, rendered());
        return;
    }
    CHECK(found == rendered());
}

}  // namespace svcwrap::host
