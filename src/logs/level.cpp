#include "logs/level.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <system_error>

#include "base/decimal.hpp"
#include "base/utf8.hpp"

namespace svcwrap::logs {

namespace {

struct LevelName {
    std::string_view name;
    Level level;
};

constexpr std::array k_names{
    LevelName{"trace", Level::trace},      LevelName{"verbose", Level::trace}, LevelName{"finest", Level::trace},
    LevelName{"debug", Level::debug},      LevelName{"fine", Level::debug},    LevelName{"info", Level::info},
    LevelName{"information", Level::info}, LevelName{"notice", Level::info},   LevelName{"warn", Level::warn},
    LevelName{"warning", Level::warn},     LevelName{"error", Level::error},   LevelName{"err", Level::error},
    LevelName{"severe", Level::error},     LevelName{"fatal", Level::fatal},   LevelName{"critical", Level::fatal},
    LevelName{"crit", Level::fatal},       LevelName{"alert", Level::fatal},   LevelName{"emerg", Level::fatal},
    LevelName{"emergency", Level::fatal},  LevelName{"panic", Level::fatal},   LevelName{"dpanic", Level::fatal},
    LevelName{"10", Level::trace},         LevelName{"20", Level::debug},      LevelName{"30", Level::info},
    LevelName{"40", Level::warn},          LevelName{"50", Level::error},      LevelName{"60", Level::fatal},
};

// `width` digits at the front of the text, taken off it.
std::optional<unsigned> take_number(std::string_view& text, std::size_t width) {
    if (text.size() < width || !std::ranges::all_of(text.substr(0, width), is_digit)) {
        return std::nullopt;
    }
    unsigned value = 0;
    std::from_chars(text.data(), text.data() + width, value);
    text.remove_prefix(width);
    return value;
}

bool take_any(std::string_view& text, std::string_view choices) {
    if (text.empty() || !choices.contains(text.front())) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || !take_any(text, "-")) {
        return std::nullopt;
    }
    const auto month = take_number(text, 2);
    if (!month || !take_any(text, "-")) {
        return std::nullopt;
    }
    const auto day = take_number(text, 2);
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                           std::chrono::day(day.value_or(0))};
    return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

std::optional<Duration> take_fraction(std::string_view& text) {
    if (!take_any(text, ".,")) {
        return Duration::zero();
    }
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits) {
        value = digits < 3 ? value * 10 + (text.front() - '0') : value;
    }
    for (std::size_t i = digits; i < 3; ++i) {
        value *= 10;
    }
    return digits > 0 ? std::optional(Duration(value)) : std::nullopt;
}

std::optional<Duration> take_clock(std::string_view& text) {
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take_any(text, ":")) {
        return std::nullopt;
    }
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59 || !take_any(text, ":")) {
        return std::nullopt;
    }
    const auto second = take_number(text, 2);
    const auto fraction = take_fraction(text);
    if (!second || *second > 60 || !fraction) {
        return std::nullopt;
    }
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) + *fraction;
}

std::optional<Duration> take_zone(std::string_view& text) {
    if (take_any(text, "Zz")) {
        return Duration::zero();
    }
    const bool is_behind = text.starts_with('-');
    if (!take_any(text, "+-")) {
        return std::nullopt;
    }
    const auto hours = take_number(text, 2);
    take_any(text, ":");
    const auto minutes = take_number(text, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) {
        return std::nullopt;
    }
    const Duration offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return is_behind ? -offset : offset;
}

}  // namespace

std::string_view name_of(Level level) {
    constexpr std::array<std::string_view, 6> k_texts{"trace", "debug", "info", "warn", "error", "fatal"};
    return k_texts[static_cast<std::size_t>(level)];
}

std::optional<Level> parse_level(std::string_view text) {
    const auto found =
        std::ranges::find_if(k_names, [&](const LevelName& known) { return equals_ignoring_case(known.name, text); });
    return found == k_names.end() ? std::nullopt : std::optional(found->level);
}

std::optional<WallTime> parse_log_time(std::string_view text) {
    const auto date = take_date(text);
    if (!date || !take_any(text, "Tt ")) {
        return std::nullopt;
    }
    const auto clock = take_clock(text);
    if (!clock) {
        return std::nullopt;
    }
    const auto zone = take_zone(text);
    if (!zone || !text.empty()) {
        return std::nullopt;
    }
    return WallTime(*date + *clock - *zone);
}

std::optional<WallTime> parse_epoch_time(std::string_view number) {
    double value = 0;
    const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
    if (result.ec != std::errc() || result.ptr != number.data() + number.size()) {
        return std::nullopt;
    }
    for (const double per_millisecond : {0.001, 1.0, 1e3, 1e6}) {
        const double milliseconds = value / per_millisecond;
        if (milliseconds >= 1e12 && milliseconds < 1e13) {
            return WallTime(Duration(static_cast<std::int64_t>(std::floor(milliseconds + 1e-3))));
        }
    }
    return std::nullopt;
}

}  // namespace svcwrap::logs
