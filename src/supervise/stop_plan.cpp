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

std::string_view name_of(StopMethod method) {
    constexpr std::array<std::string_view, 3> k_names{"ctrl-break", "ctrl-c", "terminate"};
    return k_names.at(static_cast<std::size_t>(method));
}

}  // namespace svcwrap::supervise
