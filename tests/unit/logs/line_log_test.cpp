// Lines in the formats text and json, and what is done to lines on their way.
#include <catch_amalgamated.hpp>

#include "log_rig.hpp"

namespace svcwrap::logs {

using namespace std::chrono_literals;

namespace {

const std::string k_head = "2026-11-21T10:00:00.000Z ";

void use_text(LogRig& rig) {
    rig.options.format = Format::text;
    rig.options.timestamps = Timestamps::utc;
}

}  // namespace

TEST_CASE("each line gets its time and tag, and each pipe puts its lines together") {
    LogRig rig;
    use_text(rig);
    rig.open();
    REQUIRE(rig.write("one\ntw"));
    REQUIRE(rig.write("bad", Source::error));
    REQUIRE(rig.write("o\n"));
    REQUIRE(rig.write(" thing\r\n", Source::error));
    CHECK(rig.current() == k_head + "out one\n" + k_head + "out two\n" + k_head + "err bad thing\r\n");
    CHECK(rig.stream->counters().lines == 3);
    CHECK(rig.stream->counters().bytes_in == 19);
    CHECK(rig.stream->counters().bytes == rig.current().size());
}

TEST_CASE("a chunk of lines is one write") {
    LogRig rig;
    use_text(rig);
    rig.open();
    std::string chunk;
    for (int i = 0; i < 600; ++i) {
        chunk += "a line of a hundred bytes or less\n";
    }
    for (int i = 0; i < 5; ++i) {
        REQUIRE(rig.write(chunk));
    }
    CHECK(rig.files.count(testing::Operation::append_write) == 5);
}

TEST_CASE("a line without its end is written after a quiet while, and goes on later") {
    LogRig rig;
    use_text(rig);
    rig.open();
    REQUIRE(rig.write("done\nPassword: "));
    CHECK(rig.current() == k_head + "out done\n");
    REQUIRE(rig.stream->next_deadline() == rig.clock.now() + rig.options.partial_after);
    rig.live(std::chrono::seconds(10));
    const std::string part = "2026-11-21T10:00:01.000Z out+ Password: \n";
    CHECK(rig.current() == k_head + "out done\n" + part);
    CHECK_FALSE(rig.stream->next_deadline());
    REQUIRE(rig.write("secret\n"));
    CHECK(rig.current() == k_head + "out done\n" + part + "2026-11-21T10:00:10.000Z out secret\n");
    CHECK(rig.stream->counters().partial_lines == 1);
}

TEST_CASE("an unfinished line of one pipe is written though the other one is never quiet") {
    LogRig rig;
    rig.options.format = Format::text;
    rig.options.timestamps = Timestamps::utc;
    rig.open();
    REQUIRE(rig.write("Password: "));
    for (int i = 0; i < 4; ++i) {
        REQUIRE(rig.write("busy\n", Source::error));
        rig.live(400ms);
    }
    CHECK(rig.current().contains("Z out+ Password: \n"));
    CHECK(rig.stream->counters().partial_lines == 1);
}

TEST_CASE("half a character waits for the other half, and is given away at the end") {
    LogRig rig;
    use_text(rig);
    rig.open();
    REQUIRE(rig.write("gr\xC3"));
    rig.live(std::chrono::seconds(10));
    CHECK(rig.current() == "2026-11-21T10:00:01.000Z out+ gr\n");
    CHECK_FALSE(rig.stream->next_deadline());
    REQUIRE(rig.write("\xBC"));
    REQUIRE(rig.stream->finish());
    CHECK(rig.current().ends_with("out \xC3\xBC\n"));
}

TEST_CASE("lines end with the run that wrote them") {
    LogRig rig;
    rig.options.format = Format::json;
    rig.open();
    rig.stream->begin_run(1, 100);
    REQUIRE(rig.write("no end"));
    rig.stream->begin_run(2, 200);
    REQUIRE(rig.write("a line\n"));
    CHECK(rig.current().contains(R"("pid":100,"run":1,"message":"no end"})"));
    CHECK(rig.current().contains(R"("pid":200,"run":2,"message":"a line"})"));
}

TEST_CASE("the last line is written when the stream is closed") {
    LogRig rig;
    use_text(rig);
    rig.open();
    REQUIRE(rig.write("no end"));
    rig.stream.reset();
    CHECK(rig.current() == k_head + "out no end\n");
}

TEST_CASE("a long line is split between characters, with marks") {
    LogRig rig;
    use_text(rig);
    rig.options.line_limit = {256};
    rig.open();
    REQUIRE(rig.write(std::string(255, 'x') + "\xC3\xBC and the rest\n"));
    CHECK(rig.current() == k_head + "out+ " + std::string(255, 'x') + "\n" + k_head + "out \xC3\xBC and the rest\n");
    CHECK(rig.stream->counters().split_lines == 1);
}

TEST_CASE("UTF-16 becomes UTF-8, whatever the chunks") {
    const std::string_view text("\xFF\xFEh\0i\0\x3D\xD8\x00\xDE\r\0\n\0x\0", 16);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        INFO("cut at " << cut);
        LogRig rig;
        use_text(rig);
        rig.options.encoding = Encoding::utf16;
        rig.open();
        REQUIRE(rig.write(text.substr(0, cut)));
        REQUIRE(rig.write(text.substr(cut)));
        REQUIRE(rig.stream->finish());
        CHECK(rig.current() == k_head + "out hi\xF0\x9F\x98\x80\r\n" + k_head + "out x\n");
    }
}

TEST_CASE("lines in a code page are converted by who knows it") {
    LogRig rig;
    rig.options.format = Format::json;
    rig.options.encoding = Encoding::oem;
    rig.to_utf8 = [](std::string_view line) { return line == "\x81" ? std::string("\xC3\xBC") : std::string(line); };
    rig.open();
    REQUIRE(rig.write("\x81\nx\n"));
    CHECK(rig.current().contains("\"message\":\"\xC3\xBC\""));
    CHECK(rig.stream->counters().invalid_lines == 0);
}

TEST_CASE("raw bytes are raw bytes, in any encoding") {
    LogRig rig;
    rig.options.encoding = Encoding::utf16;
    rig.open();
    const std::string bytes("\xFF\xFEx\0\n\0 no end", 14);
    REQUIRE(rig.write(bytes));
    CHECK(rig.current() == bytes);
    CHECK_FALSE(rig.stream->next_deadline());
}

TEST_CASE("a rate limit lets so many lines pass in a while, counts the others and tells of them") {
    LogRig rig;
    use_text(rig);
    rig.options.rate_limit = RateLimit{.lines = 2, .per = std::chrono::seconds(30)};
    rig.open();
    REQUIRE(rig.write("1\n2\n3\n4\n"));
    rig.clock.advance(std::chrono::seconds(10));
    REQUIRE(rig.write("5\n"));
    CHECK(rig.current() == k_head + "out 1\n" + k_head + "out 2\n");
    REQUIRE(rig.stream->next_deadline() == rig.clock.now() + std::chrono::seconds(20));
    rig.live(std::chrono::seconds(30));
    CHECK(
        rig.current().ends_with("2026-11-21T10:00:30.000Z svc 3 lines suppressed by the rate limit between "
                                "2026-11-21T10:00:00.000Z and 2026-11-21T10:00:10.000Z\n"));
    REQUIRE(rig.write("6\n"));
    CHECK(rig.current().ends_with("out 6\n"));
    CHECK(rig.stream->counters().suppressed_lines == 3);
    CHECK_FALSE(rig.stream->next_deadline());
}

TEST_CASE("what a rate limit left out at last is told at the end of the stream") {
    LogRig rig;
    use_text(rig);
    rig.options.rate_limit = RateLimit{.lines = 2, .per = std::chrono::hours(1)};
    rig.open();
    REQUIRE(rig.write("1\n2\n3\n4\n5"));
    rig.stream.reset();
    CHECK(
        rig.current().ends_with("out 2\n2026-11-21T10:00:00.000Z svc 3 lines suppressed by the rate limit between "
                                "2026-11-21T10:00:00.000Z and 2026-11-21T10:00:00.000Z\n"));
}

TEST_CASE("a rate limit of raw lines keeps their bytes") {
    LogRig rig;
    rig.options.rate_limit = RateLimit{.lines = 2, .per = std::chrono::seconds(30)};
    rig.open();
    REQUIRE(rig.write(std::string_view("a\0\r\n\xFF\nthree\nfo", 14)));
    CHECK(rig.current() == std::string("a\0\r\n\xFF\n", 6));
    rig.clock.advance(std::chrono::seconds(31));
    REQUIRE(rig.write("ur\n"));
    CHECK(rig.current().contains("svcwrap: 1 lines suppressed"));
    CHECK(rig.current().ends_with("\nfour\n"));
}

TEST_CASE("the note of a rate limit stands between raw lines") {
    LogRig rig;
    rig.options.rate_limit = RateLimit{.lines = 2, .per = 1min};
    rig.open();
    REQUIRE(rig.write("a prompt: "));
    rig.live(5s);
    REQUIRE(rig.write("1\n2\n", Source::error));
    REQUIRE(rig.write("no end"));
    rig.live(5s);
    rig.live(1min);
    CHECK(rig.current() ==
          "a prompt: 1\nno end\n"
          "svcwrap: 1 lines suppressed by the rate limit between 2026-11-21T10:00:05.000Z and "
          "2026-11-21T10:00:05.000Z\n");
    REQUIRE(rig.write("3\n4\n", Source::error));
    rig.live(1min);
    CHECK(rig.current().ends_with("Z\n3\n4\n"));
}

TEST_CASE("what a pattern matches is not written, in any format") {
    for (const Format format : {Format::raw, Format::text, Format::json}) {
        LogRig rig;
        rig.options.format = format;
        rig.options.redact = {R"((?i)password=\S+)", R"(\b\d{4}-\d{4}\b)"};
        rig.open();
        REQUIRE(rig.write("user=x PassWord=hunter2 card 1234-5678 and 1111-2222\nnothing here\n"));
        CHECK(rig.current().contains("user=x [redacted] card [redacted] and [redacted]"));
        CHECK(rig.current().contains("nothing here"));
        CHECK_FALSE(rig.current().contains("hunter2"));
        CHECK(rig.stream->counters().redactions == 3);
    }
}

TEST_CASE("a pattern that matches nothing at all ends") {
    LogRig rig;
    rig.options.redact = {"x*"};
    rig.open();
    REQUIRE(rig.write("axxb\n"));
    CHECK(rig.current() == "a[redacted]b\n");
}

TEST_CASE("a pattern that is wrong is left out and told") {
    LogRig rig;
    rig.options.redact = {"(", "b"};
    rig.open();
    REQUIRE(rig.write("abc\n"));
    CHECK(rig.current() == "a[redacted]c\n");
    REQUIRE(rig.complaints.size() == 1);
    CHECK(rig.complaints[0].contains("logs.redact"));
}

TEST_CASE("settings of lines change while the stream is open") {
    LogRig rig;
    use_text(rig);
    rig.open();
    REQUIRE(rig.write("secret 1\n"));
    rig.options.redact = {"secret"};
    rig.options.keep.files = 1;
    rig.stream->configure(rig.options);
    REQUIRE(rig.write("secret 2\n"));
    CHECK(rig.current() == k_head + "out secret 1\n" + k_head + "out [redacted] 2\n");
}

TEST_CASE("raw bytes keep their order when lines cease to matter") {
    LogRig rig;
    rig.options.rate_limit = RateLimit{.lines = 100, .per = std::chrono::seconds(1)};
    rig.open();
    REQUIRE(rig.write("begun\r"));
    rig.live(std::chrono::seconds(5));
    rig.options.rate_limit.reset();
    rig.stream->configure(rig.options);
    REQUIRE(rig.write("\nnext\n"));
    CHECK(rig.current() == "begun\r\nnext\n");
}

TEST_CASE("records are never split over two files") {
    for (const Format format : {Format::text, Format::json}) {
        LogRig rig;
        rig.options.format = format;
        rig.options.rotate.max_size = {300};
        rig.open();
        for (int i = 0; i < 50; ++i) {
            REQUIRE(rig.write("line " + std::to_string(i) + (i % 3 == 0 ? "\nx" : "\n")));
        }
        for (const std::string& part : rig.parts()) {
            CHECK((part.empty() || part.ends_with('\n')));
            CHECK(part.size() <= 300);
        }
    }
}

}  // namespace svcwrap::logs
