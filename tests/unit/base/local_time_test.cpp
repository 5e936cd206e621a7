#include "base/local_time.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace svcwrap;
using namespace std::chrono_literals;

namespace {

// A zone as a list of changes: from a moment on, local time is so far ahead of UTC.
struct Zone {
    Duration first;
    std::vector<std::pair<WallTime, Duration>> changes;

    Duration operator()(WallTime now) const {
        auto offset = first;
        for (const auto& [from, ahead] : changes) {
            if (now >= from) offset = ahead;
        }
        return offset;
    }
};

WallTime utc(const std::string& text) {
    return parse_iso8601(text + "Z").value();
}

std::string next(const std::string& now, const std::string& at, const Zone& zone) {
    auto text = to_iso8601(next_time_of_day(utc(now), parse_time_of_day(at).value(), zone));
    const std::string zero = ".000Z";
    return text.ends_with(zero) ? text.substr(0, text.size() - zero.size()) : text;
}

const Zone k_utc{0min, {}};
// Berlin, 2026: forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC.
const Zone k_berlin{1h, {{utc("2026-03-29T01:00:00"), 2h}, {utc("2026-10-25T01:00:00"), 1h}}};
// Sydney, 2026: back on 5 April at 16:00 UTC of the 4th, forward on 4 October at 16:00 UTC of the 3rd.
const Zone k_sydney{11h, {{utc("2026-04-04T16:00:00"), 10h}, {utc("2026-10-03T16:00:00"), 11h}}};
// Lord Howe: half an hour of daylight saving.
const Zone k_lord_howe{11h, {{utc("2026-04-04T15:00:00"), 10h + 30min}, {utc("2026-10-03T15:30:00"), 11h}}};
// Cairo, 2026: forward over midnight, from 24 April 00:00 to 01:00; back from 30 October 00:00 to 29 October 23:00.
const Zone k_cairo{2h, {{utc("2026-04-23T22:00:00"), 3h}, {utc("2026-10-29T21:00:00"), 2h}}};
// Apia at the end of 2011: the 30th of December was left out.
const Zone k_apia{-10h, {{utc("2011-12-30T10:00:00"), 14h}}};
// Kwajalein's way over the date line, the other way round: one day comes twice.
const Zone k_day_twice{12h, {{utc("2026-07-01T12:00:00"), -12h}}};

}  // namespace

TEST_CASE("A time of day is read and written as hours and minutes") {
    CHECK(parse_time_of_day("00:00").value() == 0min);
    CHECK(parse_time_of_day("03:30").value() == 210min);
    CHECK(parse_time_of_day("23:59").value() == 1439min);
    for (int minute = 0; minute < 24 * 60; ++minute) {
        const TimeOfDay time(minute);
        REQUIRE(parse_time_of_day(time_of_day_text(time)).value() == time);
    }
    CHECK(time_of_day_text(65min) == "01:05");
}

TEST_CASE("What is no time of day is refused with an example") {
    const std::string text = GENERATE("", "3:30", "0330", "24:00", "23:60", "03:30:00", "03.30", " 3:30", "-1:30",
                                      "03:3", "3:300", "ab:cd", "03:30 ", "+3:30", "03:-1");
    INFO(text);
    const auto time = parse_time_of_day(text);
    REQUIRE_FALSE(time);
    CHECK(time.error().kind == ErrorKind::usage);
    CHECK(time.error().message == "\"" + text + "\" is not a time of day");
    CHECK(time.error().remedy.contains("03:30"));
}

TEST_CASE("The next moment of a time of day follows the local clocks") {
    struct Row {
        std::string what;
        const Zone* zone;
        std::string now;
        std::string at;
        std::string next;
    };
    const Zone ahead{14h, {}};
    const Zone behind{-12h, {}};
    const Zone nepal{5h + 45min, {}};
    const std::vector<Row> rows{
        {"later today", &k_utc, "2026-11-22T01:00:00", "03:30", "2026-11-22T03:30:00"},
        {"tomorrow", &k_utc, "2026-11-22T03:31:00", "03:30", "2026-11-23T03:30:00"},
        {"exactly then: the next day's", &k_utc, "2026-11-22T03:30:00", "03:30", "2026-11-23T03:30:00"},
        {"a millisecond before", &k_utc, "2026-11-22T03:29:59.999", "03:30", "2026-11-22T03:30:00"},
        {"a millisecond behind", &k_utc, "2026-11-22T03:30:00.001", "03:30", "2026-11-23T03:30:00"},
        {"midnight", &k_utc, "2026-12-31T12:00:00", "00:00", "2027-01-01T00:00:00"},
        {"the leap day", &k_utc, "2028-02-28T12:00:00", "03:30", "2028-02-29T03:30:00"},
        {"14 hours ahead", &ahead, "2026-11-22T11:00:00", "03:30", "2026-11-22T13:30:00"},
        {"14 hours ahead, of the next day", &ahead, "2026-11-22T13:30:00", "03:30", "2026-11-23T13:30:00"},
        {"12 hours behind", &behind, "2026-11-22T01:00:00", "23:59", "2026-11-22T11:59:00"},
        {"12 hours behind, of the day before", &behind, "2026-11-22T11:59:00", "23:59", "2026-11-23T11:59:00"},
        {"a zone of quarter hours", &nepal, "2026-11-22T00:00:00", "03:30", "2026-11-22T21:45:00"},

        {"put forward over it: at the change", &k_berlin, "2026-03-28T12:00:00", "02:30", "2026-03-29T01:00:00"},
        {"put forward from exactly it", &k_berlin, "2026-03-28T12:00:00", "02:00", "2026-03-29T01:00:00"},
        {"put forward to exactly it", &k_berlin, "2026-03-28T12:00:00", "03:00", "2026-03-29T01:00:00"},
        {"just behind a change", &k_berlin, "2026-03-28T12:00:00", "03:01", "2026-03-29T01:01:00"},
        {"just before a change", &k_berlin, "2026-03-28T12:00:00", "01:59", "2026-03-29T00:59:00"},
        {"the day after it was skipped", &k_berlin, "2026-03-29T01:00:00", "02:30", "2026-03-30T00:30:00"},
        {"put back over it: the first", &k_berlin, "2026-10-24T12:00:00", "02:30", "2026-10-25T00:30:00"},
        {"put back over it: not the second", &k_berlin, "2026-10-25T00:30:00", "02:30", "2026-10-26T01:30:00"},
        {"put back over it: between the two", &k_berlin, "2026-10-25T01:10:00", "02:30", "2026-10-26T01:30:00"},
        {"a minute before the clocks are put back", &k_berlin, "2026-10-24T12:00:00", "02:59", "2026-10-25T00:59:00"},
        {"put back from exactly it", &k_berlin, "2026-10-25T00:00:00", "03:00", "2026-10-25T02:00:00"},
        {"put back to exactly it", &k_berlin, "2026-10-24T12:00:00", "02:00", "2026-10-25T00:00:00"},

        {"the south: forward in October", &k_sydney, "2026-10-03T00:00:00", "02:30", "2026-10-03T16:00:00"},
        {"the south: back in April", &k_sydney, "2026-04-04T00:00:00", "02:30", "2026-04-04T15:30:00"},
        {"the south: once", &k_sydney, "2026-04-04T15:30:00", "02:30", "2026-04-05T16:30:00"},
        {"half an hour forward over it", &k_lord_howe, "2026-10-03T00:00:00", "02:15", "2026-10-03T15:30:00"},
        {"half an hour back over it", &k_lord_howe, "2026-04-04T00:00:00", "01:45", "2026-04-04T14:45:00"},
        {"half an hour back over it: once", &k_lord_howe, "2026-04-04T14:45:00", "01:45", "2026-04-05T15:15:00"},

        {"forward over midnight", &k_cairo, "2026-04-23T12:00:00", "00:00", "2026-04-23T22:00:00"},
        {"forward behind midnight", &k_cairo, "2026-04-23T12:00:00", "00:30", "2026-04-23T22:00:00"},
        {"back over midnight: the day before", &k_cairo, "2026-10-29T12:00:00", "23:30", "2026-10-29T20:30:00"},
        {"back over midnight: once", &k_cairo, "2026-10-29T20:30:00", "23:30", "2026-10-30T21:30:00"},
        {"back from midnight", &k_cairo, "2026-10-29T20:00:00", "00:00", "2026-10-29T22:00:00"},
        {"a day that was left out", &k_apia, "2011-12-29T12:00:00", "03:30", "2011-12-29T13:30:00"},
        {"a day that was left out: at the change", &k_apia, "2011-12-29T13:30:00", "03:30", "2011-12-30T10:00:00"},
        {"the day behind it", &k_apia, "2011-12-30T10:00:00", "03:30", "2011-12-30T13:30:00"},
        {"a day that comes twice", &k_day_twice, "2026-07-01T10:00:00", "23:30", "2026-07-01T11:30:00"},
        {"a day that comes twice: once", &k_day_twice, "2026-07-01T11:30:00", "23:30", "2026-07-03T11:30:00"},
    };
    for (const auto& row : rows) {
        INFO(row.what << ": " << row.at << " after " << row.now);
        CHECK(next(row.now, row.at, *row.zone) == row.next);
    }
}

TEST_CASE("A zone that answers nonsense still has a next moment") {
    const auto now = utc("2026-11-22T03:30:00");
    for (const Duration nonsense : {Duration(1000h), Duration(-1000h)}) {
        CHECK(next_time_of_day(now, 210min, [=](WallTime) { return nonsense; }) > now);
    }
}

// Zones of random offsets whose clocks change at random moments, by random amounts.
TEST_CASE(
    "For any zone the next moment lies ahead, within 49 hours, once a day, and shows the time unless it is skipped") {
    std::mt19937 random(7);
    const auto any = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
    const auto begin = utc("2026-01-01T00:00:00");
    for (int round = 0; round < 150; ++round) {
        Zone zone{any(-12 * 4, 14 * 4) * 15min, {}};
        for (auto moment = begin + any(1, 60 * 24 * 9) * 1min; moment < begin + 960h;
             moment += any(180, 20000) * 1min) {
            zone.changes.emplace_back(moment, std::clamp<Duration>(zone(moment) + any(-8, 8) * 15min, -12h, 14h));
        }
        const TimeOfDay at(any(0, 24 * 60 - 1));
        WallTime now = begin + any(0, 60 * 24) * 1min + Duration(any(0, 59'999));
        for (int day = 0; day < 12; ++day) {
            const auto then = next_time_of_day(now, at, zone);
            INFO("round " << round << ": " << time_of_day_text(at) << " after " << to_iso8601(now) << " is "
                          << to_iso8601(then));
            REQUIRE(then > now);
            REQUIRE(then - now <= 49h);
            const auto shown = then + zone(then);
            const auto time = shown - std::chrono::floor<std::chrono::days>(shown);
            const bool changes_then = zone(then) != zone(then - 1ms);
            const bool skipped_over = changes_then && then - 1ms + zone(then - 1ms) < shown - 1ms;
            REQUIRE((time == at || skipped_over));
            // Nothing that shows it for the first time that day lies between.
            const auto middle = now + (then - now) / 2;
            REQUIRE(next_time_of_day(middle, at, zone) == then);
            now = then;
        }
    }
}
