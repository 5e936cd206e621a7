#pragma once
// A clock that stands still until it is told to move; a sleep moves it and returns at once. Thread-safe.
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>

#include "platform/system.hpp"

namespace svcwrap::testing {

class FakeClock final : public platform::Clock {
public:
    // 2026-11-21T10:00:00Z.
    static constexpr WallTime k_start{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} +
                                      std::chrono::hours{10}};

    [[nodiscard]] TimePoint now() const override { return TimePoint(Duration(monotonic_.load())); }
    [[nodiscard]] WallTime wall_now() const override { return WallTime(Duration(wall_.load())); }
    void sleep(Duration duration) override;
    [[nodiscard]] Duration utc_offset(WallTime moment) const override;

    // Both clocks.
    void advance(Duration duration);
    // Somebody set the system's clock; the monotonic one does not notice.
    void set_wall(WallTime time) { wall_ = time.time_since_epoch().count(); }

    // The rules of the time zone; without any, local time is UTC.
    void set_utc_offset(std::function<Duration(WallTime)> offset);

    // All the time that was slept, and how often.
    [[nodiscard]] Duration slept() const { return Duration(slept_.load()); }
    [[nodiscard]] std::size_t sleeps() const { return sleeps_.load(); }

private:
    std::atomic<Duration::rep> monotonic_{1'000'000};
    std::atomic<Duration::rep> wall_{k_start.time_since_epoch().count()};
    std::atomic<Duration::rep> slept_{0};
    std::atomic<std::size_t> sleeps_{0};
    mutable std::mutex mutex_;
    std::function<Duration(WallTime)> utc_offset_;
};

}  // namespace svcwrap::testing
