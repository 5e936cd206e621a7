#include "base/secret.hpp"

#include <algorithm>
#include <array>
#include <catch_amalgamated.hpp>
#include <string>
#include <utility>

namespace svcwrap {

TEST_CASE("wiped memory holds zeros") {
    std::array<char, 5> memory{'h', 'e', 'l', 'l', 'o'};
    wipe(memory);
    CHECK(std::ranges::all_of(memory, [](char c) { return c == 0; }));
    wipe({});
}

TEST_CASE("a secret holds what was put into it, however long it grows") {
    Secret secret;
    CHECK(secret.empty());
    std::string expected;
    for (int i = 0; i < 100; ++i) {
        secret.append("part" + std::to_string(i));
        expected += "part" + std::to_string(i);
    }
    CHECK(secret.view() == expected);
    secret.clear();
    CHECK(secret.empty());
}

TEST_CASE("a secret that was moved from is empty, and what it replaces is gone") {
    Secret first("one");
    Secret second(std::move(first));
    CHECK(first.empty());  // NOLINT(bugprone-use-after-move): that is what is asked
    CHECK(second.view() == "one");
    Secret third("three");
    third = std::move(second);
    CHECK(third.view() == "one");
    CHECK(second.empty());  // NOLINT(bugprone-use-after-move)
    Secret& same = third;
    third = std::move(same);
    CHECK(third.view() == "one");
}

TEST_CASE("a cleared secret leaves nothing in its memory") {
    Secret secret("short");
    const char* before = secret.view().data();
    // Still within its capacity: the same memory, so that what was there can be looked at.
    secret.append("er");
    REQUIRE(secret.view().data() == before);
    secret.clear();
    CHECK(std::all_of(before, before + 7, [](char c) { return c == 0; }));
}

}  // namespace svcwrap
