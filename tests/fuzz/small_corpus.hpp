#pragma once
// A target on a few inputs, and on what chance makes of them: for the tests that run everywhere.
#include <random>
#include <string>
#include <vector>

#include "fuzz/targets.hpp"

namespace svcwrap::fuzz {

inline void feed(Target target, const std::string& input) {
    target(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

// A few bytes changed, inserted, removed, or the end of another input put behind.
inline std::string mutated(std::string input, const std::vector<std::string>& corpus, std::mt19937& random) {
    for (std::size_t i = random() % 6; i > 0; --i) {
        const std::size_t place = random() % (input.size() + 1);
        switch (random() % 4) {
            case 0:
                input.insert(place, 1, static_cast<char>(random()));
                break;
            case 1:
                input.erase(place, random() % 4);
                break;
            case 2:
                input.insert(place, 1, "\n\r\0{}\"\\+*(|"[random() % 11]);
                break;
            default:
                input += corpus[random() % corpus.size()].substr(0, random() % 30);
                break;
        }
    }
    return input;
}

// Ends the process where the target finds something.
inline void feed_all(const std::vector<Target>& targets, const std::vector<std::string>& corpus, int mutations = 150) {
    for (const Target target : targets) {
        std::mt19937 random(3);
        for (const std::string& input : corpus) {
            feed(target, input);
            for (int i = 0; i < mutations; ++i) {
                feed(target, mutated(input, corpus, random));
            }
        }
    }
}

}  // namespace svcwrap::fuzz
