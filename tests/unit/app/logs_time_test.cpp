#include <catch_amalgamated.hpp>

#include "app/logs_time.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;

namespace {

// A Saturday, 10:00 UTC.
const WallTime k_now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 10h};

Duration utc(WallTime) {
    return 0ms;
}
Duration two_hours_ahead(WallTime) {
    return 2h;
}
// Central Europe in 2026: clocks go forward on March 29th at 01:00 UTC, back on October 25th at 01:00 UTC.
Duration berlin(WallTime moment) {
    const WallTime forward{std::chrono::sys_days{std::chrono::year{2026} / 3 / 29} + 1h};
    const WallTime back{std::chrono::sys_days{std::chrono::year{2026} / 10 / 25} + 1h};
    return moment >= forward && moment < back ? Duration(2h) : Duration(1h);
}

std::string moment(std::string_view text, const UtcOffset& offset = utc) {
    const auto parsed = parse_moment(text, k_now, offset);
    return parsed ? to_iso8601(*parsed) : "error";
}

}  // namespace

TEST_CASE("a moment can be so long ago") {
    CHECK(moment("1 hour ago") == "2026-11-21T09:00:00.000Z");
    CHECK(moment("90 minutes ago") == "2026-11-21T08:30:00.000Z");
    CHECK(moment("1 hour 30 min ago") == "2026-11-21T08:30:00.000Z");
    CHECK(moment("2 Days Ago") == "2026-11-19T10:00:00.000Z");
    CHECK(moment("1h30m") == "2026-11-21T08:30:00.000Z");
    CHECK(moment("30s ago") == "2026-11-21T09:59:30.000Z");
    CHECK(moment("now") == "2026-11-21T10:00:00.000Z");
}

TEST_CASE("a moment of local clocks is found on the line of UTC") {
    CHECK(moment("2026-11-21 10:00", two_hours_ahead) == "2026-11-21T08:00:00.000Z");
    CHECK(moment("2026-11-20", two_hours_ahead) == "2026-11-19T22:00:00.000Z");
    CHECK(moment("2026-11-20T23:59:58.25", two_hours_ahead) == "2026-11-20T21:59:58.250Z");
    CHECK(moment("09:15", two_hours_ahead) == "2026-11-21T07:15:00.000Z");
    CHECK(moment("today", two_hours_ahead) == "2026-11-20T22:00:00.000Z");
    CHECK(moment("yesterday 18:00", two_hours_ahead) == "2026-11-20T16:00:00.000Z");
    CHECK(moment("2026-11-21T10:00:00+01:00", two_hours_ahead) == "2026-11-21T09:00:00.000Z");
}

TEST_CASE("moments are found on both sides of a change of the clocks") {
    CHECK(moment("2026-07-01 12:00", berlin) == "2026-07-01T10:00:00.000Z");
    CHECK(moment("2026-12-01 12:00", berlin) == "2026-12-01T11:00:00.000Z");
    CHECK(moment("2026-03-29 01:59", berlin) == "2026-03-29T00:59:00.000Z");
    CHECK(moment("2026-03-29 03:00", berlin) == "2026-03-29T01:00:00.000Z");
    // Twice that night: the first of the two.
    CHECK(moment("2026-10-25 02:30", berlin) == "2026-10-25T00:30:00.000Z");
}

TEST_CASE("what is no moment is refused with examples") {
    for (const std::string_view text : {"", "soon", "2026-13-01", "2026-11-21 25:00", "5", "1 fortnight ago", "never",
                                        "10:", "2026-11-21 10:00 o'clock", "12:60"}) {
        CAPTURE(text);
        const auto parsed = parse_moment(text, k_now, utc);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().kind == ErrorKind::usage);
        CHECK(parsed.error().remedy.contains("1 hour ago"));
    }
}

}  // namespace svcwrap::app
