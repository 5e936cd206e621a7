// Stopping a whole tree where it stands, and letting it go on.
#include <algorithm>
#include <catch_amalgamated.hpp>

#include "integration/child_run.hpp"

namespace svcwrap::testing {

namespace {

// What comes while nothing came for a while; how long "a while" is does not decide whether the test passes.
std::string drain(LiveChild& child) {
    std::string text;
    std::vector<std::byte> buffer(64 * 1024);
    while (const auto count = child.output().read(buffer, Duration(500))) {
        if (*count == 0) {
            break;
        }
        text.append(reinterpret_cast<const char*>(buffer.data()), *count);
    }
    return text;
}

// Reads until the text has come that many times since the call.
bool hear(LiveChild& child, const std::string& word, int times) {
    std::string text;
    std::vector<std::byte> buffer(64 * 1024);
    const auto heard = [&] {
        int count = 0;
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
            ++count;
        }
        return count;
    };
    while (heard() < times) {
        const auto count = child.output().read(buffer, k_patience);
        if (!count || *count == 0) {
            return false;
        }
        text.append(reinterpret_cast<const char*>(buffer.data()), *count);
    }
    return true;
}

}  // namespace

TEST_CASE("a suspended tree says nothing until it is resumed") {
    LiveChild child(spec_of("ticker", {"--grandchild", "yes"}));
    REQUIRE(hear(child, "tick", 2));
    REQUIRE(hear(child, "tock", 2));
    REQUIRE(child.process().suspend_tree().has_value());
    (void)drain(child);
    std::vector<std::byte> buffer(1024);
    const auto silence = child.output().read(buffer, Duration(1000));
    REQUIRE_FALSE(silence.has_value());
    CHECK(silence.error().kind == ErrorKind::timed_out);
    CHECK(child.process().active_processes() == 2);
    REQUIRE(child.process().resume_tree().has_value());
    CHECK(hear(child, "tick", 3));
    CHECK(hear(child, "tock", 3));
}

TEST_CASE("each resume undoes one suspend, and one too many does nothing") {
    LiveChild child(spec_of("ticker"));
    REQUIRE(hear(child, "tick", 1));
    REQUIRE(child.process().resume_tree().has_value());
    REQUIRE(child.process().suspend_tree().has_value());
    REQUIRE(child.process().suspend_tree().has_value());
    REQUIRE(child.process().resume_tree().has_value());
    (void)drain(child);
    std::vector<std::byte> buffer(1024);
    CHECK_FALSE(child.output().read(buffer, Duration(500)).has_value());
    REQUIRE(child.process().resume_tree().has_value());
    CHECK(hear(child, "tick", 3));
    REQUIRE(child.process().resume_tree().has_value());
    CHECK(hear(child, "tick", 3));
}

TEST_CASE("a suspended tree can be ended, and suspending an ended one is no error") {
    LiveChild child(spec_of("ticker", {"--grandchild", "yes"}));
    REQUIRE(hear(child, "tock", 1));
    REQUIRE(child.process().suspend_tree().has_value());
    REQUIRE(child.process().terminate_tree(ExitCode{77}).has_value());
    CHECK(describe(child.wait()) == describe(ExitCode{77}));
    CHECK(child.wait_for_active(0));
    CHECK(child.process().resume_tree().has_value());
    CHECK(child.process().suspend_tree().has_value());
    CHECK(child.process().resume_tree().has_value());
}

TEST_CASE("a child that is told to quit on its standard input ends") {
    auto spec = spec_of("stdin_quit");
    spec.standard_input = platform::InputFrom::pipe;
    LiveChild child(spec);
    child.read_until("reading\n");
    const auto input = child.process().take_input();
    REQUIRE(input);
    CHECK(input->write(std::as_bytes(std::span("noise\nquit\n", 11)), k_patience).has_value());
    CHECK(child.read_all() == "reading\nquitting\n");
    CHECK(describe(child.wait()) == describe(ExitCode{0}));
}

TEST_CASE("a suspended child does not read its input, and the patience ends a write that waits for it") {
    auto spec = spec_of("stdin_quit");
    spec.standard_input = platform::InputFrom::pipe;
    LiveChild child(spec);
    child.read_until("reading\n");
    const auto input = child.process().take_input();
    REQUIRE(input);
    REQUIRE(child.process().suspend_tree().has_value());
    const std::vector<std::byte> much(8U * 1024 * 1024);
    const auto written = input->write(much, Duration(200));
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == ErrorKind::timed_out);
}

TEST_CASE("the processes of a tree have names") {
    LiveChild child(spec_of("ticker", {"--grandchild", "yes"}));
    REQUIRE(hear(child, "tock", 1));
    const auto processes = child.process().processes();
    CHECK(processes.size() == 2);
    CHECK(std::ranges::any_of(processes, [&](const auto& process) { return process.id == child.process().id(); }));
    for (const platform::ProcessInfo& process : processes) {
        CHECK_THAT(process.name, Catch::Matchers::StartsWith("ticker"));
    }
    REQUIRE(child.process().terminate_tree(ExitCode{1}).has_value());
    CHECK(child.wait_for_active(0));
    CHECK(child.process().processes().empty());
}

}  // namespace svcwrap::testing
