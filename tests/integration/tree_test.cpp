// A child and everything that it starts.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <string>

#include "base/path.hpp"
#include "integration/child_run.hpp"

namespace svcwrap::testing {

namespace {

// The number after a word of the output: "grandchild 123".
std::uint32_t number_after(const std::string& text, const std::string& word) {
    const auto at = text.find(word + " ");
    REQUIRE(at != std::string::npos);
    return static_cast<std::uint32_t>(std::stoul(text.substr(at + word.size() + 1)));
}

}  // namespace

TEST_CASE("ending the tree ends grandchildren too, with the exit code that was asked for") {
    LiveChild child(spec_of("spawn_grandchild", {"600000"}));
    const std::uint32_t grandchild = number_after(child.read_lines(2), " grandchild");
    CHECK(child.wait_for_active(2));
    REQUIRE(child.process().terminate_tree(ExitCode{99}).has_value());
    CHECK(describe(child.wait()) == describe(ExitCode{99}));
    CHECK(is_gone(grandchild));
    CHECK(child.wait_for_active(0));
    CHECK(child.process().terminate_tree(ExitCode{99}).has_value());
}

TEST_CASE("a grandchild that outlives its parent stays in the tree and holds the pipe, and the reader can leave it") {
    LiveChild child(spec_of("spawn_and_die", {"600000"}));
    child.read_until("\n");
    CHECK(describe(child.wait()) == describe(ExitCode{7}));
    CHECK(child.wait_for_active(1));
    std::vector<std::byte> buffer(16);
    const auto count = child.output().read(buffer, Duration(20));
    REQUIRE_FALSE(count.has_value());
    child.output().cancel();
    CHECK(child.output().read(buffer, k_patience) == 0U);
}

TEST_CASE("dropping the child ends whatever is left of its tree") {
    LiveChild child(spec_of("spawn_and_die", {"600000"}));
    const std::uint32_t grandchild = number_after(child.read_until("\n"), "grandchild");
    CHECK(describe(child.wait()) == describe(ExitCode{7}));
    child.destroy();
    CHECK(is_gone(grandchild));
}

TEST_CASE("with kill_tree off the root alone counts, and its descendants outlive it") {
    auto spec = spec_of("spawn_and_die", {"600000"});
    spec.kill_tree = false;
    LiveChild child(spec);
    const std::uint32_t grandchild = number_after(child.read_until("\n"), "grandchild");
    CHECK(describe(child.wait()) == describe(ExitCode{7}));
    CHECK(child.wait_for_active(0));
    if (k_native_path_style == PathStyle::windows) {  // the processes of the job, whom the tree does not count
        const auto alive = child.process().processes();
        CHECK(std::ranges::contains(alive, grandchild, &platform::ProcessInfo::id));
    }
    CHECK(child.process().terminate_tree(ExitCode{9}).has_value());
    child.destroy();
    CHECK(platform::make_system()->is_process_alive(grandchild));
    end_process(grandchild);
    CHECK(is_gone(grandchild));
}

}  // namespace svcwrap::testing
