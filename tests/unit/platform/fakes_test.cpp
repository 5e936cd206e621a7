// The fakes that scenarios stand on must themselves behave like the seam.
#include <array>
#include <boost/asio/io_context.hpp>
#include <catch_amalgamated.hpp>
#include <thread>

#include "support/fake_control_channel.hpp"
#include "support/fake_file_system.hpp"
#include "support/fake_file_watcher.hpp"
#include "support/fake_launcher.hpp"
#include "support/fake_service_manager.hpp"

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
        const auto count = reader.read(block, std::chrono::seconds(60));
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
        loop.run_for(std::chrono::seconds(60));
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

TEST_CASE("a scripted child ends when it reads the text that it obeys") {
    FakeWorld world;
    const auto child = world.launch({.obeys_input = "quit\n", .exit_when_asked = ExitCode{6}},
                                    {.standard_input = platform::InputFrom::pipe});
    const auto input = child->take_input();
    REQUIRE(input->write(bytes_of("qui"), Duration(1)));
    world.loop.run_for(Duration(20));
    CHECK_FALSE(world.code);
    REQUIRE(input->write(bytes_of("t\n"), Duration(1)));
    CHECK(world.wait() == 6);
}

TEST_CASE("a suspended scripted child neither prints nor obeys, until it is resumed as often") {
    FakeWorld world;
    const auto child = world.launch({.exit_when_asked = ExitCode{8}}, {.executable = "/opt/app/bin/app"});
    const auto fake = world.launcher.wait_for_child(0);
    REQUIRE(child->suspend_tree());
    REQUIRE(child->suspend_tree());
    REQUIRE(world.signaller.send(child->id(), ConsoleEvent::control_c, Duration(1)));
    REQUIRE(child->resume_tree());
    world.loop.run_for(Duration(20));
    CHECK_FALSE(world.code);
    CHECK(fake->is_suspended());
    CHECK(child->processes().front().name == "app");
    REQUIRE(child->resume_tree());
    CHECK(world.wait() == 8);
    REQUIRE(child->resume_tree());
    CHECK(fake->suspensions() == 2);
    CHECK(fake->resumptions() == 2);
    CHECK(child->processes().empty());
}

TEST_CASE("a scripted child can refuse to be suspended") {
    FakeWorld world;
    const auto child = world.launch({.suspend_error = access_denied_error("the tree")});
    CHECK_FALSE(child->suspend_tree());
    CHECK_FALSE(world.launcher.wait_for_child(0)->is_suspended());
}

TEST_CASE("the fake control channel behaves like a real one") {
    FakeControlChannel channel;
    const std::string address = channel.make_address("x");
    const auto ask = [&](std::uint32_t id) { return channel.ask(address, id, "hello", Duration(20)); };
    CHECK(ask(FakeControlChannel::k_process_id).error().kind == ErrorKind::not_found);
    std::vector<platform::ControlAnswer> kept;
    auto server = channel.serve(
        address, [&](const std::string&, platform::ControlAnswer answer) { kept.push_back(std::move(answer)); });
    REQUIRE(server);
    CHECK(channel.serve(address, [](const std::string&, const platform::ControlAnswer&) {}).error().kind ==
          ErrorKind::already_exists);
    CHECK(ask(1).error().kind == ErrorKind::access_denied);
    CHECK(ask(FakeControlChannel::k_process_id).error().kind == ErrorKind::timed_out);
    kept.clear();
    auto later = channel.begin_ask(address, FakeControlChannel::k_process_id, "later");
    kept.front()("answer");
    CHECK(later.get().value_or("") == "answer");
    kept.clear();
    auto dropped = channel.begin_ask(address, FakeControlChannel::k_process_id, "dropped");
    kept.clear();
    CHECK(dropped.get().error().kind == ErrorKind::io_failed);
    auto waiting = channel.begin_ask(address, FakeControlChannel::k_process_id, "waiting");
    server->reset();
    CHECK(waiting.get().error().kind == ErrorKind::io_failed);
    CHECK(channel.asked() == std::vector<std::string>{"hello", "later", "dropped", "waiting"});
    CHECK(channel.served().empty());
    channel.squat(address);
    CHECK(ask(FakeControlChannel::k_process_id).error().kind == ErrorKind::access_denied);
    CHECK_FALSE(channel.serve(address, [](const std::string&, const platform::ControlAnswer&) {}));
    channel.fail_ask(Error{.kind = ErrorKind::io_failed, .message = "broken"});
    CHECK(ask(FakeControlChannel::k_process_id).error().message == "broken");
}

TEST_CASE("the fake file watcher tells who watches, as long as they do") {
    FakeFileWatcher watcher;
    int told = 0;
    auto watch = watcher.watch("/etc/a.toml", [&] { ++told; });
    REQUIRE(watch);
    CHECK(watcher.touch("\\etc\\a.toml") == 1);
    CHECK(watcher.touch("/etc/b.toml") == 0);
    CHECK(watcher.watched() == std::vector<std::string>{"/etc/a.toml"});
    watch->reset();
    CHECK(watcher.touch("/etc/a.toml") == 0);
    CHECK(told == 1);
    watcher.fail_with(access_denied_error("/etc"));
    CHECK_FALSE(watcher.watch("/etc/a.toml", [] {}));
}

TEST_CASE("the fake manager hands controls to services that run, and refuses as Windows does") {
    FakeClock clock;
    FakeServiceManager manager(clock);
    const auto pause = [&] { return manager.send_control("x", platform::ControlRequest::pause); };
    CHECK(pause().error().os_code == 1060U);
    FakeService& service = manager.put("x", "x.exe");
    CHECK(pause().error().os_code == 1062U);
    service.status = status_of(platform::ServiceState::running);
    service.on_control[platform::ControlRequest::pause] = {
        {.after = {}, .status = status_of(platform::ServiceState::pause_pending), .happens = {}},
        {.after = Duration(10), .status = status_of(platform::ServiceState::paused), .happens = {}}};
    REQUIRE(pause());
    CHECK(pause().error().os_code == 1061U);
    clock.advance(Duration(10));
    CHECK(manager.query("x")->state == platform::ServiceState::paused);
    service.refused = {platform::ControlRequest::parameter_change};
    CHECK(manager.send_control("x", platform::ControlRequest::parameter_change).error().os_code == 1052U);
    CHECK(service.controls == std::vector{platform::ControlRequest::pause});
    REQUIRE(manager.set_preshutdown_timeout("x", std::chrono::minutes(3)));
    CHECK(service.definition.preshutdown_timeout == std::chrono::minutes(3));
}

TEST_CASE("the fake clock has the time zone that the test gives it") {
    FakeClock clock;
    CHECK(clock.utc_offset(clock.wall_now()) == Duration{});
    clock.set_utc_offset([](WallTime) { return std::chrono::hours(2); });
    CHECK(clock.utc_offset(clock.wall_now()) == std::chrono::hours(2));
}

}  // namespace svcwrap::testing
