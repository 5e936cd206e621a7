#pragma once
// How bad a line is, and when it was, as the world's loggers write it.
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace svcwrap::logs {

enum class Level : std::uint8_t { trace, debug, info, warn, error, fatal };

// "trace" ... "fatal".
[[nodiscard]] std::string_view name_of(Level level);
// By name, in any case ("WARNING", "err", "Information", "notice", "critical", "panic"), or by the numbers of bunyan
// and pino (10 to 60). Nothing for anything else.
[[nodiscard]] std::optional<Level> parse_level(std::string_view text);

// "2026-11-21T10:00:00.123Z", "2026-11-21 11:00:00,123456+01:00": ISO 8601 with a zone; digits beyond milliseconds are
// cut off. Nothing for anything else.
[[nodiscard]] std::optional<WallTime> parse_log_time(std::string_view text);
// Seconds since 1970, with a fraction or not, or milliseconds, microseconds, nanoseconds, told apart by their size.
// Years 2001 to 2286.
[[nodiscard]] std::optional<WallTime> parse_epoch_time(std::string_view number);

}  // namespace svcwrap::logs
