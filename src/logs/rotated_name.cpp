#include "logs/rotated_name.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace svcwrap::logs {

namespace {

constexpr std::string_view k_extension = ".log";
constexpr std::string_view k_pattern = "00000000T000000.000Z";  // 0 stands for a digit

void append_digits(std::string& out, unsigned value, std::size_t width) {
    const std::string digits = std::to_string(value);
    out.append(width - std::min(width, digits.size()), '0');
    out += digits;
}

bool fits_pattern(std::string_view text) {
    const auto fits = [](char c, char pattern) { return pattern == '0' ? c >= '0' && c <= '9' : c == pattern; };
    return std::ranges::equal(text, k_pattern, fits);
}

unsigned number_at(std::string_view text, std::size_t start, std::size_t width) {
    unsigned value = 0;
    std::from_chars(text.data() + start, text.data() + start + width, value);
    return value;
}

std::optional<WallTime> parse_moment(std::string_view text) {
    if (!fits_pattern(text)) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(number_at(text, 0, 4))),
                                           std::chrono::month(number_at(text, 4, 2)),
                                           std::chrono::day(number_at(text, 6, 2))};
    const unsigned hour = number_at(text, 9, 2);
    const unsigned minute = number_at(text, 11, 2);
    const unsigned second = number_at(text, 13, 2);
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    // A WallTime first: hours and minutes may have 32 bits, too few for those since 1970 in a year that a name can say.
    return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second) + Duration(number_at(text, 16, 3));
}

}  // namespace

std::string current_name(std::string_view stream) {
    return std::string(stream).append(k_extension);
}

std::string rotated_name(std::string_view stream, WallTime moment) {
    const auto midnight = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(midnight);
    const std::chrono::hh_mm_ss time(moment - midnight);
    std::string name(stream);
    name += '.';
    append_digits(name, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    append_digits(name, static_cast<unsigned>(date.month()), 2);
    append_digits(name, static_cast<unsigned>(date.day()), 2);
    name += 'T';
    append_digits(name, static_cast<unsigned>(time.hours().count()), 2);
    append_digits(name, static_cast<unsigned>(time.minutes().count()), 2);
    append_digits(name, static_cast<unsigned>(time.seconds().count()), 2);
    name += '.';
    append_digits(name, static_cast<unsigned>(time.subseconds().count()), 3);
    name += 'Z';
    return name.append(k_extension);
}

std::optional<WallTime> parse_rotated_name(std::string_view stream, std::string_view file) {
    if (file.size() != stream.size() + 1 + k_pattern.size() + k_extension.size() || !file.starts_with(stream) ||
        file[stream.size()] != '.' || !file.ends_with(k_extension)) {
        return std::nullopt;
    }
    return parse_moment(file.substr(stream.size() + 1, k_pattern.size()));
}

bool is_like_rotated(std::string_view stream) {
    constexpr std::size_t k_size = 1 + k_pattern.size();
    return stream.size() > k_size &&
           parse_rotated_name(stream.substr(0, stream.size() - k_size), current_name(stream)).has_value();
}

std::optional<RotatedNameParts> parse_any_rotated_name(std::string_view stream, std::string_view file) {
    FileState state = FileState::plain;
    if (file.ends_with(k_unfinished_extension)) {
        file.remove_suffix(k_unfinished_extension.size());
        state = FileState::unfinished;
    }
    if (file.ends_with(k_compressed_extension)) {
        file.remove_suffix(k_compressed_extension.size());
        state = state == FileState::plain ? FileState::compressed : state;
    } else if (state == FileState::unfinished) {
        return std::nullopt;
    }
    const auto moment = parse_rotated_name(stream, file);
    return moment ? std::optional(RotatedNameParts{.moment = *moment, .state = state}) : std::nullopt;
}

}  // namespace svcwrap::logs
