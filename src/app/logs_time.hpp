#pragma once
// Moments as people write them. Pure.
#include <string_view>

#include "base/error.hpp"
#include "base/local_time.hpp"

namespace svcwrap::app {

// "1 hour ago", "90 min ago", "2d" (so long ago), "now", "today", "yesterday", "2026-11-21", "2026-11-21 10:00",
// "10:00:30" (today), all in local time, and ISO 8601 with a zone. A local time that the clocks skip is the moment of
// the change; of two that look the same, the first. Errors: usage, with examples.
[[nodiscard]] Result<WallTime> parse_moment(std::string_view text, WallTime now, const UtcOffset& offset);

}  // namespace svcwrap::app
