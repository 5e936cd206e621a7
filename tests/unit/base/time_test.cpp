#include "base/time.hpp"

#include <catch_amalgamated.hpp>
#include <random>

using namespace svcwrap;
using namespace std::chrono_literals;

TEST_CASE("Durations are read from their units") {
    struct Row {
        std::string text;
        Duration duration;
    };
    const auto row = GENERATE(values<Row>({
        {"0", 0ms},
        {"0s", 0ms},
        {"250ms", 250ms},
        {"90s", 90s},
        {"1.5h", 90min},
        {"0.001s", 1ms},
        {"5m", 5min},
        {"1d", 24h},
        {"2w", 336h},
        {"1h30m", 90min},
        {"1h 30m", 90min},
        {"90 s", 90s},
        {"1d2h3m4s5ms", 26h + 3min + 4s + 5ms},
        {"36500d", 24h * 36500},
        {"never", k_forever},
    }));
    INFO(row.text);
    const auto duration = parse_duration(row.text);
    REQUIRE(duration);
    CHECK(*duration == row.duration);
}

TEST_CASE("What is no duration is refused with the units in the remedy") {
    const std::string text =
        GENERATE("", " ", "5", "-1s", "+1s", "s", "1x", "1S", "1M", "1.s", ".5s", "1e3s", "1h30", "30m1h", "1s1s",
                 "0.5ms", "1 s ", " 1s", "1s,", "never ", "Never", "forever", "36500d1ms", "99999999999999999999s",
                 "18446744073709551615w", "1.0000000001s", "1h\t30m");
    INFO('"' << text << '"');
    const auto duration = parse_duration(text);
    REQUIRE_FALSE(duration);
    CHECK(duration.error().kind == ErrorKind::usage);
    CHECK(duration.error().message.starts_with("\"" + text + "\" is not a duration: "));
    CHECK(duration.error().remedy.contains("ms, s, m, h, d, w"));
}

TEST_CASE("A duration written as text reads back to the same value") {
    struct Row {
        Duration duration;
        std::string text;
    };
    for (const auto& [duration, text] : {Row{90min, "1h30m"}, Row{250ms, "250ms"}, Row{k_forever, "never"},
                                         Row{0ms, "0s"}, Row{240h, "10d"}, Row{90s, "1m30s"}}) {
        CHECK(to_text(duration) == text);
    }
    std::mt19937_64 random(7);
    for (int round = 0; round < 20000; ++round) {
        const Duration duration(static_cast<Duration::rep>(random() % (1ULL << (1 + random() % 41))));
        REQUIRE(parse_duration(to_text(duration)) == duration);
    }
}

TEST_CASE("People see two units of a duration at most") {
    struct Row {
        Duration duration;
        std::string text;
    };
    const auto row = GENERATE(values<Row>({
        {0ms, "0 s"},
        {30ms, "30 ms"},
        {300ms, "0.3 s"},
        {999ms, "0.9 s"},
        {1500ms, "1.5 s"},
        {12s + 345ms, "12 s"},
        {65s, "1 min 5 s"},
        {1h + 5min + 59s, "1 h 5 min"},
        {3 * 24h + 4h + 5min, "3 d 4 h"},
        {24h, "1 d"},
        {24h + 5min, "1 d"},
        {k_forever, "never"},
        {-90s, "-1 min 30 s"},
        {Duration::min(), "-106751991167 d 7 h"},
    }));
    CHECK(to_human(row.duration) == row.text);
}

TEST_CASE("Wall time is written as ISO 8601 and read back") {
    const auto time = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 21)) + 10h + 2min + 3s + 45ms;
    CHECK(to_iso8601(time) == "2026-11-21T10:02:03.045Z");
    CHECK(parse_iso8601("2026-11-21T10:02:03.045Z") == time);
    CHECK(parse_iso8601("2026-11-21T10:02:03Z") == time - 45ms);
    CHECK(parse_iso8601("2026-11-21T10:02:03.0459999Z") == time);
    CHECK(to_iso8601(WallTime(-1ms)) == "1969-12-31T23:59:59.999Z");
    std::mt19937_64 random(9);
    for (int round = 0; round < 5000; ++round) {
        const WallTime any(Duration(static_cast<Duration::rep>(random() % 253'402'300'800'000ULL)));
        REQUIRE(parse_iso8601(to_iso8601(any)) == any);
    }
}

TEST_CASE("What is no UTC time is refused") {
    const std::string text = GENERATE("", "2026", "2026-11-21", "2026-11-21T10:00:00", "2026-02-30T10:00:00Z",
                                      "2026-13-01T10:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T10:60:00Z",
                                      "2026-11-21T10:00:60Z", "2026-11-21T10:00:00.Z", "2026-11-21T10:00:00.1x3Z",
                                      "2026-11-21T10:00:00.1234567890Z", "2026-11-21t10:00:00Z", "-026-11-21T10:00:00Z",
                                      "2026-11-21T10:00:00Z ", "2026-11-21T10:00:00.123", "2026-11-21T10:00:00+01:00");
    INFO(text);
    CHECK_FALSE(parse_iso8601(text));
}
