#include "platform/win32/console_signal.hpp"

#include <array>
#include <format>

#include "base/argv.hpp"
#include "platform/native.hpp"
#include "platform/win32/module_path.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

// Long enough for the event to come back to us on a busy machine; it normally takes about a millisecond.
constexpr DWORD k_longest_delivery = 1000;

HANDLE delivered_event() {
    static const KernelHandle event(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    return event.get();
}

// We sit on the console that the event is for, so it comes to us too and must not end us. A handler is better than
// ignoring Ctrl-C: it works for both events, and its call tells that the event was delivered.
BOOL WINAPI swallow_event(DWORD) {
    SetEvent(delivered_event());
    return TRUE;
}

Status fail_to_attach(std::uint32_t id, DWORD code) {
    switch (code) {
        case ERROR_INVALID_PARAMETER:
        case ERROR_GEN_FAILURE:  // it is ending
            return fail_with(ErrorKind::not_found, std::format("there is no process {}", id), code);
        case ERROR_INVALID_HANDLE:
            return fail_with(ErrorKind::io_failed, std::format("process {} has no console", id), code);
        default:
            return fail_with(ErrorKind::io_failed, std::format("cannot attach to the console of process {}", id), code);
    }
}

class WindowsConsoleSignaller final : public ConsoleSignaller {
public:
    explicit WindowsConsoleSignaller(std::string helper_exe) : helper_exe_(std::move(helper_exe)) {}
    Status send(std::uint32_t id, ConsoleEvent event, Duration patience) override;

private:
    [[nodiscard]] Result<KernelHandle> start_helper(std::uint32_t id, ConsoleEvent event) const;
    std::string helper_exe_;
};

Result<KernelHandle> WindowsConsoleSignaller::start_helper(std::uint32_t id, ConsoleEvent event) const {
    const std::array<std::string, 3> arguments{"send-console-event", std::to_string(id),
                                               event == ConsoleEvent::control_c ? "c" : "break"};
    std::wstring command_line = to_wide(join_command_line(helper_exe_, arguments));
    STARTUPINFOW info{};
    info.cb = sizeof info;
    PROCESS_INFORMATION started{};
    // No console: it is to attach to another one. No inherited handles: it needs none.
    if (CreateProcessW(to_native_path(helper_exe_).c_str(), command_line.data(), nullptr, nullptr, FALSE,
                       DETACHED_PROCESS, nullptr, nullptr, &info, &started) == 0) {
        return fail_with(ErrorKind::io_failed, "cannot start " + helper_exe_ + " to send a console event",
                         GetLastError());
    }
    CloseHandle(started.hThread);
    return KernelHandle(started.hProcess);
}

Status judge_helper(std::uint32_t id, DWORD exit_code) {
    switch (exit_code) {
        case k_signal_sent:
            return {};
        case k_signal_no_process:
            return fail(ErrorKind::not_found, std::format("there is no process {} to send a console event to", id));
        case k_signal_no_console:
            return fail(ErrorKind::io_failed, std::format("process {} has no console to send an event to", id));
        default:
            return fail(ErrorKind::io_failed,
                        std::format("sending a console event to process {} failed (exit code {} of the sender)", id,
                                    exit_code));
    }
}

Status WindowsConsoleSignaller::send(std::uint32_t id, ConsoleEvent event, Duration patience) {
    auto helper = start_helper(id, event);
    if (!helper) {
        return std::unexpected(helper.error());
    }
    if (WaitForSingleObject(helper->get(), to_wait(patience)) != WAIT_OBJECT_0) {
        TerminateProcess(helper->get(), 1);
        return fail(ErrorKind::timed_out,
                    std::format("sending a console event to process {} took longer than {}", id, to_text(patience)));
    }
    DWORD exit_code = 1;
    GetExitCodeProcess(helper->get(), &exit_code);
    return judge_helper(id, exit_code);
}

}  // namespace

Status raise_console_event(std::uint32_t id, ConsoleEvent event) {
    if (!make_system()->is_process_alive(id)) {
        return fail(ErrorKind::not_found, std::format("there is no process {}", id));
    }
    FreeConsole();
    if (AttachConsole(id) == 0) {
        return fail_to_attach(id, GetLastError());
    }
    // After attaching, which forgets all handlers.
    ResetEvent(delivered_event());
    if (SetConsoleCtrlHandler(swallow_event, TRUE) == 0 || SetConsoleCtrlHandler(nullptr, FALSE) == 0) {
        return fail_with(ErrorKind::io_failed, "cannot shield the sender from its own event", GetLastError());
    }
    const DWORD number = event == ConsoleEvent::control_c ? CTRL_C_EVENT : CTRL_BREAK_EVENT;
    if (GenerateConsoleCtrlEvent(number, 0) == 0) {
        return fail_with(ErrorKind::io_failed, std::format("cannot send an event to the console of process {}", id),
                         GetLastError());
    }
    WaitForSingleObject(delivered_event(), k_longest_delivery);
    return {};
}

std::unique_ptr<ConsoleSignaller> win32::make_console_signaller_with(std::string helper_exe) {
    return std::make_unique<WindowsConsoleSignaller>(std::move(helper_exe));
}

std::unique_ptr<ConsoleSignaller> make_console_signaller() {
    return win32::make_console_signaller_with(module_path().value_or(std::string()));
}

}  // namespace svcwrap::platform
