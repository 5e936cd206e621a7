#pragma once
// The two clocks of svcwrap as types, and durations as text. Pure rooms get both as arguments.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace svcwrap {

using Duration = std::chrono::milliseconds;
// Monotonic: for deadlines and ages. Not affected by setting the system's clock.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;
// Wall clock, UTC: for what people and files see.
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

inline constexpr Duration k_forever = Duration::max();  // written "never"

// Parses "250ms", "90s", "1.5h", "5m", "1d", "1h30m", "1h 30m", "2w" and "never"; a bare "0" is zero. No sign, no bare
// numbers, whole milliseconds, at most 36500 days (so that adding it to a time cannot overflow).
// Errors: ErrorKind::usage, naming the text and the units that are allowed.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

// What parse_duration reads back to the same value, in days to milliseconds: "1h30m", "10d", "250ms", "0s", "never".
// A negative duration is written as "0s".
[[nodiscard]] std::string to_text(Duration duration);

// For people, cut off, never rounded up: "3 d 4 h", "1 h 5 min", "12 s", "0.3 s", "30 ms"; two units at most.
[[nodiscard]] std::string to_human(Duration duration);

// "2026-11-21T10:00:00.123Z".
[[nodiscard]] std::string to_iso8601(WallTime time);
[[nodiscard]] Result<WallTime> parse_iso8601(std::string_view text);

}  // namespace svcwrap
