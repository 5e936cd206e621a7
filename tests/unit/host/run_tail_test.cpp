#include "host/run_tail.hpp"

#include <catch_amalgamated.hpp>

using namespace svcwrap;
using namespace svcwrap::host;
using platform::StandardStream;
using Lines = std::vector<std::string>;

namespace {

OutputFilter redacting(const std::vector<std::string>& patterns) {
    logs::Options options;
    options.redact = patterns;
    return {options, {}};
}

}  // namespace

TEST_CASE("A tail keeps the last lines of both streams, unfinished ones last") {
    RunTail tail;
    tail.push(StandardStream::output, "one\ntw");
    tail.push(StandardStream::error, "oh\n");
    tail.push(StandardStream::output, "o\nthree");
    CHECK(tail.lines() == Lines{"one", "oh", "two", "three"});
}

TEST_CASE("A tail shows no secret, however the chunks are cut") {
    const std::string text = "login password=hunter2 ok\nnext password=x\nlast password=secret";
    const Lines expected{"login [redacted] ok", "next [redacted]", "last [redacted]"};
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        RunTail tail(redacting({R"(password=\S+)"}));
        tail.push(StandardStream::output, std::string_view(text).substr(0, cut));
        for (const std::string& line : tail.lines()) CHECK_FALSE(line.contains("hunter2"));
        tail.push(StandardStream::output, std::string_view(text).substr(cut));
        CHECK(tail.lines() == expected);
    }
}

TEST_CASE("A secret that lies across the end of what is shown of a line is left out whole") {
    RunTail tail(redacting({"key=[a-z]+"}));
    const std::string front(k_history_line_bytes - 6, '.');
    tail.push(StandardStream::output, front + "key=abc");
    tail.push(StandardStream::output, "defgh\n");
    REQUIRE(tail.lines().size() == 1);
    CHECK(tail.lines()[0] == front + "[redac");
}

TEST_CASE("Of a chunk with many lines a filtered tail keeps the last ones") {
    RunTail tail(redacting({"[0-9]"}));
    std::string text;
    for (int i = 0; i < 1000; ++i) text += i < 999 ? "line 7\n" : "end 8\n";
    tail.push(StandardStream::output, "begun ");
    tail.push(StandardStream::output, text);
    Lines expected(k_history_tail_lines, "line [redacted]");
    expected.back() = "end [redacted]";
    CHECK(tail.lines() == expected);
    RunTail few(redacting({"[0-9]"}));
    few.push(StandardStream::output, "begun ");
    few.push(StandardStream::output, "1\n\n2\n");
    CHECK(few.lines() == Lines{"begun [redacted]", "", "[redacted]"});
}

TEST_CASE("Patterns that come with a reload are left out of what came before them") {
    RunTail tail;
    tail.push(StandardStream::output, "token=abc\npart token=d");
    tail.redact({"token=[a-z]+"});
    CHECK(tail.lines() == Lines{"[redacted]", "part [redacted]"});
}

TEST_CASE("A tail of UTF-16 and of a code page is UTF-8") {
    logs::Options wide;
    wide.encoding = logs::Encoding::utf16;
    RunTail tail(OutputFilter(wide, {}));
    using namespace std::string_view_literals;
    tail.push(StandardStream::output, "h\0i\0\n"sv);
    tail.push(StandardStream::output, "\0\xFC\0"sv);
    CHECK(tail.lines() == Lines{"hi", "ü"});
    logs::Options oem;
    oem.encoding = logs::Encoding::oem;
    RunTail page(OutputFilter(oem, [](std::string_view line) { return "<" + std::string(line) + ">"; }));
    page.push(StandardStream::output, "a\nb");
    CHECK(page.lines() == Lines{"<a>", "<b>"});
}
