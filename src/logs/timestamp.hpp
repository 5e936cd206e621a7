#pragma once
// The time in front of lines, made anew once in a millisecond at most.
#include <string>
#include <string_view>

#include "base/local_time.hpp"
#include "logs/options.hpp"

namespace svcwrap::logs {

// "2026-11-21T10:00:00.123Z", "2026-11-21T11:00:00.123+01:00".
[[nodiscard]] std::string timestamp_text(WallTime moment, Duration offset, Timestamps style);

class TimestampCache {
public:
    explicit TimestampCache(UtcOffset offset) : offset_(std::move(offset)) {}
    // Valid until the next call.
    [[nodiscard]] std::string_view text(WallTime moment, Timestamps style);

private:
    UtcOffset offset_;
    std::string text_;
    WallTime moment_{};
    Timestamps style_ = Timestamps::utc;
    // Zones change their clocks at full minutes.
    WallTime minute_{Duration::min()};
    Duration minute_offset_{};
};

}  // namespace svcwrap::logs
