#include "logs/rotation_schedule.hpp"

#include <catch_amalgamated.hpp>

#include "base/path.hpp"
#include "log_rig.hpp"

namespace svcwrap::logs {

namespace {

using namespace std::chrono_literals;

WallTime at(const char* text) {
    return parse_iso8601(text).value();
}

// Central Europe in 2026: an hour ahead of UTC, two from 29 March, 01:00 UTC, to 25 October, 01:00 UTC.
Duration europe(WallTime moment) {
    const bool is_summer = moment >= at("2026-03-29T01:00:00.000Z") && moment < at("2026-10-25T01:00:00.000Z");
    return is_summer ? 2h : 1h;
}
// Lord Howe in 2026: 10:30 ahead of UTC, 11:00 until 4 April, 15:00 UTC.
Duration lord_howe(WallTime moment) {
    return moment < at("2026-04-04T15:00:00.000Z") ? Duration(11h) : Duration(10h + 30min);
}

struct Row {
    const char* story;
    RotateOptions options;
    const char* now;
    const char* next;
};

}  // namespace

TEST_CASE("rotations by the clock come at local times, also where clocks change") {
    const RotateOptions hourly{.interval = RotateInterval::hourly};
    const RotateOptions hourly_at_15{.interval = RotateInterval::hourly, .at = 15min};
    const RotateOptions midnight{.interval = RotateInterval::daily};
    const RotateOptions half_past_two{.interval = RotateInterval::daily, .at = 2h + 30min};
    const RotateOptions sunday{.interval = RotateInterval::weekly, .at = 3h, .weekday = std::chrono::Sunday};
    const Row rows[] = {
        {"the next hour", hourly, "2026-06-01T10:20:30.400Z", "2026-06-01T11:00:00.000Z"},
        {"exactly at the hour", hourly, "2026-06-01T10:00:00.000Z", "2026-06-01T11:00:00.000Z"},
        {"a quarter past", hourly_at_15, "2026-06-01T10:10:00.000Z", "2026-06-01T10:15:00.000Z"},
        {"the hour before clocks are put forward", hourly, "2026-03-29T00:30:00.000Z", "2026-03-29T01:00:00.000Z"},
        {"the hour before they are put back", hourly, "2026-10-25T00:30:00.000Z", "2026-10-25T01:00:00.000Z"},
        {"midnight in winter", midnight, "2026-01-10T12:00:00.000Z", "2026-01-10T23:00:00.000Z"},
        {"midnight in summer", midnight, "2026-07-10T12:00:00.000Z", "2026-07-10T22:00:00.000Z"},
        {"a day of 23 hours", midnight, "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"},
        {"a day of 25 hours", midnight, "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"},
        {"a time that does not exist", half_past_two, "2026-03-28T12:00:00.000Z", "2026-03-29T01:00:00.000Z"},
        {"a time that comes twice: the first", half_past_two, "2026-10-24T12:00:00.000Z", "2026-10-25T00:30:00.000Z"},
        {"and not the second", half_past_two, "2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"},
        {"the next Sunday", sunday, "2026-06-01T12:00:00.000Z", "2026-06-07T01:00:00.000Z"},
        {"a week later", sunday, "2026-06-07T01:00:00.000Z", "2026-06-14T01:00:00.000Z"},
        {"over the change", sunday, "2026-10-18T01:00:00.000Z", "2026-10-25T02:00:00.000Z"},
    };
    for (const Row& row : rows) {
        INFO(row.story);
        const auto next = next_rotation(at(row.now), row.options, europe);
        REQUIRE(next);
        CHECK(to_iso8601(*next) == row.next);
    }
    CHECK_FALSE(next_rotation(at("2026-06-01T10:00:00.000Z"), {}, europe));
}

TEST_CASE("hourly rotations always come within the hour, a whole year long, in any zone") {
    const RotateOptions hourly{.interval = RotateInterval::hourly};
    for (const UtcOffset& offset : {UtcOffset(europe), UtcOffset(lord_howe)}) {
        WallTime now = at("2026-01-01T00:00:00.000Z");
        while (now < at("2027-01-01T00:00:00.000Z")) {
            const auto next = next_rotation(now, hourly, offset);
            REQUIRE(next);
            REQUIRE(*next > now);
            REQUIRE(*next <= now + 1h);
            now = *next;
        }
    }
}

TEST_CASE("a stream is rotated when its time comes, without any output") {
    LogRig rig;  // it is 10:00
    rig.options.rotate = {.max_size = {}, .interval = RotateInterval::hourly};
    rig.open();
    CHECK_FALSE(rig.stream->next_deadline());  // there is nothing to rotate
    REQUIRE(rig.write("ten\n"));
    REQUIRE(rig.stream->next_deadline() == rig.clock.now() + 1h);
    rig.live(90min);
    CHECK(rig.rotated() == std::vector<std::string>{"app.20261121T110000.000Z.log"});
    CHECK(rig.told_rotations == std::vector<std::string>{join_path("/logs", "app.20261121T110000.000Z.log")});
    CHECK_FALSE(rig.stream->next_deadline());
    rig.clock.advance(5h);  // hours without output leave no empty files
    REQUIRE(rig.write("four\n"));
    CHECK(rig.parts() == std::vector<std::string>{"ten\n", "four\n"});
    rig.clock.advance(1h);  // nobody called tick() in time
    REQUIRE(rig.write("five\n"));
    CHECK(rig.parts() == std::vector<std::string>{"ten\n", "four\n", "five\n"});
}

TEST_CASE("a log that is rotated by the clock is rotated by size as well, and the other way round") {
    LogRig rig;  // it is 10:00
    rig.options.rotate = {.max_size = {4096}, .interval = RotateInterval::hourly};
    rig.open();
    const std::string line = std::string(1023, 'x') + "\n";
    for (int i = 0; i < 6; ++i) REQUIRE(rig.write(line));
    CHECK(rig.rotated().size() == 1);  // by size, long before the hour is over
    rig.live(90min);
    CHECK(rig.rotated().size() == 2);  // by the clock, with half a file
    for (int i = 0; i < 6; ++i) REQUIRE(rig.write(line));
    CHECK(rig.rotated().size() == 3);  // and by size again
    std::string all;
    for (const std::string& part : rig.parts()) all += part;
    CHECK(all.size() == std::size_t{12} * 1024);
}

TEST_CASE("a line is finished before its hour ends") {
    LogRig rig;
    rig.options.rotate = {.max_size = {}, .interval = RotateInterval::hourly};
    rig.open();
    REQUIRE(rig.write("ten and"));
    CHECK_FALSE(rig.stream->next_deadline());
    rig.clock.advance(61min);
    rig.stream->tick();
    CHECK(rig.rotated().empty());
    REQUIRE(rig.write(" more\nnext\n"));
    CHECK(rig.parts() == std::vector<std::string>{"ten and more\n", "next\n"});
}

TEST_CASE("a rotation that was due while nothing ran is made at the start") {
    LogRig rig;
    rig.options.rotate = {.max_size = {}, .interval = RotateInterval::daily, .at = 3h};
    rig.files.put("/logs/app.log", "yesterday\n");
    rig.clock.advance(24h);
    rig.open();
    CHECK(rig.parts() == std::vector<std::string>{"yesterday\n", ""});
    rig.files.put("/logs/app.log", "today\n");
    rig.open();
    CHECK(rig.rotated().size() == 1);
}

TEST_CASE("a rotation on demand needs no output") {
    LogRig rig;
    rig.open();
    REQUIRE(rig.write("a\n"));
    rig.stream->request_rotation();
    REQUIRE(rig.stream->next_deadline() == rig.clock.now());
    rig.stream->tick();
    CHECK(rig.parts() == std::vector<std::string>{"a\n", ""});
    CHECK_FALSE(rig.stream->next_deadline());
}

TEST_CASE("writing nothing does what time and the user demand") {
    LogRig rig;
    rig.open();
    REQUIRE(rig.write("a\n"));
    rig.stream->request_rotation();
    REQUIRE(rig.write({}));
    CHECK(rig.parts() == std::vector<std::string>{"a\n", ""});
}

TEST_CASE("a clock that was far ahead at the start does not put rotations off until then") {
    LogRig rig;
    rig.options.rotate.interval = RotateInterval::daily;
    rig.clock.set_wall(testing::FakeClock::k_start + std::chrono::hours(24 * 365));
    rig.open();
    REQUIRE(rig.write("1\n"));
    rig.clock.set_wall(testing::FakeClock::k_start);  // the time service puts it right
    rig.live(std::chrono::hours(1));
    REQUIRE(rig.write("2\n"));
    CHECK(rig.rotated().empty());
    rig.live(std::chrono::hours(24));
    CHECK(rig.rotated().size() == 1);
}

TEST_CASE("new settings of rotation count from the next moment on") {
    LogRig rig;
    rig.open();
    REQUIRE(rig.write("a line\n"));
    Options hourly = rig.options;
    hourly.rotate.interval = RotateInterval::hourly;
    hourly.keep.files = 0;
    rig.stream->configure(hourly);
    rig.stream->tick();
    CHECK(rig.stream->next_deadline() == rig.clock.now() + 1h);
    rig.live(2h);
    CHECK(rig.stream->counters().rotations == 1);
    CHECK(rig.rotated().empty());
}

}  // namespace svcwrap::logs
