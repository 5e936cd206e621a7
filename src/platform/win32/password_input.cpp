#include <array>
#include <span>

#include "platform/accounts.hpp"
#include "platform/system.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

// While a password is being typed Ctrl-C must not end the process: the console would stay without echo.
BOOL WINAPI swallow_interrupt(DWORD event) {
    return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT ? TRUE : FALSE;
}

class QuietConsole {
public:
    explicit QuietConsole(HANDLE console) : console_(console) {
        is_quiet_ = GetConsoleMode(console_, &mode_) != 0 &&
                    SetConsoleMode(console_, ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT) != 0;
        SetConsoleCtrlHandler(swallow_interrupt, TRUE);
    }
    ~QuietConsole() {
        SetConsoleCtrlHandler(swallow_interrupt, FALSE);
        if (is_quiet_) {
            SetConsoleMode(console_, mode_);
        }
    }
    QuietConsole(const QuietConsole&) = delete;
    QuietConsole& operator=(const QuietConsole&) = delete;
    [[nodiscard]] bool is_quiet() const { return is_quiet_; }

private:
    HANDLE console_;
    DWORD mode_ = 0;
    bool is_quiet_ = false;
};

std::unexpected<Error> fail_ask() {
    return fail(ErrorKind::usage, "cannot ask for the password: there is no console",
                "Give it on standard input or in an environment variable.");
}

// Wiped when it goes.
struct WideLine {
    std::array<wchar_t, k_longest_password> text{};
    DWORD size = 0;
    ~WideLine() { wipe(std::span(reinterpret_cast<char*>(text.data()), sizeof text)); }
};

bool add_wide(PasswordLine& line, std::span<const wchar_t> wide) {
    std::array<char, k_longest_password * 4> bytes{};
    const int size = WideCharToMultiByte(CP_UTF8, 0, wide.data(), static_cast<int>(wide.size()), bytes.data(),
                                         static_cast<int>(bytes.size()), nullptr, nullptr);
    bool more = true;
    for (int i = 0; i < size && more; ++i) {
        more = line.add(bytes[static_cast<std::size_t>(i)]);
    }
    wipe(bytes);
    return more;
}

Result<Secret> read_console(HANDLE console) {
    PasswordLine line;
    WideLine part;
    do {
        if (ReadConsoleW(console, part.text.data(), static_cast<DWORD>(part.text.size()), &part.size, nullptr) == 0) {
            return fail_with(ErrorKind::io_failed, "cannot read the password from the console", GetLastError());
        }
        // Ctrl-C ends the reading with nothing read.
        if (part.size == 0) {
            return fail(ErrorKind::usage, "no password was given: the input was broken off");
        }
    } while (add_wide(line, std::span(part.text).first(part.size)));
    return line.take();
}

}  // namespace

Result<Secret> ask_password(std::string_view prompt) {
    // Not standard input, which may be a file while there is a person at the console.
    const KernelHandle console(CreateFileW(L"CONIN$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                           nullptr, OPEN_EXISTING, 0, nullptr));
    if (!console.is_open()) {
        return fail_ask();
    }
    const QuietConsole quiet(console.get());
    if (!quiet.is_quiet()) {
        return fail_ask();
    }
    write_text(StandardStream::error, prompt);
    auto password = read_console(console.get());
    write_text(StandardStream::error, "\n");
    return password;
}

Result<Secret> read_password_line() {
    PasswordLine line;
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    char byte = 0;
    // One by one, so that nothing behind the line is taken.
    do {
        DWORD read = 0;
        if (ReadFile(input, &byte, 1, &read, nullptr) == 0 && GetLastError() != ERROR_BROKEN_PIPE) {
            return fail_with(ErrorKind::io_failed, "cannot read the password from standard input", GetLastError());
        }
        if (read == 0) {
            break;
        }
    } while (line.add(byte));
    wipe(std::span(&byte, 1));
    return line.take();
}

}  // namespace svcwrap::platform
