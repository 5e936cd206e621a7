#include "base/local_time.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/decimal.hpp"

namespace svcwrap {
namespace {

using namespace std::chrono_literals;

// Clocks on Earth are 12 h behind to 14 h ahead of UTC; a change may be as long as a day (the date line).
constexpr Duration k_widest_offset = 27h;
// No zone changes its clocks twice within this.
constexpr Duration k_step = 1h;

// The first moment after `start`, at which its offset still holds, of another offset; `limit` if there is none before.
WallTime next_change(WallTime start, WallTime limit, const UtcOffset& offset) {
    const auto before = offset(start);
    auto same = start;
    auto other = std::min(start + k_step, limit);
    while (offset(other) == before) {
        if (other == limit) return limit;
        same = other;
        other = std::min(other + k_step, limit);
    }
    while (other - same > 1ms) {
        const auto middle = same + (other - same) / 2;
        (offset(middle) == before ? same : other) = middle;
    }
    return other;
}

// The first moment at which local clocks show `local` or later. Between two changes local time is UTC and an offset.
WallTime first_reached(WallTime local, const UtcOffset& offset) {
    const auto limit = local + k_widest_offset;
    auto start = local - k_widest_offset;
    while (start < limit) {
        const auto end = next_change(start, limit, offset);
        const auto reached = std::max(start, local - offset(start));
        if (reached < end) return reached;
        start = end;
    }
    return limit;
}

int two_digits(std::string_view text) {
    int value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool has_form(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return false;
    return is_digit(text[0]) && is_digit(text[1]) && is_digit(text[3]) && is_digit(text[4]);
}

std::string padded(std::int64_t value) {
    const auto digits = std::to_string(value);
    return digits.size() < 2 ? "0" + digits : digits;
}

}  // namespace

Result<TimeOfDay> parse_time_of_day(std::string_view text) {
    const bool formed = has_form(text);
    const int hour = formed ? two_digits(text.substr(0, 2)) : -1;
    const int minute = formed ? two_digits(text.substr(3)) : -1;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return fail(ErrorKind::usage, "\"" + std::string(text) + "\" is not a time of day",
                    "write hours and minutes, 00:00 to 23:59, for example \"03:30\"");
    }
    return std::chrono::hours(hour) + std::chrono::minutes(minute);
}

std::string time_of_day_text(TimeOfDay time) {
    return padded(time.count() / 60) + ':' + padded(time.count() % 60);
}

WallTime next_time_of_day(WallTime now, TimeOfDay at, const UtcOffset& offset) {
    auto day = std::chrono::floor<std::chrono::days>(now + offset(now));
    // Of the days before this one it has been that time already.
    auto next = first_reached(day + at, offset);
    while (next <= now) {
        day += std::chrono::days(1);
        next = first_reached(day + at, offset);
    }
    return next;
}

}  // namespace svcwrap
