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

}  // namespace svcwrap::testing
