#include "supervise/stop_plan.hpp"

#include <catch_amalgamated.hpp>

#include "story.hpp"
#include "supervise/moment.hpp"

namespace svcwrap::supervise {
namespace {

std::vector<StopStep> steps_of(const std::vector<Duration>& times) {
    std::vector<StopStep> steps;
    for (const Duration time : times) steps.push_back({StopMethod::ctrl_break, time});
    return steps;
}

std::vector<Duration> times_of(const std::vector<StopStep>& steps) {
    std::vector<Duration> times;
    for (const StopStep& step : steps) times.push_back(step.timeout);
    return times;
}

}  // namespace

TEST_CASE("stop steps are cut in proportion to what time there is") {
    using Times = std::vector<Duration>;
    const auto [given, budget, wanted] = GENERATE(table<Times, Duration, Times>({
        {Times{}, 3s, Times{}},
        {{1s, 2s}, 3s, {1s, 2s}},
        {{20s}, 3s, {3s}},
        {{3s, 1s, 2s}, 3s, {1500ms, 500ms, 1s}},
        {{20s, 1s}, 3s, {2250ms, 750ms}},
        {{k_forever, k_forever}, 3s, {1500ms, 1500ms}},
        {{k_forever, 1s}, k_forever, {k_forever, 1s}},
        {{20s, 1s}, 0s, {0s, 0s}},
        {{20s, 1s}, -5s, {0s, 0s}},
        {{-5s, 6s}, 3s, {0s, 3s}},
    }));
    auto steps = steps_of(given);
    fit_into(steps, budget);
    CHECK(times_of(steps) == wanted);
}

TEST_CASE("a limit for all steps is taken from the last ones") {
    using Times = std::vector<Duration>;
    const auto [given, limit, wanted] = GENERATE(table<Times, Duration, Times>({
        {Times{}, 3s, Times{}},
        {{1s, 2s}, 3s, {1s, 2s}},
        {{1s, 2s}, k_forever, {1s, 2s}},
        {{20s, 1s}, 3s, {3s, 0s}},
        {{2s, 20s, 1s}, 3s, {2s, 1s, 0s}},
        {{1s, k_forever, 1s}, 10s, {1s, 9s, 0s}},
        {{k_forever, k_forever}, k_forever, {k_forever, k_forever}},
        {{-5s, 6s}, 3s, {0s, 3s}},
        {{5s, 6s}, -1s, {0s, 0s}},
    }));
    auto steps = steps_of(given);
    cut_to(steps, limit);
    CHECK(times_of(steps) == wanted);
}

TEST_CASE("the hook comes first, and shares the time for all steps") {
    StopOptions options{.steps = steps_of({20s, 10s}), .timeout = 45s, .pre_stop = 20s};
    CHECK(times_of(plan_stop(options)) == std::vector<Duration>{20s, 20s, 5s});
    CHECK(plan_stop(options)[0].method == StopMethod::pre_stop);
    options.pre_stop.reset();
    CHECK(times_of(plan_stop(options)) == std::vector<Duration>{20s, 10s});
    CHECK(plan_stop({.steps = {}, .timeout = k_forever, .pre_stop = {}}).empty());
}

TEST_CASE("Windows is told how long a stop takes at most before a shutdown") {
    constexpr Duration k_rest = k_kill_timeout + k_drain_time;
    CHECK(preshutdown_budget({}) == 20s + k_rest);
    CHECK(preshutdown_budget({.steps = {}}) == k_rest);
    CHECK(preshutdown_budget({.steps = steps_of({20s, 10s}), .timeout = k_forever, .pre_stop = 7s}) == 37s + k_rest);
    CHECK(preshutdown_budget({.steps = steps_of({20s, 10s}), .timeout = 12s, .pre_stop = 7s}) == 12s + k_rest);
    CHECK(preshutdown_budget({.steps = steps_of({k_forever})}) == 1h + k_rest);
    CHECK(preshutdown_budget({.steps = steps_of({k_forever}), .timeout = 90s}) == 90s + k_rest);
}

TEST_CASE("the time of all steps does not overflow") {
    CHECK(total_time(steps_of({})) == 0s);
    CHECK(total_time(steps_of({1s, 2s, -7s})) == 3s);
    CHECK(total_time(steps_of({1s, k_forever})) == k_forever);
    CHECK(total_time(steps_of({k_forever - 1s, 2s, 5s})) == k_forever);
}

TEST_CASE("a moment after another is never before it, and may be never") {
    const TimePoint now{1h};
    CHECK(after(now, 1s) == now + 1s);
    CHECK(after(now, -1s) == now);
    CHECK_FALSE(after(now, k_forever).has_value());
    CHECK_FALSE(after(now, k_forever - 1s).has_value());
    CHECK(after(TimePoint(-1h), k_forever - 1s).has_value());
    CHECK_FALSE(after(std::optional<TimePoint>(), 1s).has_value());
}

}  // namespace svcwrap::supervise
