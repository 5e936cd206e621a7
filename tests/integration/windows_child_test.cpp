// What only Windows has: jobs, inherited handles, batch files, console events.
#ifdef _WIN32
#include <windows.h>

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <cstdint>
#include <format>

#include "base/path.hpp"
#include "integration/child_run.hpp"
#include "platform/win32/console_signal.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::testing {

namespace {

std::unique_ptr<platform::ConsoleSignaller> make_signaller() {
    return platform::win32::make_console_signaller_with(fixture_path("signal_helper"));
}

// Runs CtrlRoutine of kernelbase in the child, as the console does for a Ctrl-Break. For this test only: Wine's console
// ends the process at a real Ctrl-Break without calling its handlers, Windows calls them.
bool run_break_handlers(DWORD id) {
    const HANDLE process = OpenProcess(PROCESS_ALL_ACCESS, FALSE, id);
    const auto routine = reinterpret_cast<LPTHREAD_START_ROUTINE>(
        reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"kernelbase.dll"), "CtrlRoutine")));
    const HANDLE thread =
        routine == nullptr ? nullptr
                           : CreateRemoteThread(process, nullptr, 0, routine,
                                                reinterpret_cast<void*>(std::uintptr_t{CTRL_BREAK_EVENT}), 0, nullptr);
    if (thread != nullptr) {
        CloseHandle(thread);
    }
    CloseHandle(process);
    return thread != nullptr;
}

LONG g_events_here = 0;
BOOL WINAPI count_event(DWORD) {
    InterlockedIncrement(&g_events_here);
    return TRUE;
}

}  // namespace

TEST_CASE("a child is born in its job, with only its own handles") {
    SECURITY_ATTRIBUTES inheritable{sizeof inheritable, nullptr, TRUE};
    std::vector<HANDLE> ours;
    std::vector<std::string> arguments;
    // Many, so that one of them cannot go unseen because the child happens to use the same number.
    for (int i = 0; i < 40; ++i) {
        ours.push_back(CreateEventW(&inheritable, TRUE, FALSE, nullptr));
    }
    for (const HANDLE handle : ours) {
        arguments.push_back(std::to_string(reinterpret_cast<std::uintptr_t>(handle)));
    }
    const auto output = run(spec_of("probe_handles", arguments)).output;
    CHECK(output.contains("job yes\n"));
    CHECK(output.contains(arguments.back() + " closed\n"));
    const auto lines = lines_of(output);
    // The child's own first handles may have numbers of ours; inheritance would make all of them open.
    CHECK(std::ranges::count_if(lines, [](const std::string& line) { return line.ends_with(" open"); }) < 40);
    for (const HANDLE handle : ours) {
        CloseHandle(handle);
    }
}

TEST_CASE("priority and affinity are the child's from its first instruction") {
    auto spec = spec_of("probe_handles");
    spec.priority = platform::Priority::below_normal;
    spec.cpu_affinity = {0};
    const auto output = run(spec).output;
    // Wine takes the flag of CreateProcess and starts the child with normal priority all the same.
    const DWORD expected = is_wine() ? NORMAL_PRIORITY_CLASS : BELOW_NORMAL_PRIORITY_CLASS;
    CHECK(output.contains(std::format("priority {}\n", expected)));
    CHECK(output.contains("affinity 1\n"));
}

TEST_CASE("the system accepts memory and process limits") {
    auto spec = spec_of("echo_args", {"x"});
    spec.limits.memory = 512_MiB;
    spec.limits.processes = 10;
    CHECK(run(spec).output == "1:x\n");
}

TEST_CASE("a CPU limit is set, or its refusal is reported at the stage of the job") {
    boost::asio::io_context loop;
    auto spec = spec_of("echo_args", {"x"});
    spec.limits.cpu_percent = 50;
    const auto launched = platform::make_process_launcher()->launch(spec, loop);
    // Windows has accepted this since version 8. Wine knows no CPU limits and refuses, which shows the error's path.
    if (!launched) {
        CHECK(launched.error().kind == ErrorKind::launch_failed);
        CHECK(launched.error().where == name_of(platform::LaunchStage::make_job));
    }
}

TEST_CASE("a batch file runs, and gets its arguments as one each") {
    const TempFolder folder;
    folder.write("my batch.cmd", "@echo off\r\necho [%1][%2][%3][%4]\r\nexit /b 5\r\n");
    auto spec = spec_of("echo_args", {"plain", "two words", "a&b", "C:\\dir\\"});
    spec.executable = folder.path_of("my batch.cmd");
    const auto result = run(spec);
    CHECK(result.output == "[plain][\"two words\"][\"a&b\"][C:\\dir\\]\r\n");
    CHECK(describe(result.code) == describe(ExitCode{5}));
}

TEST_CASE("an argument that cmd.exe would take apart is refused for a batch file") {
    const TempFolder folder;
    folder.write("batch.bat", "@echo %*\r\n");
    boost::asio::io_context loop;
    const auto* argument = GENERATE("\"&calc&\"", "%PATH%", "a\r\nb");
    auto spec = spec_of("echo_args", {argument});
    spec.executable = folder.path_of("batch.bat");
    const auto launched = platform::make_process_launcher()->launch(spec, loop);
    REQUIRE_FALSE(launched.has_value());
    CHECK(launched.error().kind == ErrorKind::launch_failed);
    CHECK(launched.error().message.contains("batch file"));
    CHECK_FALSE(launched.error().remedy.empty());
}

TEST_CASE("Ctrl-C reaches the handler of one child, and nobody else") {
    SetConsoleCtrlHandler(count_event, TRUE);
    LiveChild bystander(spec_of("graceful"));
    bystander.read_until("ready\n");
    LiveChild child(spec_of("graceful", {"--linger", "20", "--code", "3"}));
    child.read_until("ready\n");
    const auto sent = make_signaller()->send(child.process().id(), platform::ConsoleEvent::control_c, k_patience);
    INFO((sent ? std::string() : to_text(sent.error())));
    CHECK(sent.has_value());
    CHECK(child.read_all() == "ready\nstopping by c\nbye\n");
    CHECK(describe(child.wait()) == describe(ExitCode{3}));
    CHECK(bystander.process().active_processes() == 1);
    CHECK_FALSE(bystander.wait(Duration(50)).has_value());
    CHECK(g_events_here == 0);
    SetConsoleCtrlHandler(count_event, FALSE);
}

TEST_CASE("a child that was started after a Ctrl-C was sent hears Ctrl-C as well") {
    for (int round = 0; round < 2; ++round) {
        LiveChild child(spec_of("graceful"));
        child.read_until("ready\n");
        CHECK(make_signaller()->send(child.process().id(), platform::ConsoleEvent::control_c, k_patience).has_value());
        CHECK(child.read_all().ends_with("stopping by c\nbye\n"));
    }
}

TEST_CASE("a child hears Ctrl-C even if this process was told to ignore it, and so its children") {
    SetConsoleCtrlHandler(nullptr, TRUE);
    LiveChild child(spec_of("graceful", {"--as-started", "yes"}));
    SetConsoleCtrlHandler(nullptr, FALSE);
    child.read_until("ready\n");
    CHECK(make_signaller()->send(child.process().id(), platform::ConsoleEvent::control_c, k_patience).has_value());
    CHECK(child.read_all() == "ready\nstopping by c\nbye\n");
    CHECK(describe(child.wait()) == describe(ExitCode{0}));
}

TEST_CASE("a child that is deaf to Ctrl-C by its own flag lives on, and hears Ctrl-Break") {
    LiveChild child(spec_of("deaf_to_ctrl_c"));
    child.read_until("deaf to c\n");
    CHECK(make_signaller()->send(child.process().id(), platform::ConsoleEvent::control_c, k_patience).has_value());
    CHECK_FALSE(child.wait(Duration(100)).has_value());
    if (is_wine()) {
        SUCCEED("Wine's flag makes a process deaf to Ctrl-Break as well");
        return;
    }
    REQUIRE(run_break_handlers(child.process().id()));
    CHECK(child.read_all() == "deaf to c\nstopping by break\n");
    CHECK(describe(child.wait()) == describe(ExitCode{0}));
}

TEST_CASE("a child that ignores Ctrl-C lives on") {
    LiveChild child(spec_of("ignore_stop"));
    child.read_until("deaf\n");
    CHECK(make_signaller()->send(child.process().id(), platform::ConsoleEvent::control_c, k_patience).has_value());
    CHECK_FALSE(child.wait(Duration(100)).has_value());
    CHECK(child.process().active_processes() == 1);
}

TEST_CASE("a child without a handler ends at Ctrl-C with the code that says so") {
    LiveChild child(spec_of("sleep_ms", {"600000"}));
    child.read_until("sleeping\n");
    CHECK(make_signaller()->send(child.process().id(), platform::ConsoleEvent::control_c, k_patience).has_value());
    CHECK(describe(child.wait()) == describe(k_exit_control_c));
}

TEST_CASE("Ctrl-Break reaches a child's handler, which its start does not prevent") {
    LiveChild child(spec_of("graceful"));
    child.read_until("ready\n");
    REQUIRE(run_break_handlers(child.process().id()));
    CHECK(child.read_all() == "ready\nstopping by break\nbye\n");
    CHECK(describe(child.wait()) == describe(ExitCode{0}));
}

TEST_CASE("the sender says when there is no such process") {
    // Process ids are multiples of four on Windows and Wine.
    const auto sent = make_signaller()->send(0x7FFFFFF0, platform::ConsoleEvent::control_c, k_patience);
    REQUIRE_FALSE(sent.has_value());
    CHECK(sent.error().kind == ErrorKind::not_found);
}

TEST_CASE("a sender that hangs is ended after the patience") {
    const auto signaller = platform::win32::make_console_signaller_with(fixture_path("graceful"));
    const auto sent = signaller->send(4, platform::ConsoleEvent::control_break, Duration(100));
    REQUIRE_FALSE(sent.has_value());
    CHECK(sent.error().kind == ErrorKind::timed_out);
}

TEST_CASE("a window of the tree is asked to close, also one that nobody sees, and others are not") {
    LiveChild bystander(spec_of("window"));
    LiveChild child(spec_of("window"));
    if (bystander.read_until("\n") != "open\n" || child.read_until("\n") != "open\n") {
        SKIP("no windows here: there is no desktop");
    }
    CHECK(child.process().close_windows().value_or(0) >= 1);
    CHECK(child.read_all() == "open\nclosed\n");
    CHECK(describe(child.wait()) == describe(ExitCode{0}));
    // The first window may have started the desktop's own process, inside of the bystander's job (Wine).
    CHECK(bystander.process().active_processes() >= 1);
    CHECK_FALSE(bystander.wait(Duration(50)).has_value());
}

TEST_CASE("a child without windows is asked to close none") {
    LiveChild child(spec_of("sleep_ms", {"600000"}));
    child.read_until("sleeping\n");
    const auto asked = child.process().close_windows();
    REQUIRE(asked.has_value());
    CHECK(*asked == 0);
}

}  // namespace svcwrap::testing
#endif
