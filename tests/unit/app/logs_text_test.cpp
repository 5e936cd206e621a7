#include <catch_amalgamated.hpp>

#include "app/logs_text.hpp"

namespace svcwrap::app {

using logs::Format;

namespace {

LogLine line_of(const LogPart& part, std::string_view text) {
    return {.part = &part, .record = logs::parse_record(text, part.format)};
}

LogPart part_of(Format format) {
    return {.folder = "/logs", .stream = "stdout", .format = format, .filter = {}, .is_journal = false};
}

}  // namespace

TEST_CASE("no line can steer a terminal") {
    CHECK(for_terminal("a\x1b[31mred\r\nb\tc\n") == "a\\x1B[31mred\nb\tc\n");
    CHECK(for_terminal("back\rover\n") == "back\\x0Dover\n");
    CHECK(for_terminal("\xC2\x9B"
                       "2J \x7F\n") == "\\x9B2J \\x7F\n");
    CHECK(for_terminal("gr\xC3\xBC\xC3\x9F \xC2\xA0 \xE2\x82\xAC\n") == "gr\xC3\xBC\xC3\x9F \xC2\xA0 \xE2\x82\xAC\n");
    CHECK(for_terminal("bad \xFF byte\n") == "bad \xEF\xBF\xBD byte\n");
    CHECK(for_terminal("").empty());
}

TEST_CASE("raw and text lines are shown as they stand in the file") {
    const LogPart raw = part_of(Format::raw);
    CHECK(text_of(line_of(raw, "as it is \xFF")) == "as it is \xFF\n");
    const LogPart text = part_of(Format::text);
    CHECK(text_of(line_of(text, "2026-11-21T10:00:00.000Z err bad")) == "2026-11-21T10:00:00.000Z err bad\n");
}

TEST_CASE("json lines are shown as time, level, message and the rest") {
    const LogPart part = part_of(Format::json);
    const std::string line =
        R"({"time":"2026-11-21T10:00:00.123Z","level":"warn","service":"App","stream":"stdout","pid":7,"run":2,)"
        R"("message":"slow","user":42,"path":"/a","what":"two words"})";
    CHECK(text_of(line_of(part, line)) == "2026-11-21T10:00:00.123Z warn  slow  user=42 path=/a what=\"two words\"\n");
    CHECK(json_of(line_of(part, line), "App") == line + "\n");
    CHECK(text_of(line_of(part, "{half a li")) == "{half a li\n");
}

TEST_CASE("lines of the other formats become objects with the same members") {
    const LogPart text = part_of(Format::text);
    CHECK(json_of(line_of(text, "2026-11-21T10:00:00.000Z err+ bad\r"), "App") ==
          R"({"time":"2026-11-21T10:00:00.000Z","level":"error","service":"App","stream":"stderr","pid":null,)"
          R"("run":null,"message":"bad","partial":true})"
          "\n");
    const LogPart raw = part_of(Format::raw);
    CHECK(json_of(line_of(raw, "\xFF"), "App") ==
          R"({"time":null,"level":null,"service":"App","stream":"stdout","pid":null,"run":null,)"
          "\"message\":\"\xEF\xBF\xBD\",\"base64\":\"/w==\"}\n");
}

TEST_CASE("a line of the journal tells its time, its level and its text") {
    const auto event =
        event_of(logs::parse_record("2026-11-21T10:00:00.123Z warning the child ended: code 3", Format::raw));
    REQUIRE(event.time);
    CHECK(to_iso8601(*event.time) == "2026-11-21T10:00:00.123Z");
    CHECK(event.level == logs::Level::warn);
    CHECK(event.stream == "svcwrap");
    CHECK(event.message == "the child ended: code 3");
    CHECK_FALSE(event_of(logs::parse_record("half a line", Format::raw)).time);
    CHECK_FALSE(event_of(logs::parse_record("", Format::raw)).time);
}

}  // namespace svcwrap::app
