#pragma once
// At most so many lines in a while. Pure.
#include <cstdint>
#include <optional>
#include <utility>

#include "logs/options.hpp"

namespace svcwrap::logs {

// What a while that is over suppressed.
struct Suppressed {
    std::uint64_t lines = 0;
    WallTime since{};
    WallTime until{};
};

// The while begins with the first line behind the end of the one before.
class RateLimiter {
public:
    void set_limit(std::optional<RateLimit> limit) { limit_ = limit; }
    [[nodiscard]] bool is_on() const { return limit_.has_value() && limit_->per > Duration::zero(); }

    // What is to be told before anything else, if a while has ended that suppressed something.
    [[nodiscard]] std::optional<Suppressed> take_over(TimePoint now) {
        if (suppressed_.lines == 0 || (is_on() && now < ends_at_)) {
            return std::nullopt;
        }
        return std::exchange(suppressed_, {});
    }
    // Whether a line may pass; counts it either way.
    [[nodiscard]] bool admit(TimePoint now, WallTime wall_now) {
        if (!is_on()) {
            return true;
        }
        if (now >= ends_at_) {
            ends_at_ = now + limit_->per;
            lines_ = 0;
        }
        if (++lines_ <= limit_->lines) {
            return true;
        }
        suppressed_.since = suppressed_.lines == 0 ? wall_now : suppressed_.since;
        suppressed_.until = wall_now;
        ++suppressed_.lines;
        return false;
    }
    // When take_over() will have something to say.
    [[nodiscard]] std::optional<TimePoint> next_report() const {
        return suppressed_.lines == 0 ? std::nullopt : std::optional(ends_at_);
    }

private:
    std::optional<RateLimit> limit_;
    TimePoint ends_at_{};
    std::uint64_t lines_ = 0;
    Suppressed suppressed_;
};

}  // namespace svcwrap::logs
