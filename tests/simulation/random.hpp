#pragma once
// Chance that is the same on every machine: the standard's distributions are not.
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace svcwrap::simulation {

// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t bits = (state_ += 0x9E3779B97F4A7C15);
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
    // In [0, 1).
    double chance() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    // In [0, count).
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
    // True once in `count` times.
    bool one_in(std::size_t count) { return below(count) == 0; }
    // In [low, high].
    Duration between(Duration low, Duration high) {
        return low + Duration(static_cast<Duration::rep>(below(static_cast<std::size_t>((high - low).count()) + 1)));
    }
    template <class Container>
    const auto& pick(const Container& values) {
        return values[below(values.size())];
    }

private:
    std::uint64_t state_;
};

}  // namespace svcwrap::simulation
