#include "logs/reader.hpp"

#include <catch_amalgamated.hpp>

#include "base/path.hpp"
#include "log_rig.hpp"

namespace svcwrap::logs {

using testing::Operation;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> messages(const std::vector<LogRecord>& records) {
    std::vector<std::string> result;
    for (const LogRecord& record : records) {
        result.push_back(record.message);
    }
    return result;
}

std::vector<std::string> all_of(LogRig& rig, const LogFilter& filter = {}) {
    LogCursor cursor(rig.files, "/logs", "app", rig.options.format, filter);
    std::vector<std::string> result;
    for (auto record = cursor.next(); record && *record; record = cursor.next()) {
        result.push_back((*record)->message);
    }
    return result;
}

std::vector<std::string> last_of(LogRig& rig, std::size_t count, const LogFilter& filter = {}) {
    const auto records = read_last(rig.files, rig.clock, "/logs", "app", rig.options.format, filter, count);
    REQUIRE(records);
    return messages(*records);
}

// A line every hour from 10:00 on, a file for two of them; the older ones compressed, the newest two not.
void fill(LogRig& rig, Format format) {
    rig.options.format = format;
    rig.options.timestamps = Timestamps::utc;
    rig.options.keep.compress = Compression::gzip;
    rig.open();
    for (int i = 0; i < 9; ++i) {
        rig.stream->begin_run(static_cast<std::uint64_t>(i / 3 + 1), 100);
        REQUIRE(rig.write("line " + std::to_string(i) + "\n", i % 2 == 0 ? Source::output : Source::error));
        rig.clock.advance(1h);
        if (i % 2 == 1) {
            rig.stream->request_rotation();
            rig.stream->tick();
            if (i < 7) {
                rig.keep_house();
            }
        }
    }
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("all files are read in order, whatever became of them") {
    for (const Format format : {Format::raw, Format::text, Format::json}) {
        LogRig rig;
        fill(rig, format);
        Lines all;
        for (int i = 0; i < 9; ++i) {
            all.push_back("line " + std::to_string(i));
        }
        CHECK(all_of(rig) == all);
        for (std::size_t count = 0; count <= 10; ++count) {
            const std::size_t kept = std::min<std::size_t>(count, 9);
            CHECK(last_of(rig, count) == Lines(all.end() - static_cast<std::ptrdiff_t>(kept), all.end()));
        }
        const auto paths = list_log_files(rig.files, "/logs", "app");
        REQUIRE(paths);
        REQUIRE(paths->size() == 5);
        CHECK(paths->front().ends_with(".log.gz"));
        CHECK(paths->at(3).ends_with("Z.log"));
        CHECK(file_name(paths->back()) == "app.log");
    }
}

TEST_CASE("records are chosen by time, run, stream, level and pattern") {
    LogRig rig;
    fill(rig, Format::json);
    const WallTime start = testing::FakeClock::k_start;
    CHECK(all_of(rig, {.since = start + 7h}) == Lines{"line 7", "line 8"});
    CHECK(all_of(rig, {.until = start + 2h}) == Lines{"line 0", "line 1"});
    CHECK(all_of(rig, {.since = start + 3h, .until = start + 4h}) == Lines{"line 3"});
    CHECK(last_of(rig, 1, {.until = start + 4h}) == Lines{"line 3"});
    CHECK(last_of(rig, 9, {.since = start + 7h}) == Lines{"line 7", "line 8"});
    CHECK(all_of(rig, {.run = 2}) == Lines{"line 3", "line 4", "line 5"});
    CHECK(last_of(rig, 2, {.run = 2}) == Lines{"line 4", "line 5"});
    CHECK(all_of(rig, {.stream = "stderr"}) == Lines{"line 1", "line 3", "line 5", "line 7"});
    CHECK(all_of(rig, {.least_level = Level::warn}) == Lines{"line 1", "line 3", "line 5", "line 7"});
    CHECK(all_of(rig, {.pattern = LinearRegex::compile("[27]$").value()}) == Lines{"line 2", "line 7"});
}

TEST_CASE("only what is asked for is read: times leave out whole files, the last lines need no more than their end") {
    LogRig rig;
    fill(rig, Format::text);
    const std::size_t before = rig.files.count(Operation::open_read);
    CHECK(all_of(rig, {.since = testing::FakeClock::k_start + 7h + 30min}) == Lines{"line 8"});
    CHECK(rig.files.count(Operation::open_read) == before + 2);

    LogRig large;
    large.options.rotate.max_size = {};
    large.open();
    for (int i = 0; i < 200; ++i) {
        REQUIRE(large.write(std::string(9'999, 'x') + "\n"));
    }
    CHECK(last_of(large, 3) == Lines(3, std::string(9'999, 'x')));
    CHECK(large.files.count(Operation::read_at) <= 2);
}

TEST_CASE("a record is understood as its format wrote it, and anything else as it stands") {
    const LogRecord text = parse_record("2026-11-21T11:00:00.123+01:00 err+ the message", Format::text);
    CHECK(text.time == testing::FakeClock::k_start + 123ms);
    CHECK(text.stream == "stderr");
    CHECK(text.level == Level::error);
    CHECK(text.message == "the message");
    CHECK(text.is_part);
    CHECK(parse_record("2026-11-21T10:00:00.123Z svc 5 bytes dropped", Format::text).stream == "svcwrap");
    for (const char* odd : {"", "hello", "2026-11-21T10:00:00.123Z", "2026-11-21T10:00:00.123Z foo x"}) {
        CHECK(parse_record(odd, Format::text).message == odd);
        CHECK_FALSE(parse_record(odd, Format::text).time);
    }
    const LogRecord json = parse_record(
        R"({"time":"2026-11-21T10:00:00.123Z","level":"warn","stream":"stdout","run":7,"message":"a\nb","partial":true})",
        Format::json);
    CHECK(json.message == "a\nb");
    CHECK(json.run == 7);
    CHECK(json.level == Level::warn);
    CHECK(json.is_part);
    CHECK(parse_record(R"({"a":1})", Format::json).message == R"({"a":1})");
    CHECK(parse_record(R"({"base64":"/w==","stream":"s","time":"2026-11-21T10:00:00Z","message":"x"})", Format::json)
              .message == "x");
}

TEST_CASE("a stream without files, an empty file, and a last line without its end are read as they are") {
    LogRig rig;
    CHECK(all_of(rig).empty());
    CHECK(last_of(rig, 5).empty());
    rig.files.put("/logs/app.log", "");
    CHECK(all_of(rig).empty());
    CHECK(last_of(rig, 5).empty());
    rig.files.put("/logs/app.log", "\n\nx");
    CHECK(all_of(rig) == Lines{"", "", "x"});
    CHECK(last_of(rig, 2) == Lines{"", "x"});
    rig.files.put("/logs/app.log", "\n");
    CHECK(all_of(rig) == Lines{""});
    CHECK(last_of(rig, 2) == Lines{""});
}

TEST_CASE("a damaged compressed file gives what is before the damage") {
    LogRig rig;
    fill(rig, Format::raw);
    const std::string path = list_log_files(rig.files, "/logs", "app")->front();
    rig.files.put(path, rig.files.contents(path).substr(0, 12));
    LogCursor cursor(rig.files, "/logs", "app", Format::raw, {});
    const auto first = cursor.next();
    REQUIRE(first);
    CHECK((*first)->message == "line 2");
    CHECK(cursor.unread().count == 1);
    CHECK(last_of(rig, 100).size() == 7);
}

TEST_CASE("a file that can't be read to its end is named with the reason, be it compressed or not") {
    LogRig rig;
    fill(rig, Format::raw);
    const auto paths = list_log_files(rig.files, "/logs", "app");
    const std::string plain = paths->at(3);
    REQUIRE(plain.ends_with(".log"));
    rig.files.set_fault([&](const testing::FileCall& call) {
        const bool fails = call.operation == Operation::read_at && call.path == plain;
        return fails ? std::optional(testing::device_gone_error(plain)) : std::nullopt;
    });
    LogCursor cursor(rig.files, "/logs", "app", Format::raw, {});
    Lines lines;
    for (auto record = cursor.next(); record && *record; record = cursor.next()) {
        lines.push_back((*record)->message);
    }
    CHECK(lines == Lines{"line 0", "line 1", "line 2", "line 3", "line 4", "line 5", "line 8"});
    CHECK(cursor.unread().count == 1);
    CHECK(cursor.unread().first == plain);
    REQUIRE(cursor.unread().trouble);
    CHECK_FALSE(cursor.unread().trouble->message.contains("compressed"));
    CHECK(cursor.unread().trouble->os_code == 55U);
}

TEST_CASE("the last lines, and those that are followed, tell of a damaged file, too") {
    LogRig rig;
    fill(rig, Format::raw);
    const std::string path = list_log_files(rig.files, "/logs", "app")->front();
    rig.files.put(path, rig.files.contents(path).substr(0, 12));
    LogFollower follower(rig.files, rig.clock, "/logs", "app", Format::raw, {});
    REQUIRE(follower.last(100));
    CHECK(follower.unread().count == 1);
    CHECK(follower.unread().first == path);
    REQUIRE(follower.unread().trouble);
    CHECK(follower.unread().trouble->message.contains("damaged"));
}

TEST_CASE("a file that is pruned or compressed while it is being read is no error") {
    LogRig rig;
    fill(rig, Format::raw);
    LogCursor cursor(rig.files, "/logs", "app", Format::raw, {});
    REQUIRE(cursor.next());
    const auto paths = list_log_files(rig.files, "/logs", "app");
    rig.files.erase(paths->at(1));
    rig.keep_house();  // compresses the fourth
    Lines rest;
    for (auto record = cursor.next(); record && *record; record = cursor.next()) {
        rest.push_back((*record)->message);
    }
    CHECK(rest == Lines{"line 1", "line 4", "line 5", "line 6", "line 7", "line 8"});
}

TEST_CASE("a follower sees each line once: over rotations, compression, and the start of the first file") {
    LogRig rig;
    rig.options.rotate.max_size = {30};
    rig.options.keep.compress = Compression::gzip;
    LogFollower follower(rig.files, rig.clock, "/logs", "app", Format::raw, {});
    Lines seen;
    const auto poll = [&] { REQUIRE(follower.poll([&](const LogRecord& record) { seen.push_back(record.message); })); };
    poll();
    rig.open();
    Lines written;
    for (int i = 0; i < 100; ++i) {
        const std::string line = "line " + std::to_string(i);
        written.push_back(line);
        REQUIRE(rig.write(line.substr(0, 3)));
        if (i % 3 == 0) {
            poll();
        }
        REQUIRE(rig.write(line.substr(3) + "\n"));
        if (i % 7 == 0) {
            poll();
        }
        if (i % 13 == 0) {
            rig.keep_house();
        }
    }
    poll();
    CHECK(seen == written);
}

TEST_CASE("a follower of a folder that says sizes of old shows each line once") {
    LogRig rig;
    rig.open();
    LogFollower follower(rig.files, rig.clock, "/logs", "app", Format::raw, {});
    Lines seen;
    const auto poll = [&] { REQUIRE(follower.poll([&](const LogRecord& record) { seen.push_back(record.message); })); };
    poll();
    REQUIRE(rig.write("1\n2\n"));
    rig.files.set_folder_behind("/logs/app.log", {2});
    for (int i = 0; i < 5; ++i) {
        poll();
        rig.clock.advance(10s);
    }
    CHECK(seen == Lines{"1", "2"});
    REQUIRE(rig.write("3\n"));
    poll();
    CHECK(seen == Lines{"1", "2", "3"});
}

TEST_CASE("a follower begins with the last lines and goes on behind them") {
    LogRig rig;
    rig.open();
    REQUIRE(rig.write("1\n2\n3\n"));
    LogFollower follower(rig.files, rig.clock, "/logs", "app", Format::raw, {});
    const auto last = follower.last(2);
    REQUIRE(last);
    CHECK(messages(*last) == Lines{"2", "3"});
    Lines seen;
    const auto sink = [&](const LogRecord& record) { seen.push_back(record.message); };
    CHECK(follower.poll(sink) == false);
    REQUIRE(rig.write("4\n5"));
    CHECK(follower.poll(sink) == true);
    CHECK(seen == Lines{"4"});
    rig.files.erase("/logs/app.log");  // somebody removes it
    CHECK(follower.poll(sink) == false);
    CHECK(follower.poll(sink) == false);
    rig.clock.advance(k_name_check_interval);
    REQUIRE(rig.write("6\n"));
    CHECK(follower.poll(sink) == true);
    CHECK(seen == Lines{"4", "6"});
}

TEST_CASE("a follower whose file was pruned shows all of the files that still stand") {
    LogRig rig;
    rig.options.keep.files = 2;
    const auto compression = GENERATE(Compression::none, Compression::gzip);
    rig.options.keep.compress = compression;
    rig.open();
    REQUIRE(rig.write("0\n"));
    LogFollower follower(rig.files, rig.clock, "/logs", "app", Format::raw, {});
    REQUIRE(follower.last(1, true));
    for (int i = 1; i < 6; ++i) {  // while the follower is held up
        rig.stream->request_rotation();
        REQUIRE(rig.write(std::to_string(i) + "\n"));
        rig.keep_house();
    }
    REQUIRE(rig.rotated().size() == 2);
    Lines seen;
    REQUIRE(follower.poll([&](const LogRecord& record) { seen.push_back(record.message); }));
    CHECK(seen == Lines{"3", "4", "5"});
}

TEST_CASE("a follower shows a line that is being written once it is whole, or has not grown for a while") {
    LogRig rig;
    rig.open();
    REQUIRE(rig.write("1\nhal"));
    LogFollower follower(rig.files, rig.clock, "/logs", "app", Format::raw, {});
    Lines seen;
    const auto sink = [&](const LogRecord& record) { seen.push_back(record.message); };
    SECTION("from the last lines on") {
        const auto last = follower.last(5, true);
        REQUIRE(last);
        CHECK(messages(*last) == Lines{"1"});
    }
    SECTION("from all that is there on") {
        auto all = follower.all();
        REQUIRE(all);
        for (auto record = all->next(); record && *record; record = all->next()) {
            seen.push_back((*record)->message);
        }
        CHECK(seen == Lines{"1"});
        seen.clear();
    }
    SECTION("from now on") {}
    REQUIRE(follower.poll(sink));
    CHECK(seen.empty());
    REQUIRE(rig.write("f\nprompt> "));
    REQUIRE(follower.poll(sink));
    CHECK(seen == Lines{"half"});
    rig.clock.advance(k_quiet_line);
    REQUIRE(follower.poll(sink));
    CHECK(seen == Lines{"half", "prompt> "});
    REQUIRE(rig.write("yes\n"));
    REQUIRE(follower.poll(sink));
    CHECK(seen == Lines{"half", "prompt> ", "yes"});
}

}  // namespace svcwrap::logs
