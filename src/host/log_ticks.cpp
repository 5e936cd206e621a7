#include "host/log_ticks.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace svcwrap::host {

namespace {

// The system had no thread or no memory.
constexpr Duration k_pause_after_failure = std::chrono::seconds(1);

// When the first of them wants to be called again.
std::optional<TimePoint> tick_all(const LogTicks::Sinks& sinks, platform::Clock& clock) {
    std::optional<TimePoint> next;
    const auto want = [&](std::optional<TimePoint> when) { next = when && (!next || *when < *next) ? when : next; };
    for (const auto& sink : sinks) {
        try {
            want(sink->tick());
        } catch (const std::exception&) {
            want(clock.now() + k_pause_after_failure);
        }
    }
    return next;
}

}  // namespace

LogTicks::LogTicks(LoopContext context, std::function<Sinks()> sinks)
    : context_(std::move(context)), sinks_(std::move(sinks)), timer_(*context_.loop) {}

void LogTicks::at(TimePoint when) {
    if (armed_ && *armed_ <= when) return;
    armed_ = when;
    timer_.expires_after(std::clamp(when - context_.parts.clock.now(), Duration::zero(), k_longest_tick_wait));
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        armed_.reset();
        now();
    });
}

// One at a time: a stream that waits for its disk holds up the others' ticks, not the loop.
void LogTicks::now() {
    if (std::exchange(is_under_way_, true)) {
        is_wanted_again_ = true;
        return;
    }
    const bool posted = worker_.post([this, context = context_, sinks = sinks_()] {
        const auto next = tick_all(sinks, context.parts.clock);
        context.post([this, next] { take_done(next); });
    });
    if (!posted) take_done(context_.parts.clock.now() + k_pause_after_failure);
}

void LogTicks::take_done(std::optional<TimePoint> next) {
    is_under_way_ = false;
    if (std::exchange(is_wanted_again_, false)) return now();
    if (next) at(*next);
}

}  // namespace svcwrap::host
