#pragma once
// What time demands of the logs: at the moment that a stream names, and at no other, a worker calls its tick().
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "host/loop_context.hpp"
#include "host/output.hpp"
#include "host/worker.hpp"

namespace svcwrap::host {

// The clock on the wall may be set, and the machine may sleep: no wait is longer than this.
inline constexpr Duration k_longest_tick_wait = std::chrono::hours(1);

// Lives on the control loop. Nothing wakes up while no stream wants it.
class LogTicks {
public:
    using Sinks = std::vector<std::shared_ptr<OutputSink>>;
    // `sinks` = those that are open, asked for on the loop.
    LogTicks(LoopContext context, std::function<Sinks()> sinks);

    // Wakes the streams at that moment, or earlier if that was said before.
    void at(TimePoint when);
    // Wakes them now: something was asked of them, or their settings changed.
    void now();

private:
    void take_done(std::optional<TimePoint> next);

    LoopContext context_;
    std::function<Sinks()> sinks_;
    boost::asio::steady_timer timer_;
    Worker worker_{1};
    std::optional<TimePoint> armed_;
    bool is_under_way_ = false;
    bool is_wanted_again_ = false;
};

}  // namespace svcwrap::host
