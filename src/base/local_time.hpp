#pragma once
// Local clock times on a line of UTC moments, for any time zone with any daylight-saving rules. Pure: the zone is a
// function.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"

namespace svcwrap {

// How much local time is ahead of UTC at a moment (platform::Clock::utc_offset).
using UtcOffset = std::function<Duration(WallTime)>;

// A time of day, counted from midnight.
using TimeOfDay = std::chrono::minutes;
// "03:30", 00:00 to 23:59. Errors: usage.
[[nodiscard]] Result<TimeOfDay> parse_time_of_day(std::string_view text);
[[nodiscard]] std::string time_of_day_text(TimeOfDay time);

// The first moment later than `now` at which local clocks show `at`, once a local day: where the clocks are put forward
// over it, the moment of the change; where they are put back over it, the first of the two.
[[nodiscard]] WallTime next_time_of_day(WallTime now, TimeOfDay at, const UtcOffset& offset);

}  // namespace svcwrap
