#include "supervise/backoff.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "supervise/moment.hpp"

namespace svcwrap::supervise {
namespace {

double within(double value, double low, double high) {
    return std::isnan(value) ? low : std::clamp(value, low, high);
}

// Far below the largest number of milliseconds, far above any wait that is meant.
constexpr double k_longest = 1e15;

Duration to_duration(double milliseconds) {
    return Duration(std::llround(within(milliseconds, 1.0, k_longest)));
}

}  // namespace

Duration backoff_delay(const RestartOptions& options, std::uint32_t earlier, double chance) {
    if (options.delay <= Duration::zero()) return Duration::zero();
    const double multiplier = within(options.multiplier, 1.0, std::numeric_limits<double>::max());
    const double jitter = within(options.jitter, 0.0, 1.0);
    const double grown = static_cast<double>(options.delay.count()) * std::pow(multiplier, earlier);
    const double longest = static_cast<double>(options.max_delay.count());
    const double drawn = std::min(grown, longest) * (1.0 - jitter + 2.0 * jitter * within(chance, 0.0, 1.0));
    return to_duration(std::min(drawn, longest));
}

std::optional<Duration> Backoff::next(const RestartOptions& options, const Verdict& verdict, TimePoint now,
                                      double chance) {
    if (!is_within_limit(options, now)) return std::nullopt;
    const std::uint32_t earlier = consecutive_;
    if (consecutive_ < std::numeric_limits<std::uint32_t>::max()) ++consecutive_;
    if (verdict.action == RuleAction::restart_now) return Duration::zero();
    return verdict.delay ? *verdict.delay : backoff_delay(options, earlier, chance);
}

bool Backoff::is_within_limit(const RestartOptions& options, TimePoint now) {
    if (options.limit == 0) return true;
    const auto is_over = [&](TimePoint restart) {
        const auto end = after(restart, options.limit_interval);
        return end && *end <= now;
    };
    while (!recent_.empty() && is_over(recent_.front())) recent_.pop_front();
    if (recent_.size() >= options.limit) return false;
    recent_.push_back(now);
    return true;
}

}  // namespace svcwrap::supervise
