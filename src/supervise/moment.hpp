#pragma once
// Points in time that cannot overflow.
#include <algorithm>
#include <optional>

#include "base/time.hpp"

namespace svcwrap::supervise {

// The moment `wait` after `now`; nothing = never (k_forever, or further away than the clock can say). A negative wait
// counts as none.
[[nodiscard]] inline std::optional<TimePoint> after(TimePoint now, Duration wait) {
    const Duration ahead = std::max(wait, Duration::zero());
    if (ahead == k_forever || now > TimePoint::max() - ahead) return std::nullopt;
    return now + ahead;
}

// The same from a moment that may be "never" itself.
[[nodiscard]] inline std::optional<TimePoint> after(std::optional<TimePoint> moment, Duration wait) {
    return moment ? after(*moment, wait) : std::nullopt;
}

}  // namespace svcwrap::supervise
