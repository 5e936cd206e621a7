#pragma once
// Restarts by the clock.
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>

#include "config/service_config.hpp"
#include "host/loop_context.hpp"

namespace svcwrap::host {

// How often the clock on the wall is looked at while a restart by time of day is further away than this: it may be set,
// and the machine may sleep.
inline constexpr Duration k_schedule_check_interval = std::chrono::hours(1);

// Lives on the control loop.
class Schedule {
public:
    // `due` is called on the loop at each moment of the schedule.
    Schedule(LoopContext context, std::function<void()> due);

    // Counts anew from these settings. `child_started` = when the run at hand began; nothing = no child runs, and
    // nothing is due.
    void arm(const config::RestartSchedule& schedule, std::optional<TimePoint> child_started);
    // When the next restart is due, as far as can be said now.
    [[nodiscard]] std::optional<WallTime> next() const;

private:
    void aim();
    void wait();
    void look();

    LoopContext context_;
    std::function<void()> due_;
    boost::asio::steady_timer timer_;
    std::optional<TimeOfDay> at_;
    std::optional<TimePoint> every_target_;
    std::optional<WallTime> at_target_;
};

}  // namespace svcwrap::host
