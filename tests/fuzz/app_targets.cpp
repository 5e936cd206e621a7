#include <chrono>
#include <string_view>

#include "app/logs_time.hpp"
#include "base/local_time.hpp"
#include "fuzz/demand.hpp"
#include "fuzz/targets.hpp"

namespace svcwrap::fuzz {

using namespace std::chrono_literals;

namespace {

// A zone whose clocks are put forward and back at the moments that the bytes say.
UtcOffset zone_of(std::uint8_t base, std::uint8_t hour) {
    const Duration winter = std::chrono::minutes(15 * (base % 105) - 12 * 60);
    return [winter, hour](WallTime moment) {
        const auto hours = std::chrono::floor<std::chrono::hours>(moment.time_since_epoch()).count();
        const bool is_summer = (hours + hour) / 4380 % 2 != 0;
        return is_summer ? winter + 1h : winter;
    };
}

}  // namespace

void parse_moments(const std::uint8_t* data, std::size_t size) {
    if (size < 3) {
        return;
    }
    const UtcOffset zone = zone_of(data[0], data[1]);
    const WallTime now = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)) + data[2] * 37h;
    const std::string_view text = text_of(data + 3, size - 3);
    if (const auto moment = app::parse_moment(text, now, zone)) {
        demand(*moment > now - 1'000'000 * 24h && *moment < now + 3'000'000 * 24h);
    }
    if (const auto at = parse_time_of_day(text)) {
        const WallTime next = next_time_of_day(now, *at, zone);
        demand(next > now && next <= now + 50h);
    }
}

}  // namespace svcwrap::fuzz
