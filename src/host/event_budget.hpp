#pragma once
// How many events of a kind may go to the Event Log: a service that fails every second must not push everything else
// out of it. Pure.
#include <cstdint>
#include <map>
#include <optional>

#include "base/time.hpp"
#include "host/events.hpp"

namespace svcwrap::host {

struct EventRate {
    unsigned burst = 20;                        // at once, after a quiet time
    Duration refill = std::chrono::minutes(1);  // until all of them are there again
};

class EventBudget {
public:
    explicit EventBudget(EventRate rate) : rate_(rate) {}
    // Nothing: leave this one out. Else: report it, and how many of its kind were left out since the last one.
    [[nodiscard]] std::optional<std::uint64_t> admit(EventId id, TimePoint now);
    // Left out and not told yet, of all kinds; they count as told after this.
    [[nodiscard]] std::uint64_t take_untold();

private:
    struct Bucket {
        Duration credit{};  // in time: an event costs refill / burst
        TimePoint last{};
        std::uint64_t left_out = 0;
    };

    EventRate rate_;
    std::map<EventId, Bucket> buckets_;
};

}  // namespace svcwrap::host
