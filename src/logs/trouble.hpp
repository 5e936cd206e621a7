#pragma once
// Something that goes wrong for a while: told once when it begins and once when it is over.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/time.hpp"

namespace svcwrap::logs {

class Trouble {
public:
    // True if it begins now, false if it is known already.
    [[nodiscard]] bool begin(TimePoint now) {
        if (since_) {
            return false;
        }
        since_ = now;
        return true;
    }
    [[nodiscard]] bool is_on() const { return since_.has_value(); }
    // How long it lasted.
    Duration end(TimePoint now) { return now - std::exchange(since_, std::nullopt).value_or(now); }

private:
    std::optional<TimePoint> since_;
};

// Pauses that double from the first to the longest.
class Backoff {
public:
    Backoff(Duration first, Duration longest) : first_(first), longest_(longest), next_(first) {}
    [[nodiscard]] Duration take() {
        const Duration pause = next_;
        next_ = std::min(next_ * 2, longest_);
        return pause;
    }
    void reset() { next_ = first_; }

private:
    Duration first_;
    Duration longest_;
    Duration next_;
};

}  // namespace svcwrap::logs
