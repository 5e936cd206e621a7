#include "app/logs_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "base/decimal.hpp"
#include "base/utf8.hpp"
#include "logs/level.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;

namespace {

// Local clocks as a line of their own.
using LocalTime = WallTime;

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> k_units{{
    {"seconds", "s"},
    {"second", "s"},
    {"secs", "s"},
    {"sec", "s"},
    {"minutes", "m"},
    {"minute", "m"},
    {"mins", "m"},
    {"min", "m"},
    {"hours", "h"},
    {"hour", "h"},
    {"hr", "h"},
    {"days", "d"},
    {"day", "d"},
    {"weeks", "w"},
    {"week", "w"},
    {"h", "h"},
}};

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// "1 hour 5 min" as "1h5m", which parse_duration knows.
std::string with_short_units(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
        const auto begin = std::ranges::find_if(text, is_letter);
        const auto end = std::find_if_not(begin, text.end(), is_letter);
        const std::string_view word(begin, end);
        const auto unit = std::ranges::find(k_units, word, &decltype(k_units)::value_type::first);
        out.append(text.begin(), begin);
        out += unit == k_units.end() ? word : unit->second;
        text = std::string_view(end, text.end());
    }
    std::erase(out, ' ');
    return out;
}

std::optional<WallTime> parse_ago(std::string_view text, WallTime now) {
    if (text.ends_with("ago")) text.remove_suffix(3);
    const auto duration = parse_duration(with_short_units(trimmed(text)));
    if (!duration || *duration == k_forever) return std::nullopt;
    return now - *duration;
}

// Where local clocks are put forward over it, both ways round lead to a moment beside the gap.
WallTime to_utc(LocalTime local, const UtcOffset& offset) {
    const WallTime early = local - offset(local - 24h);
    if (early + offset(early) == local) return early;
    const WallTime late = local - offset(local + 24h);
    return late + offset(late) == local ? late : early;
}

// Takes a number of that many digits and the character behind it.
std::optional<int> take_number(std::string_view& text, std::size_t digits, char behind) {
    const auto number = text.substr(0, digits);
    if (number.size() != digits || !std::ranges::all_of(number, is_digit)) return std::nullopt;
    int value = 0;
    std::from_chars(number.data(), number.data() + number.size(), value);
    text.remove_prefix(digits);
    if (behind != 0 && !text.empty()) {
        if (text.front() != behind) return std::nullopt;
        text.remove_prefix(1);
    }
    return value;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
    const auto year = take_number(text, 4, '-');
    const auto month = year ? take_number(text, 2, '-') : std::nullopt;
    const auto day = month ? take_number(text, 2, 0) : std::nullopt;
    if (!day) return std::nullopt;
    const auto date = std::chrono::year(*year) / *month / *day;
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

// "10", "10:00", "10:00:30", "10:00:30.5"; empty is midnight.
std::optional<Duration> parse_clock(std::string_view text) {
    if (text.empty()) return 0ms;
    const auto hour = take_number(text, 2, ':');
    const auto minute = hour && !text.empty() ? take_number(text, 2, ':') : std::nullopt;
    if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
    int second = 0;
    if (!text.empty()) {
        const auto read = take_number(text, 2, '.');
        if (!read || *read > 59) return std::nullopt;
        second = *read;
    }
    int thousandths = 0;
    for (int unit = 100; !text.empty() && unit > 0; unit /= 10, text.remove_prefix(1)) {
        if (!is_digit(text.front())) return std::nullopt;
        thousandths += unit * (text.front() - '0');
    }
    if (!text.empty()) return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(second) +
           Duration(thousandths);
}

std::optional<WallTime> parse_local(std::string_view text, WallTime now, const UtcOffset& offset) {
    auto day = std::chrono::floor<std::chrono::days>(now + offset(now));
    std::string_view rest = text;
    if (text.starts_with("today") || text.starts_with("yesterday")) {
        if (text.starts_with("yesterday")) day -= std::chrono::days(1);
        rest.remove_prefix(text.starts_with("today") ? 5 : 9);
    } else if (const auto date = take_date(rest)) {
        day = std::chrono::time_point_cast<std::chrono::days>(WallTime(*date));
    } else {
        rest = text;
        if (!rest.contains(':')) return std::nullopt;
    }
    if (rest.size() > 1 && (rest.front() == 't' || rest.front() == ' ')) rest.remove_prefix(1);
    const auto time = parse_clock(trimmed(rest));
    if (!time) return std::nullopt;
    return to_utc(LocalTime(day) + *time, offset);
}

}  // namespace

Result<WallTime> parse_moment(std::string_view text, WallTime now, const UtcOffset& offset) {
    const std::string lower = to_lower_ascii(trimmed(text));
    if (lower == "now") return now;
    if (const auto time = logs::parse_log_time(trimmed(text))) return *time;
    if (const auto time = parse_local(lower, now, offset)) return *time;
    if (const auto time = parse_ago(lower, now); time && !lower.empty()) return *time;
    return fail(ErrorKind::usage, "\"" + std::string(text) + "\" is no moment",
                "Write for example \"1 hour ago\", \"2026-11-21 10:00\", \"10:00\", \"yesterday\" or "
                "\"2026-11-21T10:00:00Z\".");
}

}  // namespace svcwrap::app
