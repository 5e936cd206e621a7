#include "logs/rotation_schedule.hpp"

#include <algorithm>

namespace svcwrap::logs {

namespace {

// Local clocks are moved by whole or half hours, so that an hour of theirs begins at most an hour from now.
WallTime next_hour(WallTime now, std::chrono::minutes at, const UtcOffset& offset) {
    const auto past = at % std::chrono::hours(1);
    const WallTime local = now + offset(now) - past;
    return std::chrono::floor<std::chrono::hours>(local) + std::chrono::hours(1) + past - offset(now);
}

WallTime next_week(WallTime now, const RotateOptions& options, const UtcOffset& offset) {
    WallTime next = now;
    for (int day = 0; day < 8; ++day) {
        next = next_time_of_day(next, options.at, offset);
        const std::chrono::weekday weekday(std::chrono::floor<std::chrono::days>(next + offset(next)));
        if (weekday == options.weekday) {
            break;
        }
    }
    return next;
}

}  // namespace

std::optional<WallTime> next_rotation(WallTime now, const RotateOptions& options, const UtcOffset& offset) {
    switch (options.interval) {
        case RotateInterval::never:
            return std::nullopt;
        case RotateInterval::hourly:
            return next_hour(now, options.at, offset);
        case RotateInterval::daily:
            return next_time_of_day(now, options.at, offset);
        case RotateInterval::weekly:
            return next_week(now, options, offset);
    }
    return std::nullopt;
}

}  // namespace svcwrap::logs
