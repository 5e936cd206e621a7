#pragma once
// How long to wait before the next restart, and when to give up: the only way to a restart that nobody asked for, so
// that no combination of settings and exits restarts in a loop that nothing counts. Pure.
#include <cstdint>
#include <deque>
#include <optional>

#include "base/time.hpp"
#include "supervise/options.hpp"
#include "supervise/restart_policy.hpp"

namespace svcwrap::supervise {

// The wait before restart number `earlier` + 1: delay * multiplier^earlier, at most max_delay, times a factor drawn
// from [1 - jitter, 1 + jitter) by `chance` in [0, 1), and again at most max_delay: jitter spreads restarts, it never
// exceeds the user's longest wait. At least 1 ms unless `delay` is zero. Nonsense in the options
// (not a number, a multiplier below 1, a jitter outside [0, 1]) is pulled to the nearest sense.
[[nodiscard]] Duration backoff_delay(const RestartOptions& options, std::uint32_t earlier, double chance);

class Backoff {
public:
    // Counts a restart and says how long to wait before it; nothing = more than `limit` restarts within
    // limit_interval, give up. A rule's own delay replaces the computed one; restart_now does not wait at all.
    [[nodiscard]] std::optional<Duration> next(const RestartOptions& options, const Verdict& verdict, TimePoint now,
                                               double chance);
    // A run proved stable, or someone restarted by hand: the delays start over. The limit still remembers.
    void start_over() { consecutive_ = 0; }
    // Restarts since the delays started over.
    [[nodiscard]] std::uint32_t consecutive() const { return consecutive_; }

private:
    [[nodiscard]] bool is_within_limit(const RestartOptions& options, TimePoint now);

    std::uint32_t consecutive_ = 0;
    std::deque<TimePoint> recent_;  // the restarts within limit_interval; at most `limit`
};

}  // namespace svcwrap::supervise
