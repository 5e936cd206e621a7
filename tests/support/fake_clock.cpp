#include "support/fake_clock.hpp"

#include <thread>

namespace svcwrap::testing {

void FakeClock::advance(Duration duration) {
    monotonic_ += duration.count();
    wall_ += duration.count();
}

void FakeClock::sleep(Duration duration) {
    advance(duration);
    slept_ += duration.count();
    ++sleeps_;
    std::this_thread::yield();  // who sleeps in a loop waits for another thread
}

Duration FakeClock::utc_offset(WallTime moment) const {
    const std::lock_guard lock(mutex_);
    return utc_offset_ ? utc_offset_(moment) : Duration{};
}

void FakeClock::set_utc_offset(std::function<Duration(WallTime)> offset) {
    const std::lock_guard lock(mutex_);
    utc_offset_ = std::move(offset);
}

}  // namespace svcwrap::testing
