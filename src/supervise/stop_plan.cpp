#include "supervise/stop_plan.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace svcwrap::supervise {

Duration total_time(std::span<const StopStep> steps) {
    Duration total{};
    for (const StopStep& step : steps) {
        const Duration time = std::max(step.timeout, Duration::zero());
        if (time >= k_forever - total) return k_forever;
        total += time;
    }
    return total;
}

void fit_into(std::span<StopStep> steps, Duration budget) {
    const Duration limit = std::max(budget, Duration::zero());
    if (total_time(steps) <= limit) return;
    for (StopStep& step : steps) step.timeout = std::clamp(step.timeout, Duration::zero(), limit);
    const Duration total = total_time(steps);
    if (total <= limit) return;
    const double share = static_cast<double>(limit.count()) / static_cast<double>(total.count());
    for (StopStep& step : steps)
        step.timeout = Duration(static_cast<Duration::rep>(static_cast<double>(step.timeout.count()) * share));
}

void cut_to(std::span<StopStep> steps, Duration limit) {
    Duration left = std::max(limit, Duration::zero());
    for (StopStep& step : steps) {
        step.timeout = std::clamp(step.timeout, Duration::zero(), left);
        if (left != k_forever) left -= step.timeout;
    }
}

std::vector<StopStep> plan_stop(const StopOptions& options) {
    std::vector<StopStep> steps;
    steps.reserve(options.steps.size() + 1);
    if (options.pre_stop) steps.push_back({.method = StopMethod::pre_stop, .timeout = *options.pre_stop});
    steps.insert(steps.end(), options.steps.begin(), options.steps.end());
    cut_to(steps, options.timeout);
    return steps;
}

Duration preshutdown_budget(const StopOptions& options) {
    constexpr Duration k_endless = std::chrono::hours(1);
    Duration sum = k_kill_timeout + k_drain_time;
    for (const StopStep& step : plan_stop(options)) sum += std::min(step.timeout, k_endless);
    return sum;
}

std::string_view name_of(StopMethod method) {
    constexpr std::array<std::string_view, 8> k_names{"ctrl-break", "ctrl-c", "close-window", "stdin",
                                                      "command",    "wait",   "terminate",    "pre-stop"};
    return k_names.at(static_cast<std::size_t>(method));
}

}  // namespace svcwrap::supervise
