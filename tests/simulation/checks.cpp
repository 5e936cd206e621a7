#include "checks.hpp"

#include <iostream>

namespace svcwrap::simulation {

void Checks::add(const Checks& other) {
    for (std::size_t rule = 0; rule < counts_.size(); ++rule) {
        counts_[rule].checked += other.counts_[rule].checked;
        counts_[rule].violated += other.counts_[rule].violated;
    }
    for (std::size_t row = 0; row < visits_.size(); ++row)
        for (std::size_t column = 0; column < visits_[row].size(); ++column)
            visits_[row][column] += other.visits_[row][column];
    violations_ += other.violations_;
}

bool Checks::report() const {
    std::cout << violations_;
    int passed = 0;
    int failed = 0;
    for (std::size_t rule = 0; rule < counts_.size(); ++rule) {
        const Count& count = counts_[rule];
        // A rule that was never put to the test proves nothing.
        const bool holds = count.violated == 0 && count.checked > 0;
        (holds ? passed : failed)++;
        std::cout << (holds ? "ok      " : "FAILED  ") << k_rules[rule] << " (" << count.checked << " checks, "
                  << count.violated << " violations)\n";
    }
    for (std::size_t row = 0; row < visits_.size(); ++row) {
        for (std::size_t column = 0; column < visits_[row].size(); ++column) {
            (visits_[row][column] > 0 ? passed : failed)++;
            if (visits_[row][column] == 0)
                std::cout << "FAILED  event " << row << " never came in state "
                          << supervise::name_of(static_cast<supervise::State>(column)) << '\n';
        }
    }
    std::cout << passed << " passed, " << failed << " failed\n";
    return failed == 0;
}

}  // namespace svcwrap::simulation
