#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>

#include "base/decimal.hpp"

namespace svcwrap {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t milliseconds;
    std::string_view human;
};

// Weeks are read but not written: "10d" says more than "1w3d".
constexpr std::array k_units{
    Unit{"w", 604'800'000, ""}, Unit{"d", 86'400'000, "d"}, Unit{"h", 3'600'000, "h"},
    Unit{"m", 60'000, "min"},   Unit{"s", 1'000, "s"},      Unit{"ms", 1, "ms"},
};
constexpr std::size_t k_first_written = 1;

constexpr std::uint64_t k_longest = 36'500 * 86'400'000ULL;

std::unexpected<Error> bad_duration(std::string_view text, std::string_view why) {
    return fail(
        ErrorKind::usage, "\"" + std::string(text) + "\" is not a duration: " + std::string(why),
        "write a number and a unit (ms, s, m, h, d, w), for example \"90s\", \"5m\" or \"1h30m\", or \"never\"");
}

std::size_t find_unit(std::string_view name) {
    for (std::size_t i = 0; i < k_units.size(); ++i) {
        if (k_units[i].name == name) return i;
    }
    return k_units.size();
}

// Adds the parts of "1h30m" to `total`; the reason if one is wrong.
std::string_view add_parts(std::string_view rest, std::uint64_t& total) {
    std::size_t next_unit = 0;
    while (!rest.empty()) {
        const auto number = take_decimal(rest);
        if (!number) return "a number is missing or too long";
        rest = skip_spaces(rest);
        const auto unit = find_unit(take_letters(rest));
        if (unit == k_units.size()) return "a unit is missing or unknown";
        if (unit < next_unit) return "units go from large to small, each once";
        next_unit = unit + 1;
        const auto part = scale(*number, k_units[unit].milliseconds);
        if (!part) return "it is no whole number of milliseconds";
        if (*part > k_longest - total) return "it is longer than 36500 days";
        total += *part;
        const bool more = !rest.empty();
        rest = skip_spaces(rest);
        if (more && rest.empty()) return "spaces stand behind it";
    }
    return {};
}

std::string tenths(std::uint64_t milliseconds) {
    const auto value = milliseconds / 100;
    auto text = std::to_string(value / 10);
    if (value % 10 != 0) text += '.' + std::to_string(value % 10);
    return text;
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
    const auto digits = std::to_string(value);
    out.append(width > digits.size() ? width - digits.size() : 0, '0').append(digits);
}

// Reads exactly `width` digits and the character behind them.
std::optional<int> take_field(std::string_view& text, std::size_t width, char separator) {
    if (text.size() <= width || text[width] != separator) return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + width, value);
    if (error != std::errc() || end != text.data() + width || !is_digit(text[0])) return std::nullopt;
    text.remove_prefix(width + 1);
    return value;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
    const auto year = take_field(text, 4, '-');
    const auto month = year ? take_field(text, 2, '-') : std::nullopt;
    const auto day = month ? take_field(text, 2, 'T') : std::nullopt;
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

// "05Z" or "05.123Z"; digits beyond milliseconds are cut off.
std::optional<Duration> take_seconds(std::string_view text) {
    const auto seconds = text.contains('.') ? take_field(text, 2, '.') : take_field(text, 2, 'Z');
    if (!seconds || *seconds > 59) return std::nullopt;
    if (text.empty()) return std::chrono::seconds(*seconds);
    std::string digits(text.substr(0, text.size() - 1));
    if (!text.ends_with('Z') || digits.empty() || digits.size() > 9) return std::nullopt;
    if (digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    digits.resize(3, '0');
    return std::chrono::seconds(*seconds) + Duration(std::stoi(digits));
}

std::optional<Duration> take_clock(std::string_view text) {
    const auto hour = take_field(text, 2, ':');
    const auto minute = hour ? take_field(text, 2, ':') : std::nullopt;
    const auto second = minute ? take_seconds(text) : std::nullopt;
    if (!second || *hour > 23 || *minute > 59) return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + *second;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
    if (text == "never") return k_forever;
    if (text == "0") return Duration::zero();
    if (text.empty()) return bad_duration(text, "it is empty");
    std::uint64_t total = 0;
    if (const auto why = add_parts(text, total); !why.empty()) return bad_duration(text, why);
    return Duration(static_cast<Duration::rep>(total));
}

std::string to_text(Duration duration) {
    if (duration == k_forever) return "never";
    if (duration <= Duration::zero()) return "0s";
    auto rest = static_cast<std::uint64_t>(duration.count());
    std::string out;
    for (auto i = k_first_written; i < k_units.size(); ++i) {
        if (const auto count = rest / k_units[i].milliseconds; count != 0) {
            out.append(std::to_string(count)).append(k_units[i].name);
        }
        rest %= k_units[i].milliseconds;
    }
    return out;
}

std::string to_human(Duration duration) {
    if (duration == k_forever) return "never";
    if (duration < Duration::zero()) return "-" + to_human(-std::max(duration, -k_forever + Duration(1)));
    const auto milliseconds = static_cast<std::uint64_t>(duration.count());
    if (milliseconds != 0 && milliseconds < 100) return std::to_string(milliseconds) + " ms";
    if (milliseconds < 10'000) return tenths(milliseconds) + " s";
    auto i = k_first_written;
    while (milliseconds < k_units[i].milliseconds) ++i;
    const auto [name, unit, human] = k_units[i];
    auto out = std::to_string(milliseconds / unit).append(" ").append(human);
    const auto& next = k_units[i + 1];
    const auto count = milliseconds % unit / next.milliseconds;
    if (count != 0 && next.milliseconds >= 1000) {
        out.append(" ").append(std::to_string(count)).append(" ").append(next.human);
    }
    return out;
}

std::string to_iso8601(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::string out;
    append_padded(out, static_cast<int>(date.year()), 4);
    append_padded(out += '-', static_cast<unsigned>(date.month()), 2);
    append_padded(out += '-', static_cast<unsigned>(date.day()), 2);
    append_padded(out += 'T', clock.hours().count(), 2);
    append_padded(out += ':', clock.minutes().count(), 2);
    append_padded(out += ':', clock.seconds().count(), 2);
    append_padded(out += '.', clock.subseconds().count(), 3);
    return out += 'Z';
}

Result<WallTime> parse_iso8601(std::string_view text) {
    auto rest = text;
    const auto date = take_date(rest);
    const auto clock = date ? take_clock(rest) : std::nullopt;
    if (!clock) {
        return fail(ErrorKind::usage,
                    "\"" + std::string(text) + "\" is not a UTC time such as 2026-11-21T10:00:00.123Z");
    }
    return WallTime(*date) + *clock;
}

}  // namespace svcwrap
