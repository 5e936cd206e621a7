#include "logs/timestamp.hpp"

#include <chrono>
#include <cstdlib>

namespace svcwrap::logs {

namespace {

void append_two(std::string& out, std::int64_t value) {
    out += static_cast<char>('0' + value / 10 % 10);
    out += static_cast<char>('0' + value % 10);
}

}  // namespace

std::string timestamp_text(WallTime moment, Duration offset, Timestamps style) {
    if (style == Timestamps::utc) {
        return to_iso8601(moment);
    }
    std::string text = to_iso8601(moment + offset);
    text.pop_back();
    text += offset < Duration::zero() ? '-' : '+';
    const std::int64_t minutes = std::abs(std::chrono::duration_cast<std::chrono::minutes>(offset).count());
    append_two(text, minutes / 60);
    text += ':';
    append_two(text, minutes % 60);
    return text;
}

std::string_view TimestampCache::text(WallTime moment, Timestamps style) {
    if (moment == moment_ && style == style_ && !text_.empty()) {
        return text_;
    }
    if (style == Timestamps::local) {
        if (const WallTime minute = std::chrono::floor<std::chrono::minutes>(moment); minute != minute_) {
            minute_ = minute;
            minute_offset_ = offset_(moment);
        }
    }
    text_ = timestamp_text(moment, minute_offset_, style);
    moment_ = moment;
    style_ = style;
    return text_;
}

}  // namespace svcwrap::logs
