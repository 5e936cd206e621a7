#pragma once
// A fake clock on which something happens whenever somebody sleeps.
#include <functional>

#include "support/fake_clock.hpp"

namespace svcwrap::testing {

class SleepHook final : public platform::Clock {
public:
    explicit SleepHook(FakeClock& clock) : clock_(clock) {}
    [[nodiscard]] TimePoint now() const override { return clock_.now(); }
    [[nodiscard]] WallTime wall_now() const override { return clock_.wall_now(); }
    [[nodiscard]] Duration utc_offset(WallTime moment) const override { return clock_.utc_offset(moment); }
    void sleep(Duration duration) override {
        clock_.sleep(duration);
        at_sleep();
    }

    std::function<void()> at_sleep = [] {};

private:
    FakeClock& clock_;
};

}  // namespace svcwrap::testing
