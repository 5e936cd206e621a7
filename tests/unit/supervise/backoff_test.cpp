#include "supervise/backoff.hpp"

#include <catch_amalgamated.hpp>
#include <cmath>
#include <limits>

#include "story.hpp"

namespace svcwrap::supervise {
namespace {

const Verdict k_restart{RuleAction::restart, std::nullopt, "policy"};
const Verdict k_restart_now{RuleAction::restart_now, std::nullopt, "rule 1"};
constexpr double k_middle = 0.5;  // no jitter
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

RestartOptions limited(std::uint32_t limit, Duration interval) {
    RestartOptions options;
    options.limit = limit;
    options.limit_interval = interval;
    return options;
}

TimePoint at(Duration time) {
    return TimePoint(time);
}

}  // namespace

TEST_CASE("the delay grows by the multiplier up to its cap") {
    const auto [earlier, wanted] = GENERATE(table<std::uint32_t, Duration>({
        {0, 1s},
        {1, 2s},
        {2, 4s},
        {8, 256s},
        {9, 300s},
        {1000, 300s},
        {4294967295, 300s},
    }));
    INFO(earlier);
    CHECK(backoff_delay({}, earlier, k_middle) == wanted);
}

TEST_CASE("the jitter spreads the capped delay to both sides") {
    const auto [earlier, chance, wanted] = GENERATE(table<std::uint32_t, double, Duration>({
        {0, 0.0, 900ms},
        {0, 0.25, 950ms},
        {0, 0.999999, 1100ms},
        {1, 0.25, 1900ms},
        {20, 0.0, 270s},
        {20, 0.25, 285s},
    }));
    INFO(earlier << ", " << chance);
    CHECK(backoff_delay({}, earlier, chance) == wanted);
}

TEST_CASE("the jitter never goes beyond the cap") {
    CHECK(backoff_delay({}, 8, 0.999999999) == 281600ms);
    CHECK(backoff_delay({}, 9, 0.5) == 300s);
    CHECK(backoff_delay({}, 9, 0.75) == 300s);
    CHECK(backoff_delay({}, 9, 0.999999999) == 300s);
    CHECK(backoff_delay({.delay = 10s, .max_delay = 10s, .jitter = 1}, 0, 0.999999999) == 10s);
}

TEST_CASE("nonsense in the options is pulled to sense") {
    struct Row {
        std::string_view what;
        Duration delay;
        Duration max_delay;
        double multiplier;
        double jitter;
        double chance;
        Duration wanted;  // before the fourth restart
    };
    const auto row = GENERATE(values<Row>({
        {"a shrinking multiplier", 1s, 300s, 0.5, 0, 0.5, 1s},
        {"a multiplier that is no number", 1s, 300s, k_nan, 0, 0.5, 1s},
        {"an endless multiplier", 1s, 300s, k_infinity, 0, 0.5, 300s},
        {"a jitter below 0", 1s, 300s, 1, -1, 0.0, 1s},
        {"a jitter above 1", 1s, 300s, 1, 5, 0.999999999, 2s},
        {"a jitter that is no number", 1s, 300s, 1, k_nan, 0, 1s},
        {"a chance that is no number", 1s, 300s, 1, 0.5, k_nan, 500ms},
        {"a chance outside", 1s, 300s, 1, 0.5, 17, 1500ms},
        {"a negative delay", -1s, 300s, 2, 0, 0.5, 0s},
        {"a cap below the delay", 10s, 2s, 2, 0, 0.5, 2s},
    }));
    const RestartOptions options{.delay = row.delay,
                                 .max_delay = row.max_delay,
                                 .multiplier = row.multiplier,
                                 .jitter = row.jitter,
                                 .rules = {}};
    INFO(row.what);
    CHECK(backoff_delay(options, 3, row.chance) == row.wanted);
}

TEST_CASE("no cap at all does not overflow") {
    const RestartOptions options{.delay = k_forever, .max_delay = k_forever, .multiplier = 1e300, .jitter = 1};
    for (const std::uint32_t earlier : {0U, 1U, 100U, 4294967295U}) {
        const Duration delay = backoff_delay(options, earlier, 0.999999);
        CHECK(delay > std::chrono::days(10000));
        CHECK(delay < k_forever / 2);
    }
}

TEST_CASE("only a delay of zero asks for no wait") {
    CHECK(backoff_delay({.delay = 0s, .max_delay = 5min, .multiplier = k_infinity}, 9, 0.0) == 0ms);
    CHECK(backoff_delay({.delay = 1s, .max_delay = 5min, .jitter = 1}, 0, 0.0) == 1ms);
    CHECK(backoff_delay({.delay = 1s, .max_delay = 0s}, 0, k_middle) == 1ms);
}

TEST_CASE("restarts in a row wait longer and longer, until they start over") {
    const RestartOptions options;
    Backoff backoff;
    CHECK(backoff.next(options, k_restart, at(0s), k_middle) == 1s);
    CHECK(backoff.next(options, k_restart, at(1s), k_middle) == 2s);
    CHECK(backoff.next(options, k_restart, at(3s), k_middle) == 4s);
    CHECK(backoff.consecutive() == 3);
    backoff.start_over();
    CHECK(backoff.consecutive() == 0);
    CHECK(backoff.next(options, k_restart, at(9s), k_middle) == 1s);
}

TEST_CASE("a rule's delay replaces the computed one, and restart_now has none; both count") {
    const RestartOptions options;
    Backoff backoff;
    CHECK(backoff.next(options, {RuleAction::restart, 30s, "rule 1"}, at(0s), 0.0) == 30s);
    CHECK(backoff.next(options, k_restart_now, at(0s), k_middle) == 0s);
    CHECK(backoff.next(options, {RuleAction::restart_now, 30s, "rule 1"}, at(0s), k_middle) == 0s);
    CHECK(backoff.next(options, k_restart, at(0s), k_middle) == 8s);
}

TEST_CASE("more restarts than the limit within the interval are refused") {
    const auto options = limited(3, 60s);
    Backoff backoff;
    CHECK(backoff.next(options, k_restart, at(0s), k_middle));
    CHECK(backoff.next(options, k_restart, at(10s), k_middle));
    CHECK(backoff.next(options, k_restart_now, at(20s), k_middle));
    CHECK_FALSE(backoff.next(options, k_restart, at(30s), k_middle));
    CHECK_FALSE(backoff.next(options, k_restart_now, at(59s), k_middle));
}

TEST_CASE("the interval of the limit slides") {
    const auto options = limited(2, 60s);
    Backoff backoff;
    CHECK(backoff.next(options, k_restart, at(0s), k_middle));
    CHECK(backoff.next(options, k_restart, at(50s), k_middle));
    CHECK(backoff.next(options, k_restart, at(60s), k_middle));
    CHECK_FALSE(backoff.next(options, k_restart, at(109s), k_middle));
    CHECK(backoff.next(options, k_restart, at(110s), k_middle));
}

TEST_CASE("to start over does not make the limit forget") {
    const auto options = limited(1, k_forever);
    Backoff backoff;
    CHECK(backoff.next(options, k_restart, at(0s), k_middle));
    backoff.start_over();
    CHECK_FALSE(backoff.next(options, k_restart, at(std::chrono::years(10)), k_middle));
}

TEST_CASE("no limit means no end") {
    const auto options = limited(0, 60s);
    Backoff backoff;
    for (int count = 0; count < 1000; ++count) CHECK(backoff.next(options, k_restart_now, at(0s), k_middle));
}

}  // namespace svcwrap::supervise
