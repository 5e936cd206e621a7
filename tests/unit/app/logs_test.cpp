#include <algorithm>
#include <catch_amalgamated.hpp>

#include "app/logs_reading.hpp"
#include "logs_world.hpp"
#include "support/sleep_hook.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;
using testing::k_folder;
using testing::lines_in;
using testing::LogsWorld;

namespace {

// The numbers of "... line N".
std::vector<int> numbers_in(const std::string& text) {
    std::vector<int> numbers;
    for (const std::string& line : lines_in(text)) numbers.push_back(std::stoi(line.substr(line.rfind(' ') + 1)));
    return numbers;
}

}  // namespace

TEST_CASE("logs shows the last ten lines over all files") {
    LogsWorld world;
    const auto stream = world.open();
    world.write_files(*stream, 24);
    CHECK(world.logs({}) == 0);
    CHECK(numbers_in(world.out) == std::vector{15, 16, 17, 18, 19, 20, 21, 22, 23, 24});
    CHECK(world.logs({"-n", "2"}) == 0);
    CHECK(numbers_in(world.out) == std::vector{23, 24});
    CHECK(world.logs({"-n", "all"}) == 0);
    CHECK(numbers_in(world.out).size() == 24);
    CHECK(world.logs({"-n", "0"}) == 0);
    CHECK(world.out.empty());
}

TEST_CASE("logs reads all lines one at a time, from the oldest on, also to follow them") {
    LogsWorld world;
    const auto stream = world.open();
    world.write_files(*stream, 24);
    const LogPart part{
        .folder = k_folder, .stream = "output", .format = logs::Format::text, .filter = {}, .is_journal = false};
    const LogsPlan plan{.name = "output", .parts = {part}, .count = {}, .is_bounded = false, .note = {}};
    const auto parts = world.parts();
    const bool to_follow = GENERATE(false, true);
    LogReading reading(parts, plan);
    const std::size_t before = world.files.count(testing::Operation::open_read);
    REQUIRE(reading.begin(to_follow));
    int shown = 0;
    const auto show = [&](int up_to) {
        while (shown < up_to) {
            const auto line = reading.next();
            REQUIRE(line);
            REQUIRE(*line);
            CHECK((*line)->record.message == "line " + std::to_string(++shown));
        }
    };
    show(1);
    CHECK(world.files.count(testing::Operation::open_read) <= before + 2);  // the current one, and the oldest
    show(24);
    CHECK_FALSE(reading.next().value());
    if (!to_follow) return;
    world.write(*stream, "line 25\nline 26\n");
    REQUIRE(reading.poll([] { return Status(); }));
    show(26);
}

TEST_CASE("a follower that was held up reads what it missed in pieces") {
    LogsWorld world;
    const auto stream = world.open(logs::Format::raw);
    const LogPart part{
        .folder = k_folder, .stream = "output", .format = logs::Format::raw, .filter = {}, .is_journal = false};
    const LogsPlan plan{.name = "output", .parts = {part}, .count = 10, .is_bounded = false, .note = {}};
    const auto parts = world.parts();
    LogReading reading(parts, plan);
    REQUIRE(reading.begin(true));
    constexpr std::size_t k_lines = 40;
    for (std::size_t i = 0; i < k_lines; ++i) {
        world.write(*stream, std::string(k_most_waiting.bytes / 8, static_cast<char>('A' + i)) + "\n");
    }
    std::string seen;
    std::size_t most_at_once = 0;
    const auto show = [&]() -> Status {
        std::size_t count = 0;
        for (auto line = reading.next(); line && *line; line = reading.next(), ++count) {
            seen += (*line)->record.message.front();
        }
        most_at_once = std::max(most_at_once, count);
        return {};
    };
    REQUIRE(reading.poll(show));
    REQUIRE(show());
    CHECK(most_at_once <= 9);
    std::string all;
    for (std::size_t i = 0; i < k_lines; ++i) all += static_cast<char>('A' + i);
    CHECK(seen == all);
}

TEST_CASE("logs between two moments shows all lines, or so many of the newest") {
    LogsWorld world;
    const auto stream = world.open();
    world.write_files(*stream, 24);
    // Line 1 was written at 10:00.
    CHECK(world.logs({"--since", "2026-11-21 10:08", "--until", "2026-11-21 10:12"}) == 0);
    CHECK(numbers_in(world.out) == std::vector{9, 10, 11, 12});
    CHECK(world.logs({"--since", "2026-11-21 10:08", "--until", "10:12", "-n", "2"}) == 0);
    CHECK(numbers_in(world.out) == std::vector{11, 12});
    CHECK(world.logs({"--since", "10:12", "--until", "10:08"}) == 2);
    CHECK(world.err.contains("between --since 10:12 and --until 10:08 there is no time"));
    CHECK(world.logs({"--since", "3 min ago"}) == 0);
    CHECK(numbers_in(world.out) == std::vector{22, 23, 24});
    CHECK(world.err.empty());
}

TEST_CASE("logs chooses lines by pattern, stream and level") {
    LogsWorld world;
    const auto stream = world.open();
    world.write(*stream, "an Error here\nnothing\n");
    world.write(*stream, "an error there\n", logs::Source::error);
    CHECK(world.logs({"--grep", "(?i)error"}) == 0);
    CHECK(lines_in(world.out).size() == 2);
    CHECK(world.logs({"--stream", "err"}) == 0);
    CHECK(world.out == "2026-11-21T10:00:00.000Z err an error there\n");
    CHECK(world.logs({"--level", "warn"}) == 0);
    CHECK(world.out == "2026-11-21T10:00:00.000Z err an error there\n");
    CHECK(world.logs({"--grep", "(a"}) == 2);
    CHECK(world.logs({"--level", "loud"}) == 2);
}

TEST_CASE("logs of the raw format say that lines have no times") {
    LogsWorld world;
    const auto stream = world.open(logs::Format::raw);
    world.write_files(*stream, 24);
    CHECK(world.logs({"--since", "2026-11-21 10:15"}) == 0);
    CHECK(numbers_in(world.out).front() == 11);
    CHECK(numbers_in(world.out).back() == 24);
    CHECK(world.err.contains("no times"));
    CHECK(world.logs({"--level", "warn"}) == 2);
    CHECK(world.err.contains("no levels"));
    CHECK(world.logs({"--stream", "err"}) == 2);
}

TEST_CASE("logs as JSON is an object a line") {
    LogsWorld world;
    const auto stream = world.open();
    world.write(*stream, "one\ntwo\n");
    CHECK(world.logs({"--json"}) == 0);
    const auto lines = lines_in(world.out);
    REQUIRE(lines.size() == 2);
    const auto second = parse_json(lines[1]);
    REQUIRE(second);
    CHECK(second->find("message")->as_string() == "two");
    CHECK(second->find("time")->as_string() == "2026-11-21T10:00:00.000Z");
}

TEST_CASE("logs on a terminal escapes what could steer it, and nothing in a pipe") {
    LogsWorld world;
    const auto stream = world.open(logs::Format::raw);
    world.write(*stream, "\x1b[2J\xFF\n");
    CHECK(world.logs({}) == 0);
    CHECK(world.out == "\x1b[2J\xFF\n");
    world.terminal = true;
    CHECK(world.logs({}) == 0);
    CHECK(world.out == "\\x1B[2J\xEF\xBF\xBD\n");
}

TEST_CASE("logs --path names the files, oldest first") {
    LogsWorld world;
    const auto stream = world.open();
    world.write_files(*stream, 24);
    CHECK(world.logs({"--path"}) == 0);
    const auto lines = lines_in(world.out);
    REQUIRE(lines.size() == 3);
    CHECK(std::ranges::is_sorted(lines.begin(), lines.begin() + 2));
    CHECK(lines.back() == join_path(k_folder, "output.log"));
    CHECK(world.logs({"--path", "--json"}) == 0);
    CHECK(std::get<JsonArray>(world.json().find("files")->value()).size() == 3);
}

TEST_CASE("logs --path names only the files that can hold what is asked for") {
    LogsWorld world;
    const auto stream = world.open();
    world.write_files(*stream, 34);  // from 10:00 on, a file for ten minutes
    const auto files_for = [&](std::vector<std::string> words) {
        words.emplace_back("--path");
        REQUIRE(world.logs(words) == 0);
        return lines_in(world.out);
    };
    const auto all = files_for({});
    REQUIRE(all.size() == 4);
    CHECK(files_for({"--since", "2026-11-21 10:25"}) == std::vector{all[2], all[3]});
    CHECK(files_for({"--until", "2026-11-21 10:05"}) == std::vector{all[0]});
    CHECK(files_for({"--since", "2026-11-21 10:12", "--until", "2026-11-21 10:15"}) == std::vector{all[1]});
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"--grep", "x"}, {"--level", "warn"}, {"-n", "5"}, {"-n", "all"}}) {
        auto more = words;
        more.emplace_back("--path");
        CHECK(world.logs(more) == 2);
        CHECK(world.err.contains("--path"));
    }
}

TEST_CASE("logs --path of two logs names those of the stream that is asked for") {
    LogsWorld world;
    world.put_app("[logs]\nstderr = \"file\"\n");
    world.files.put(world.log_of_app("stdout.log"), "out\n");
    world.files.put(world.log_of_app("stderr.log"), "err\n");
    REQUIRE(world.run({"logs", "App", "--path", "--stream", "err"}) == 0);
    CHECK(lines_in(world.out) == std::vector{world.log_of_app("stderr.log")});
}

TEST_CASE("logs names a file that it could not read to its end, and why") {
    LogsWorld world;
    const auto stream = world.open();
    world.write_files(*stream, 24);
    const std::string oldest = logs::list_log_files(world.files, k_folder, "output")->front();
    world.files.set_fault([&](const testing::FileCall& call) {
        const bool fails = call.operation == testing::Operation::read_at && call.path == oldest;
        return fails ? std::optional(testing::device_gone_error(oldest)) : std::nullopt;
    });
    CHECK(world.logs({"--since", "2026-11-21 10:00"}) == 0);
    CHECK(numbers_in(world.out).front() == 11);
    CHECK(world.err.contains(oldest));
    CHECK_FALSE(world.err.contains("compressed"));
}

TEST_CASE("logs --follow shows what is written, over rotations, until Ctrl-C") {
    LogsWorld world;
    const auto stream = world.open(logs::Format::raw);
    world.write(*stream, "line 1\nline 2\n");
    testing::SleepHook clock(world.clock);
    int written = 2;
    clock.at_sleep = [&] {
        world.clock.advance(10s);
        if (written == 8) return world.press_control_c();
        world.write(*stream, "line " + std::to_string(++written) + "\n");
        if (written % 3 != 0) return;
        stream->request_rotation();
        stream->tick();
    };
    world.other_clock = &clock;
    CHECK(world.logs({"-f", "-n", "1"}) == 0);
    CHECK(numbers_in(world.out) == std::vector{2, 3, 4, 5, 6, 7, 8});
}

TEST_CASE("logs --follow ends when nobody reads what it says") {
    LogsWorld world;
    const auto stream = world.open();
    world.write(*stream, "one\n");
    world.nobody_reads = true;
    CHECK(world.logs({"-f"}) == 0);
}

TEST_CASE("logs refuses what does not go together") {
    LogsWorld world;
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"logs"},
                                               {"logs", "App", "--dir", "x"},
                                               {"logs", "App", "--format", "raw"},
                                               {"logs", "--dir", "x", "--events"},
                                               {"logs", "App", "-f", "--until", "now"},
                                               {"logs", "App", "-n", "many"},
                                               {"logs", "App", "--stream", "both"}}) {
        CAPTURE(words);
        CHECK(world.run(words) == 2);
    }
    world.put_app();
    CHECK(world.run({"logs", "App", "--since", "soon"}) == 2);
}

}  // namespace svcwrap::app
