#include "logs/unique_queue.hpp"

#include <catch_amalgamated.hpp>
#include <cstdint>
#include <string>

namespace svcwrap::logs {

namespace {

std::uint64_t comparisons = 0;

struct CountingLess {
    bool operator()(int left, int right) const {
        ++comparisons;
        return left < right;
    }
};

}  // namespace

TEST_CASE("a queue gives each thing once, in the order in which they came") {
    UniqueQueue<std::string> queue;
    CHECK(queue.push("b"));
    CHECK(queue.push("a"));
    CHECK_FALSE(queue.push("b"));
    CHECK(queue.front() == "b");
    queue.pop();
    CHECK(queue.push("b"));
    CHECK(queue.front() == "a");
    queue.pop();
    CHECK(queue.front() == "b");
    queue.pop();
    CHECK(queue.empty());
}

TEST_CASE("ten thousand things that wait are not searched one by one for each that comes") {
    constexpr int k_things = 10'000;
    UniqueQueue<int, CountingLess> queue;
    comparisons = 0;
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < k_things; ++i) {
            CHECK(queue.push(i) == (round == 0));
        }
    }
    CHECK(comparisons < std::uint64_t{2} * k_things * 64);
    for (int i = 0; i < k_things; ++i) {
        REQUIRE(queue.front() == i);
        queue.pop();
    }
    CHECK(queue.empty());
}

}  // namespace svcwrap::logs
