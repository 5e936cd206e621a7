// Children in sessions: the stand-in of Linux for job objects and consoles.
#ifndef _WIN32
#include <signal.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <catch_amalgamated.hpp>
#include <functional>
#include <thread>

#include "platform/native.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::platform {

namespace {

// A launcher with a loop of its own, and a child of /bin/sh.
struct Shell {
    boost::asio::io_context loop;
    std::unique_ptr<ProcessLauncher> launcher = make_process_launcher();
    std::unique_ptr<ChildProcess> child;
    std::optional<ExitCode> code;
    LaunchSpec spec{.executable = "/bin/sh",
                    .arguments = {"-c", ""},
                    .working_directory = "/",
                    .environment = {{"PATH", "/usr/bin:/bin"}}};

    Status start(const std::string& script) {
        spec.arguments[1] = script;
        auto launched = launcher->launch(spec, loop);
        if (!launched) {
            return std::unexpected(launched.error());
        }
        child = *std::move(launched);
        child->async_wait([this](ExitCode ended_with) { code = ended_with; });
        return {};
    }
    std::uint32_t wait() {
        loop.restart();
        loop.run_for(std::chrono::seconds(30));
        return code.value_or(ExitCode{0xDEAD}).value;
    }
    [[nodiscard]] static std::string read_all(PipeReader& reader) {
        std::string text;
        std::array<std::byte, 4096> block{};
        while (true) {
            const auto count = reader.read(block, std::chrono::seconds(30));
            if (!count || *count == 0) {
                return count ? text : text + "<" + count.error().message + ">";
            }
            text.append(reinterpret_cast<const char*>(block.data()), *count);
        }
    }
    // Waits, with a bound, until the condition holds.
    [[nodiscard]] static bool eventually(const std::function<bool()>& condition) {
        for (int i = 0; i < 3000; ++i) {
            if (condition()) {
                return true;
            }
            std::this_thread::sleep_for(Duration(10));
        }
        return false;
    }
};

}  // namespace

TEST_CASE("a child's exit code and output arrive, stderr in the order of the writes") {
    Shell shell;
    REQUIRE(shell.start("echo one; echo two >&2; echo three; exit 42"));
    const auto output = shell.child->take_output();
    REQUIRE(output);
    CHECK(shell.child->take_output() == nullptr);
    CHECK(shell.child->take_error() == nullptr);
    CHECK(shell.child->take_input() == nullptr);
    CHECK(Shell::read_all(*output) == "one\ntwo\nthree\n");
    CHECK(shell.wait() == 42);
    CHECK(shell.child->active_processes() == 0);
}

TEST_CASE("stderr can have a pipe of its own or go nowhere") {
    Shell shell;
    shell.spec.standard_error = OutputTo::pipe;
    REQUIRE(shell.start("echo out; echo err >&2"));
    CHECK(Shell::read_all(*shell.child->take_output()) == "out\n");
    CHECK(Shell::read_all(*shell.child->take_error()) == "err\n");
    shell.wait();
    shell.spec.standard_error = OutputTo::discard;
    REQUIRE(shell.start("echo out; echo err >&2"));
    CHECK(Shell::read_all(*shell.child->take_output()) == "out\n");
    CHECK(shell.child->take_error() == nullptr);
    shell.wait();
}

TEST_CASE("a child gets exactly its environment, folder and arguments") {
    Shell shell;
    shell.spec.environment = {{"NAME", "a value = with signs"}, {"PATH", "/usr/bin:/bin"}};
    shell.spec.working_directory = "/usr";
    shell.spec.arguments = {"-c", "", "zero", "with space", "\"quoted\"", ""};
    REQUIRE(shell.start("pwd; echo \"$NAME\"; env | grep -c ^HOME; printf '<%s>' \"$@\""));
    CHECK(Shell::read_all(*shell.child->take_output()) == "/usr\na value = with signs\n0\n<with space><\"quoted\"><>");
    shell.wait();
}

TEST_CASE("a child inherits no descriptor but its three") {
    const testing::TempFolder folder;
    const auto files = make_file_system();
    const auto kept_open = files->open_append(folder.path_of("a.log"));
    Shell other;
    other.spec.standard_input = InputFrom::pipe;
    REQUIRE(other.start("cat"));
    Shell shell;
    REQUIRE(shell.start("ls /proc/self/fd | wc -l"));
    CHECK(Shell::read_all(*shell.child->take_output()) == "4\n");  // and the one by which ls reads the folder
    shell.wait();
}

TEST_CASE("a child reads its input until the writer closes it") {
    Shell shell;
    shell.spec.standard_input = InputFrom::pipe;
    REQUIRE(shell.start("cat; echo end"));
    auto input = shell.child->take_input();
    REQUIRE(input);
    const std::string_view text = "typed\n";
    REQUIRE(input->write(std::as_bytes(std::span(text)), std::chrono::seconds(30)));
    input.reset();
    CHECK(Shell::read_all(*shell.child->take_output()) == "typed\nend\n");
    CHECK(shell.wait() == 0);
}

TEST_CASE("a child reads its input from a file, and one that is not there is a launch that fails") {
    const testing::TempFolder folder;
    folder.write("input", "first\nsecond\n");
    Shell shell;
    shell.spec.standard_input = InputFrom::file;
    shell.spec.input_file = folder.path_of("input");
    REQUIRE(shell.start("cat; echo end"));
    CHECK_FALSE(shell.child->take_input());
    CHECK(Shell::read_all(*shell.child->take_output()) == "first\nsecond\nend\n");
    CHECK(shell.wait() == 0);
    Shell without;
    without.spec.standard_input = InputFrom::file;
    without.spec.input_file = folder.path_of("none");
    const Status started = without.start("cat");
    REQUIRE_FALSE(started);
    CHECK(started.error().message.contains(folder.path_of("none")));
}

TEST_CASE("writing to a child that does not read ends with its patience, and to one that has gone with an error") {
    Shell shell;
    shell.spec.standard_input = InputFrom::pipe;
    REQUIRE(shell.start("exec sleep 100"));
    const auto input = shell.child->take_input();
    const std::string text(1'000'000, 'x');
    const Status late = input->write(std::as_bytes(std::span(text)), Duration(10));
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == ErrorKind::timed_out);
    REQUIRE(shell.child->terminate_tree({9}));
    shell.wait();
    const Status gone = input->write(std::as_bytes(std::span(text)), Duration(10));
    REQUIRE_FALSE(gone);
    CHECK(gone.error().kind == ErrorKind::io_failed);
}

TEST_CASE("a read ends with its patience or with cancel") {
    Shell shell;
    REQUIRE(shell.start("exec sleep 100"));
    const auto output = shell.child->take_output();
    std::array<std::byte, 10> block{};
    const auto late = output->read(block, Duration(10));
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == ErrorKind::timed_out);
    std::thread canceller([&] { output->cancel(); });
    CHECK(output->read(block) == 0U);
    canceller.join();
    CHECK(output->read(block) == 0U);
}

TEST_CASE("after cancel the bytes in the pipe are still read, and then the end comes though a writer lives") {
    Shell shell;
    REQUIRE(shell.start("echo 12345678; exec sleep 100"));
    const auto output = shell.child->take_output();
    std::array<std::byte, 10> block{};
    REQUIRE(output->read(std::span(block).first(1)) == 1U);
    output->cancel();
    CHECK(output->read(std::span(block).first(5)) == 5U);
    CHECK(output->read(block) == 3U);
    CHECK(output->read(block) == 0U);
}

TEST_CASE("a console event reaches the child as a signal") {
    struct Row {
        ConsoleEvent event;
        std::uint32_t by_default;
        const char* name;
    };
    for (const Row& row : {Row{ConsoleEvent::control_c, 130, "INT"}, Row{ConsoleEvent::control_break, 143, "TERM"}}) {
        INFO(row.name);
        const auto signaller = make_console_signaller();
        Shell shell;
        REQUIRE(shell.start("exec sleep 100"));
        REQUIRE(signaller->send(shell.child->id(), row.event, std::chrono::seconds(1)));
        CHECK(shell.wait() == row.by_default);

        Shell handler;
        handler.spec.standard_error = OutputTo::discard;  // the shell tells of signals there
        REQUIRE(handler.start(std::string("trap 'echo bye; exit 7' ") + row.name +
                              "; echo up; while :; do sleep 0.01; done"));
        const auto output = handler.child->take_output();
        std::array<std::byte, 3> up{};
        REQUIRE(output->read(up, std::chrono::seconds(30)) == 3U);
        REQUIRE(signaller->send(handler.child->id(), row.event, std::chrono::seconds(1)));
        CHECK(Shell::read_all(*output) == "bye\n");
        CHECK(handler.wait() == 7);
    }
    const Status nobody = make_console_signaller()->send(0x3FFFFFFF, ConsoleEvent::control_c, Duration(1));
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().kind == ErrorKind::not_found);
}

TEST_CASE("the tree is counted and terminated as one, with the code that was asked for") {
    Shell shell;
    REQUIRE(shell.start("(trap '' INT TERM; sleep 100) & sleep 100 & echo up; wait"));
    const auto output = shell.child->take_output();
    std::array<std::byte, 3> up{};
    REQUIRE(output->read(up, std::chrono::seconds(30)) == 3U);
    CHECK(Shell::eventually([&] { return shell.child->active_processes() >= 3; }));
    REQUIRE(shell.child->terminate_tree({77}));
    CHECK(shell.wait() == 77);
    CHECK(Shell::eventually([&] { return shell.child->active_processes() == 0; }));
    CHECK(Shell::read_all(*output).empty());
    CHECK(shell.child->terminate_tree({77}));  // no error if none is left
}

TEST_CASE("a grandchild that outlives the root keeps the pipe and counts") {
    Shell shell;
    REQUIRE(shell.start("sleep 100 & exit 3"));
    const auto output = shell.child->take_output();
    CHECK(shell.wait() == 3);
    CHECK(shell.child->active_processes() == 1);
    std::array<std::byte, 10> block{};
    CHECK_FALSE(output->read(block, Duration(10)));
    shell.child.reset();  // the job is closed
    CHECK(Shell::read_all(*output).empty());
}

TEST_CASE("with kill_tree off the descendants outlive the child object") {
    Shell shell;
    shell.spec.kill_tree = false;
    REQUIRE(shell.start("echo $$; exec sleep 100"));
    const auto output = shell.child->take_output();
    std::array<std::byte, 20> line{};
    REQUIRE(output->read(line, std::chrono::seconds(30)));
    const std::uint32_t id = shell.child->id();
    shell.child.reset();
    CHECK(make_system()->is_process_alive(id));
    ::kill(static_cast<pid_t>(id), SIGKILL);
    CHECK(Shell::read_all(*output).empty());
}

TEST_CASE("a child survives the thread that asked for its launch") {
    Shell shell;
    Status started;
    std::thread([&] { started = shell.start("exec sleep 100"); }).join();
    REQUIRE(started);
    CHECK(shell.child->active_processes() == 1);
    shell.child->terminate_tree({1});
    shell.wait();
}

TEST_CASE("a launch that fails names its stage, the program and the reason") {
    struct Row {
        const char* executable;
        const char* folder;
        LaunchStage stage;
        std::uint32_t code;
    };
    const testing::TempFolder folder;
    folder.write("no-program",
                 "\x7f"
                 "ELF is not enough");
    const std::string broken = folder.path_of("no-program");
    REQUIRE(::chmod(broken.c_str(), 0755) == 0);
    const Row rows[] = {
        {"/no/such/program", "/", LaunchStage::resolve_executable, ENOENT},
        {"/etc", "/", LaunchStage::resolve_executable, EACCES},
        {"/bin/sh", "/no/such/folder", LaunchStage::create_process, ENOENT},
        {broken.c_str(), "/", LaunchStage::create_process, ENOEXEC},
    };
    for (const Row& row : rows) {
        INFO(row.executable);
        Shell shell;
        shell.spec.executable = row.executable;
        shell.spec.working_directory = row.folder;
        const Status started = shell.start("");
        REQUIRE_FALSE(started);
        CHECK(started.error().kind == ErrorKind::launch_failed);
        CHECK(started.error().where == name_of(row.stage));
        CHECK(started.error().os_code == row.code);
        CHECK(started.error().message.contains(row.executable));
    }
}

TEST_CASE("a console watch hears interrupts and closes on a thread of its own") {
    struct sigaction before{};
    ::sigaction(SIGINT, nullptr, &before);
    std::atomic<int> interrupts{0};
    std::atomic<int> closes{0};
    {
        const auto watch = watch_console(
            [&](ConsoleRequest request) { ++(request == ConsoleRequest::interrupt ? interrupts : closes); });
        REQUIRE(watch);
        ::raise(SIGINT);
        ::raise(SIGTERM);
        ::raise(SIGHUP);
        CHECK(Shell::eventually([&] { return interrupts == 2 && closes == 1; }));
    }
    struct sigaction after{};
    ::sigaction(SIGINT, nullptr, &after);
    CHECK(after.sa_handler == before.sa_handler);
}

TEST_CASE("without a Service Control Manager every call says so") {
    const auto manager = make_service_manager();
    const Status started = manager->start("x");
    REQUIRE_FALSE(started);
    CHECK(started.error().kind == ErrorKind::scm_failed);
    CHECK(started.error().message.contains("no Service Control Manager"));
    CHECK_FALSE(manager->list());
    const Status session = run_service_session("x", [](ServiceSession&) { FAIL("there is no session"); });
    REQUIRE_FALSE(session);
    CHECK(session.error().os_code == 1063U);
}

}  // namespace svcwrap::platform
#endif
