#include "host/schedule.hpp"

#include <algorithm>
#include <utility>

#include "supervise/moment.hpp"

namespace svcwrap::host {
namespace {

// A time of day that was missed by more than this (the machine slept, the clock was set) is not made up for.
constexpr Duration k_most_late = k_schedule_check_interval + std::chrono::minutes(5);

}  // namespace

Schedule::Schedule(LoopContext context, std::function<void()> due)
    : context_(std::move(context)), due_(std::move(due)), timer_(*context_.loop) {}

void Schedule::arm(const config::RestartSchedule& schedule, std::optional<TimePoint> child_started) {
    timer_.cancel();
    at_ = child_started ? schedule.at : std::nullopt;
    every_target_ = supervise::after(child_started, schedule.every);
    aim();
    wait();
}

void Schedule::aim() {
    at_target_.reset();
    if (!at_) return;
    platform::Clock& clock = context_.parts.clock;
    at_target_ =
        next_time_of_day(clock.wall_now(), *at_, [&clock](WallTime moment) { return clock.utc_offset(moment); });
}

void Schedule::wait() {
    if (!every_target_ && !at_target_) return;
    const platform::Clock& clock = context_.parts.clock;
    Duration left = k_forever;
    if (every_target_) left = *every_target_ - clock.now();
    if (at_target_) left = std::min({left, *at_target_ - clock.wall_now(), k_schedule_check_interval});
    // Longer waits than a day are waited for in parts: no timer needs to know how far it can count.
    timer_.expires_after(std::clamp<Duration>(left, Duration::zero(), std::chrono::hours(24)));
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) look();
    });
}

void Schedule::look() {
    const WallTime wall = context_.parts.clock.wall_now();
    bool is_due = every_target_ && context_.parts.clock.now() >= *every_target_;
    if (is_due) every_target_.reset();
    if (at_target_ && wall >= *at_target_) {
        is_due = is_due || wall - *at_target_ <= k_most_late;
    }
    aim();
    wait();
    if (is_due) due_();
}

std::optional<WallTime> Schedule::next() const {
    std::optional<WallTime> moment = at_target_;
    if (every_target_) {
        const WallTime every = context_.parts.clock.wall_now() + (*every_target_ - context_.parts.clock.now());
        moment = moment ? std::min(*moment, every) : every;
    }
    return moment;
}

}  // namespace svcwrap::host
