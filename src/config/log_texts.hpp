#pragma once
// Settings of the logs that have a text form of their own.
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "logs/options.hpp"

namespace svcwrap::config {

// "10000 lines/30s". Errors: usage, naming the text and the form.
[[nodiscard]] Result<logs::RateLimit> parse_rate_limit(std::string_view text);
[[nodiscard]] std::string rate_limit_text(const logs::RateLimit& limit);

// When a log is rotated by the clock: "03:30", "Monday 03:30". Errors: usage.
struct RotationTime {
    std::optional<std::chrono::weekday> weekday;
    std::chrono::minutes at{};
};
[[nodiscard]] Result<RotationTime> parse_rotation_time(std::string_view text);
// With the day of the week only if it is not Monday, which is the default.
[[nodiscard]] std::string rotation_time_text(const logs::RotateOptions& rotate);

}  // namespace svcwrap::config
