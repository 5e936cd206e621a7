#include "config/log_texts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/decimal.hpp"
#include "base/local_time.hpp"
#include "base/utf8.hpp"

namespace svcwrap::config {
namespace {

constexpr std::array<std::string_view, 7> k_days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                 "Thursday", "Friday", "Saturday"};

std::unexpected<Error> bad_rate_limit(std::string_view text, std::string_view why) {
    return fail(ErrorKind::usage, "\"" + std::string(text) + "\" is not a rate: " + std::string(why),
                "write for example \"10000 lines/30s\", or \"\" for no limit");
}

std::string_view trimmed_end(std::string_view text) {
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

}  // namespace

Result<logs::RateLimit> parse_rate_limit(std::string_view text) {
    auto rest = text;
    const auto number = take_decimal(rest);
    const auto lines = number ? scale(*number, 1) : std::nullopt;
    if (!lines || *lines == 0) return bad_rate_limit(text, "it does not begin with a whole number of lines");
    const auto slash = rest.find('/');
    const auto word = trimmed_end(skip_spaces(rest.substr(0, slash)));
    if (word != "lines" && word != "line") return bad_rate_limit(text, "the word \"lines\" is missing");
    if (slash == std::string_view::npos) return bad_rate_limit(text, "the time behind a \"/\" is missing");
    const auto per = parse_duration(skip_spaces(rest.substr(slash + 1)));
    if (!per) return bad_rate_limit(text, per.error().message);
    if (*per <= Duration::zero() || *per == k_forever) return bad_rate_limit(text, "the time must be longer than none");
    return logs::RateLimit{.lines = *lines, .per = *per};
}

std::string rate_limit_text(const logs::RateLimit& limit) {
    return std::to_string(limit.lines) + " lines/" + to_text(limit.per);
}

Result<RotationTime> parse_rotation_time(std::string_view text) {
    RotationTime time;
    const auto blank = text.find(' ');
    if (blank != std::string_view::npos) {
        const auto word = text.substr(0, blank);
        const auto day = std::ranges::find_if(k_days, [&](auto name) { return equals_ignoring_case(name, word); });
        if (day == k_days.end()) {
            return fail(ErrorKind::usage, "\"" + std::string(word) + "\" is no day of the week",
                        "write for example \"Monday 03:30\"");
        }
        time.weekday = std::chrono::weekday(static_cast<unsigned>(day - k_days.begin()));
        text = skip_spaces(text.substr(blank));
    }
    const auto at = parse_time_of_day(text);
    if (!at) return std::unexpected(at.error());
    time.at = *at;
    return time;
}

std::string rotation_time_text(const logs::RotateOptions& rotate) {
    const auto time = time_of_day_text(rotate.at);
    if (rotate.weekday == std::chrono::Monday) return time;
    return std::string(k_days.at(rotate.weekday.c_encoding())) + ' ' + time;
}

}  // namespace svcwrap::config
