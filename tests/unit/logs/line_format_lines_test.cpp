// Many lines at once become what each would become by itself.
#include <catch_amalgamated.hpp>
#include <random>

#include "log_rig.hpp"
#include "logs/line_format.hpp"

namespace svcwrap::logs {

namespace {

const WallTime k_now = testing::FakeClock::k_start + Duration(123);

LineFormat make_format(Format format) {
    LineFormat lines(format, [](WallTime) { return std::chrono::hours(1); }, "MyApp");
    lines.set_run(7, 4711);
    return lines;
}

struct Made {
    std::string records;
    std::size_t bytes = 0;
    std::uint64_t invalid = 0;
    bool operator==(const Made&) const = default;
};

// Line by line, through append().
Made made_slowly(Format format, std::string_view text, const LineLimits& limits, std::string before = {}) {
    LineFormat lines = make_format(format);
    Made made{.records = std::move(before)};
    while (made.records.size() < limits.full) {
        const std::size_t end = text.find('\n', made.bytes);
        if (end == std::string_view::npos || end - made.bytes > limits.line) {
            break;
        }
        const std::string_view line = text.substr(made.bytes, end - made.bytes);
        made.invalid += lines.append(made.records, {.text = line}, true, Source::error, k_now) ? 0 : 1;
        made.bytes = end + 1;
    }
    return made;
}

Made made_at_once(Format format, std::string_view text, const LineLimits& limits, std::string before = {}) {
    LineFormat lines = make_format(format);
    Made made{.records = std::move(before)};
    // A copy of just the size, so that reading behind its end is seen.
    const std::vector<char> bytes(text.begin(), text.end());
    const AppendedLines done =
        lines.append_lines(made.records, {bytes.data(), bytes.size()}, limits, Source::error, k_now);
    made.bytes = done.bytes;
    made.invalid = done.invalid;
    return made;
}

void check_same(std::string_view text, const LineLimits& limits, const std::string& before = {}) {
    for (const Format format : {Format::text, Format::json}) {
        const Made slow = made_slowly(format, text, limits, before);
        const Made fast = made_at_once(format, text, limits, before);
        INFO((format == Format::text ? "text" : "json") << ", line " << limits.line << ", full " << limits.full);
        INFO("input " << Catch::StringMaker<std::string>::convert(std::string(text)));
        REQUIRE(fast.records == slow.records);
        REQUIRE(fast.bytes == slow.bytes);
        REQUIRE(fast.invalid == slow.invalid);
    }
}

constexpr LineLimits k_wide{.line = 65536, .full = 1'000'000};

std::string random_lines(std::mt19937& random) {
    constexpr std::string_view k_pieces[] = {
        "a", "hello world ", "\r",   "\t",       "\"",       "\\",   "{",         "}",
        " ", "{}",           "\x80", "\xC3\xBC", "\xE2\x82", "\xFF", "{\"a\":1}", "{\"msg\":\"x\",\"level\":\"warn\"}"};
    std::string text;
    const std::size_t lines = random() % 30;
    for (std::size_t i = 0; i < lines; ++i) {
        const bool is_plain = random() % 3 != 0;
        for (std::size_t left = random() % 5 == 0 ? random() % 400 : random() % 12; left > 0; --left) {
            text += is_plain ? std::string_view("x") : k_pieces[random() % std::size(k_pieces)];
        }
        text += random() % 4 == 0 ? "\r\n" : "\n";
        if (random() % 40 == 0) {
            text += std::string_view("\0\n", 2);
        }
    }
    return random() % 2 == 0 ? text : text + "no end";
}

}  // namespace

TEST_CASE("lines of every length around a step of copying become what each becomes by itself") {
    for (std::size_t size = 0; size <= 300; ++size) {
        const std::string line(size, 'x');
        check_same(line + "\n", k_wide);
        check_same("a\n" + line + "\r\n" + line + "\nb", k_wide);
        check_same(line + "\"\n" + line + "\n", k_wide);
    }
}

TEST_CASE("lines that json takes for more than text become what each becomes by itself") {
    for (const std::string_view line :
         {"{}",      " {}",    "{} ",      "{ }",       "\t{}\t",     "{}\r",
          "{} \r",   "{}\r\r", "}",        "{",         "x}",         "x ",
          "x \r",    "\r",     "\r\r",     "{\"a\":1}", "{\"a\":1} ", "  {\"message\":\"m\",\"level\":\"error\"}",
          "{\"a\":", "\x80",   "\xC3\xBC", "\xC3",      "a\tb"}) {
        check_same(std::string(line) + "\n", k_wide);
        check_same("before\n" + std::string(line) + "\nbehind\n", k_wide);
        check_same(std::string(line) + "\n" + std::string(line) + "\r\n", k_wide);
    }
    check_same(std::string_view("\0\n\0\n", 4), k_wide);
}

TEST_CASE("a line that is too long, or a buffer that is full, ends what is taken at once") {
    const std::string three = "one\nlonger line\nthree\n";
    for (std::size_t limit = 0; limit <= 12; ++limit) {
        check_same(three, {.line = limit, .full = 1'000'000});
        check_same("a\r\n" + three, {.line = limit, .full = 1'000'000});
    }
    for (std::size_t full = 0; full <= 600; full += 7) {
        check_same(three + three, {.line = 100, .full = full});
        check_same(three + "\"\n" + three, {.line = 100, .full = full}, "records of before\n");
    }
    check_same("", k_wide);
    check_same("no end", k_wide);
    // Larger than any room that was made for lines.
    check_same("a\n" + std::string(200'000, 'x') + "\nb\n", {.line = 1'000'000, .full = 1'000});
    check_same("a\n" + std::string(200'000, 'x') + "\nb\n", {.line = 1'000'000, .full = 1'000'000});
}

TEST_CASE("random lines at once become what each becomes by itself") {
    std::mt19937 random(5);
    for (int round = 0; round < 3000; ++round) {
        const LineLimits limits{.line = random() % 2 == 0 ? 65536 : random() % 100,
                                .full = random() % 2 == 0 ? 1'000'000 : random() % 4000};
        check_same(random_lines(random), limits, std::string(random() % 50, '.'));
    }
}

TEST_CASE("the head of records follows the time, the pipe, the run and the zone from one call to the next") {
    for (const Format format : {Format::text, Format::json}) {
        LineFormat at_once = make_format(format);
        LineFormat slowly = make_format(format);
        const auto check = [&](Source source, WallTime moment) {
            std::string fast;
            std::string slow;
            at_once.append_lines(fast, "a\nb\n", k_wide, source, moment);
            slowly.append(slow, {.text = "a"}, true, source, moment);
            slowly.append(slow, {.text = "b"}, true, source, moment);
            CHECK(fast == slow);
        };
        for (const WallTime moment : {k_now, k_now + Duration(1)}) {
            check(Source::output, moment);
            check(Source::error, moment);
            check(Source::output, moment);
        }
        for (LineFormat* lines : {&at_once, &slowly}) {
            lines->set_run(8, 99);
        }
        check(Source::output, k_now + Duration(1));
        for (LineFormat* lines : {&at_once, &slowly}) {
            lines->set_timestamps(Timestamps::utc);
        }
        check(Source::output, k_now + Duration(1));
    }
}

TEST_CASE("a chunk becomes the same records whatever pieces it comes in") {
    std::mt19937 random(9);
    for (int round = 0; round < 200; ++round) {
        const std::string text = random_lines(random);
        for (const Format format : {Format::text, Format::json}) {
            LogRig whole;
            LogRig pieces;
            for (LogRig* rig : {&whole, &pieces}) {
                rig->options.format = format;
                rig->options.line_limit = {256};
                rig->open();
            }
            REQUIRE(whole.write(text));
            for (std::size_t at = 0; at < text.size();) {
                const std::size_t size = round % 4 == 0 ? 1 : 1 + random() % 90;
                REQUIRE(pieces.write(std::string_view(text).substr(at, size)));
                at += size;
            }
            REQUIRE(whole.stream->finish());
            REQUIRE(pieces.stream->finish());
            INFO("round " << round << (format == Format::text ? " text" : " json"));
            REQUIRE(whole.everything() == pieces.everything());
            REQUIRE(whole.stream->counters().invalid_lines == pieces.stream->counters().invalid_lines);
            REQUIRE(whole.stream->counters().split_lines == pieces.stream->counters().split_lines);
        }
    }
}

TEST_CASE("more lines than are handed over at once come out in order, each once") {
    for (const Format format : {Format::text, Format::json}) {
        LogRig rig;
        rig.options.format = format;
        rig.open();
        std::string text;
        for (int i = 0; i < 40'000; ++i) {
            text += "line " + std::to_string(i) + (i % 1000 == 0 ? " \"quoted\"\n" : "\n");
        }
        REQUIRE(rig.write(text));
        const std::string all = rig.current();
        std::size_t at = 0;
        for (int i = 0; i < 40'000; ++i) {
            at = all.find("line " + std::to_string(i), at);
            REQUIRE(at != std::string::npos);
        }
        CHECK(std::ranges::count(all, '\n') == 40'000);
    }
}

}  // namespace svcwrap::logs
