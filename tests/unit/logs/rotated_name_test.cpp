#include "logs/rotated_name.hpp"

#include <catch_amalgamated.hpp>

namespace svcwrap::logs {

namespace {

WallTime moment(int year, unsigned month, unsigned day, Duration of_day) {
    return WallTime(std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)) +
                    of_day);
}

}  // namespace

TEST_CASE("a rotated file is named by its UTC moment, to the millisecond") {
    CHECK(current_name("app") == "app.log");
    CHECK(rotated_name("app", moment(2026, 11, 21, Duration(36'000'123))) == "app.20261121T100000.123Z.log");
    CHECK(rotated_name("app", moment(2027, 1, 2, Duration(86'399'999))) == "app.20270102T235959.999Z.log");
    CHECK(rotated_name("a.b", moment(1970, 1, 1, Duration(1))) == "a.b.19700101T000000.001Z.log");
}

TEST_CASE("a rotated name is read back to its moment") {
    for (const Duration of_day : {Duration(0), Duration(7), Duration(36'000'123), Duration(86'399'999)}) {
        const WallTime when = moment(2028, 2, 29, of_day);
        CHECK(parse_rotated_name("my app", rotated_name("my app", when)) == when);
    }
    // More minutes than 32 bits hold since 1970.
    const WallTime last = moment(9999, 12, 31, Duration(86'399'999));
    CHECK(parse_rotated_name("app", rotated_name("app", last)) == last);
}

TEST_CASE("names sort by bytes as their moments do by time") {
    WallTime when = moment(2026, 12, 31, Duration(86'399'990));
    std::string before = rotated_name("app", when);
    for (int i = 0; i < 1000; ++i) {
        when += Duration(i * 7919);
        const std::string next = rotated_name("app", when);
        CHECK((i == 0 || before < next));
        before = next;
    }
}

TEST_CASE("a stream whose file another one would take for its own is told from others with points in their names") {
    CHECK(is_like_rotated("app.20261121T100000.123Z"));
    CHECK(is_like_rotated("a.b.20261121T100000.123Z"));
    for (const char* name : {"app", "a.b", "20261121T100000.123Z", ".20261121T100000.123Z", "app.20261121T100000.123",
                             "app.20261121T100000.123Z.x", "app.20261321T100000.123Z"}) {
        INFO(name);
        CHECK_FALSE(is_like_rotated(name));
    }
}

TEST_CASE("a name that is not exactly ours is nobody's moment") {
    const char* others[] = {
        "app.log",
        "app.20261121T100000.123Z.log.gz",
        "app.20261121T100000.123Z.txt",
        "app.20261121T100000.123.log",
        "app.20261121T100000Z.log",
        "app.20261321T100000.123Z.log",
        "app.20260230T100000.123Z.log",
        "app.20261121T240000.123Z.log",
        "app.20261121T106000.123Z.log",
        "app.20261121T100060.123Z.log",
        "app.2026112xT100000.123Z.log",
        "app.20261121t100000.123Z.log",
        "app.-0261121T100000.123Z.log",
        "app.error.20261121T100000.123Z.log",
        "apq.20261121T100000.123Z.log",
        "app-20261121T100000.123Z.log",
        "Xapp.20261121T100000.123Z.log",
        "",
    };
    for (const char* name : others) {
        INFO(name);
        CHECK_FALSE(parse_rotated_name("app", name).has_value());
    }
}

}  // namespace svcwrap::logs
