// Whatever comes in, in whatever pieces: the lines that are read back are the lines that came in.
#include <catch_amalgamated.hpp>
#include <random>

#include "base/utf8.hpp"
#include "log_rig.hpp"
#include "logs/reader.hpp"

namespace svcwrap::logs {

namespace {

using Random = std::mt19937;
using Lines = std::vector<std::string>;

std::size_t pick(Random& random, std::size_t least, std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(least, most)(random);
}

// Empty, CRLF, NULs, ill-formed and well-formed UTF-8, JSON's own characters, now and then a long one.
std::string make_text(Random& random, std::size_t longest_line) {
    const std::string_view pieces[] = {std::string_view("\0", 1), "a",  "\r", "\xFF", "\xC3\xBC", "\xE2\x82",
                                       "\xF0\x9F\x98\x80",        "\t", " ",  "\"\\", "{\"a\":1", "\x1F"};
    std::string text;
    const std::size_t lines = pick(random, 0, 40);
    for (std::size_t i = 0; i < lines; ++i) {
        const std::size_t length = pick(random, 0, 9) == 0 ? pick(random, 0, longest_line) : pick(random, 0, 20);
        for (std::size_t j = 0; j < length; ++j) {
            text += pieces[pick(random, 0, std::size(pieces) - 1)];
        }
        text += pick(random, 0, 1) == 0 ? "\n" : "\r\n";
    }
    return pick(random, 0, 1) == 0 ? text : text + "no end";
}

// As the formats keep them: json without the carriage return of a line end.
Lines lines_of(std::string_view text, Format format) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string line(text.substr(0, end));
        if (format == Format::json && end != std::string_view::npos && line.ends_with('\r')) {
            line.pop_back();
        }
        lines.push_back(std::move(line));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

// The lines of one pipe, with their parts joined.
Lines read_back(LogRig& rig, const std::string& stream) {
    LogCursor cursor(rig.files, "/logs", "app", rig.options.format, {.stream = stream});
    Lines lines;
    bool is_going_on = false;
    for (auto record = cursor.next(); record && *record; record = cursor.next()) {
        if (is_going_on) {
            lines.back() += (*record)->message;
        } else {
            lines.push_back((*record)->message);
        }
        is_going_on = (*record)->is_part;
    }
    return lines;
}

void write_both(LogRig& rig, std::string_view output, std::string_view error, Random& random) {
    const std::size_t largest = pick(random, 1, 600);
    while (!output.empty() || !error.empty()) {
        const bool is_output = error.empty() || (!output.empty() && pick(random, 0, 1) == 0);
        std::string_view& text = is_output ? output : error;
        const std::size_t size = std::min(text.size(), pick(random, 1, largest));
        REQUIRE(rig.write(text.substr(0, size), is_output ? Source::output : Source::error));
        text.remove_prefix(size);
        if (pick(random, 0, 20) == 0) {
            rig.live(std::chrono::seconds(3));  // quiet enough for unfinished lines
        }
        if (pick(random, 0, 10) == 0) {
            rig.keep_house();
        }
    }
    REQUIRE(rig.stream->finish());
}

}  // namespace

TEST_CASE("lines of both pipes come back from text and json as they came in") {
    for (const Format format : {Format::text, Format::json}) {
        for (unsigned seed = 1; seed <= 150; ++seed) {
            INFO("seed " << seed << (format == Format::text ? " text" : " json"));
            Random random(seed);
            LogRig rig;
            rig.options.format = format;
            rig.options.line_limit = {pick(random, 256, 600)};
            rig.options.rotate.max_size = {pick(random, 200, 5000)};
            rig.options.keep.compress = Compression::gzip;
            rig.files.set_longest_write(pick(random, 1, 2000));
            rig.open();
            const std::string output = make_text(random, 500);
            const std::string error = make_text(random, 500);
            write_both(rig, output, error, random);
            REQUIRE(read_back(rig, "stdout") == lines_of(output, format));
            REQUIRE(read_back(rig, "stderr") == lines_of(error, format));
        }
    }
}

TEST_CASE("raw bytes come back as they are, also with a rate limit that suppresses nothing") {
    for (unsigned seed = 1; seed <= 100; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        LogRig rig;
        rig.options.rate_limit = RateLimit{.lines = 1'000'000, .per = std::chrono::hours(1)};
        rig.options.line_limit = {256};
        rig.options.rotate.max_size = {pick(random, 10, 500)};
        rig.open();
        const std::string text = make_text(random, 800);
        write_both(rig, text, {}, random);
        REQUIRE(rig.everything() == text);
    }
}

}  // namespace svcwrap::logs
