// The fakes that scenarios stand on must themselves behave like the seam.
#include <array>
#include <boost/asio/io_context.hpp>
#include <catch_amalgamated.hpp>
#include <thread>

#include "support/fake_file_system.hpp"
#include "support/fake_launcher.hpp"

namespace svcwrap::testing {

using platform::ConsoleEvent;
using platform::LaunchSpec;
using platform::OutputTo;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

std::string read_all(platform::PipeReader& reader) {
    std::string text;
    std::array<std::byte, 5> block{};
    while (true) {
        const auto count = reader.read(block, std::chrono::seconds(10));
        if (!count || *count == 0) {
            return text;
        }
        text.append(reinterpret_cast<const char*>(block.data()), *count);
    }
}

struct FakeWorld {
    boost::asio::io_context loop;
    FakeProcessLauncher launcher;
    FakeConsoleSignaller signaller{launcher};
    std::optional<ExitCode> code;

    std::unique_ptr<platform::ChildProcess> launch(FakeScript script, const LaunchSpec& spec = {}) {
        launcher.add(std::move(script));
        auto child = launcher.launch(spec, loop);
        REQUIRE(child);
        (*child)->async_wait([this](ExitCode ended) { code = ended; });
        return *std::move(child);
    }
    std::uint32_t wait() {
        loop.restart();
        loop.run_for(std::chrono::seconds(10));
        return code.value_or(ExitCode{0xDEAD}).value;
    }
};

}  // namespace

TEST_CASE("a scripted child prints, exits and is heard on the loop") {
    FakeWorld world;
    const auto child =
        world.launch({.prints = {{.text = "one "}, {.text = "two", .to_error = true}}, .exit = ExitCode{5}});
    CHECK(read_all(*child->take_output()) == "one two");  // stderr is merged
    CHECK(world.wait() == 5);
    CHECK(child->active_processes() == 0);
}

TEST_CASE("a scripted child obeys what its script says and nothing else") {
    FakeWorld world;
    const auto child = world.launch({.obeys_control_c = false, .exit_when_asked = ExitCode{7}});
    REQUIRE(world.signaller.send(child->id(), ConsoleEvent::control_c, Duration(1)));
    world.loop.run_for(Duration(20));
    CHECK_FALSE(world.code);
    REQUIRE(world.signaller.send(child->id(), ConsoleEvent::control_break, Duration(1)));
    CHECK(world.wait() == 7);
    CHECK(world.signaller.sent().size() == 2);
    CHECK_FALSE(world.signaller.send(child->id(), ConsoleEvent::control_break, Duration(1)));
}

TEST_CASE("what a scripted child leaves behind keeps its pipe until it is terminated") {
    FakeWorld world;
    const auto child = world.launch({.exit = ExitCode{0}, .left_behind = 2});
    const auto output = child->take_output();
    CHECK(world.wait() == 0);
    CHECK(child->active_processes() == 2);
    std::array<std::byte, 1> block{};
    CHECK_FALSE(output->read(block, Duration(1)));
    REQUIRE(child->terminate_tree({9}));
    CHECK(child->active_processes() == 0);
    CHECK(output->read(block) == 0U);
}

TEST_CASE("a scripted child ends by window, by end of input, or not even by termination") {
    FakeWorld world;
    auto child = world.launch({.obeys_close_window = true, .exit_when_asked = ExitCode{1}});
    CHECK(child->close_windows() == 1U);
    CHECK(world.wait() == 1);
    child = world.launch({.obeys_end_of_input = true, .exit_when_asked = ExitCode{2}},
                         {.standard_input = platform::InputFrom::pipe});
    auto input = child->take_input();
    REQUIRE(input->write(bytes_of("quit\n"), Duration(1)));
    CHECK(world.launcher.wait_for_child(1)->received_input() == "quit\n");
    input.reset();
    CHECK(world.wait() == 2);
    child = world.launch({.survives_termination = true});
    REQUIRE(child->terminate_tree({3}));
    CHECK(child->active_processes() == 1);
}

TEST_CASE("launches fail or block as scripted") {
    FakeWorld world;
    world.launcher.add({.launch_error = access_denied_error("/bin/x")});
    CHECK_FALSE(world.launcher.launch({}, world.loop));
    CHECK(world.launcher.wait_for_child(0) == nullptr);
    world.launcher.add({.block_launch = true});
    std::unique_ptr<platform::ChildProcess> child;
    std::thread launching([&] { child = *world.launcher.launch({.executable = "/bin/y"}, world.loop); });
    CHECK(world.launcher.wait_for_child(1, Duration(20)) == nullptr);
    world.launcher.release_launches();
    launching.join();
    CHECK(world.launcher.wait_for_child(1)->spec().executable == "/bin/y");
    CHECK(world.launcher.running() == 1);
    child.reset();
    CHECK(world.launcher.running() == 0);
    CHECK(world.launcher.wait_for_child(1)->is_released());
}

TEST_CASE("the fake file system keeps the promises of the real one") {
    const FakeClock clock;
    FakeFileSystem files(clock);
    CHECK(files.open_append("/logs/a").error().kind == ErrorKind::not_found);
    REQUIRE(files.make_folders("/logs/inner"));
    auto file = files.open_append("/logs/a");
    REQUIRE(file);
    CHECK_FALSE(files.open_append("\\logs\\a"));
    REQUIRE((*file)->write(bytes_of("text")));
    files.put("/logs/b", "theirs");
    CHECK((*file)->rename_to("/logs/b").error().kind == ErrorKind::already_exists);
    files.hold_file("/logs/a");
    CHECK((*file)->rename_to("/logs/c").error().os_code == 32U);
    CHECK(files.remove_file("/logs/a").error().os_code == 32U);
    files.hold_file("/logs/a", false);
    REQUIRE((*file)->rename_to("/logs/c"));
    CHECK(files.contents("/logs/c") == "text");
    CHECK(files.list("/logs")->size() == 3);
    CHECK_FALSE(files.remove_folder("/logs"));
    CHECK(files.remove_file("/logs/a"));
    CHECK(files.write_whole("/logs/b", "ours"));
    CHECK(files.read_text("/logs/b", 1_KiB) == "ours");
    CHECK_FALSE(files.read_text("/logs/b", ByteSize{3}));
}

TEST_CASE("a stalled call of the fake file system waits until it may go on") {
    const FakeClock clock;
    FakeFileSystem files(clock);
    files.stall(Operation::write_whole);
    std::thread writer([&] { (void)files.write_whole("/a", "x"); });
    while (files.stalled_calls() == 0) {
        std::this_thread::yield();
    }
    CHECK_FALSE(files.has("/a"));
    files.resume_all();
    writer.join();
    CHECK(files.contents("/a") == "x");
}

}  // namespace svcwrap::testing
