// Settings that another one makes useless.
#include "config/idle_settings.hpp"

#include "unit/config/config_testing.hpp"

using namespace svcwrap;
using namespace svcwrap::config;

namespace {

// What is said of these lines in the table of the logs.
std::vector<std::string> said_of(const std::string& lines) {
    return idle_settings(parse_good(minimal("[logs]\n" + lines)).logs);
}

}  // namespace

TEST_CASE("A setting that another one makes useless is named with the other one") {
    const auto& [lines, key, other] = GENERATE(table<std::string, std::string, std::string>({
        {"encoding = \"oem\"", "logs.encoding ", "logs.format"},
        {"encoding = \"ansi\"", "logs.encoding ", "logs.format"},
        {"timestamps = \"utc\"", "logs.timestamps ", "logs.format"},
        {"line_limit = \"1 KiB\"", "logs.line_limit ", "logs.format"},
        {"partial_after = \"never\"", "logs.partial_after ", "logs.format"},
        {"sync_interval = \"1s\"", "logs.sync_interval ", "logs.sync "},
        {"sync = \"rotate\"\nsync_interval = \"1s\"", "logs.sync_interval ", "logs.sync "},
        {"rotate = { at = \"03:30\" }", "logs.rotate.at ", "logs.rotate.interval"},
        {"keep = { delay_compress = false }", "logs.keep.delay_compress ", "logs.keep.compress"},
    }));
    const auto said = said_of(lines);
    INFO(lines);
    REQUIRE(said.size() == 1);
    CHECK(said[0].starts_with(key));
    CHECK(said[0].contains(other));
}

TEST_CASE("A setting that has its effect, or is what it would be anyway, is not spoken of") {
    const std::string lines = GENERATE(
        as<std::string>(), "",
        "format = \"text\"\nencoding = \"oem\"\ntimestamps = \"utc\"\nline_limit = "
        "\"1 KiB\"\npartial_after = \"never\"",
        "rate_limit = \"10 lines/1s\"\nline_limit = \"1 KiB\"", "encoding = \"utf-16\"",
        "redact = ['x']\npartial_after = \"never\"", "sync = \"interval\"\nsync_interval = \"1s\"",
        "encoding = \"utf-8\"\nsync_interval = \"5s\"\nline_limit = \"64 KiB\"",
        "rotate = { interval = \"daily\", at = \"03:30\" }", "keep = { compress = \"gzip\", delay_compress = false }");
    CHECK(said_of(lines).empty());
}
