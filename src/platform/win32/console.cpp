#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/argv.hpp"
#include "platform/system.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

HANDLE handle_of(StandardStream stream) {
    return GetStdHandle(stream == StandardStream::output ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
}

bool is_console(HANDLE handle) {
    DWORD mode = 0;
    return KernelTraits::is_open(handle) && GetConsoleMode(handle, &mode) != 0;
}

// The console takes UTF-16 whatever its code page is; a person's code page is not ours to change.
void write_console(HANDLE console, std::wstring_view text) {
    constexpr std::size_t k_part = 8192;  // one call of the console takes at most 64 KB
    while (!text.empty()) {
        DWORD written = 0;
        const auto part = static_cast<DWORD>(std::min(text.size(), k_part));
        if (WriteConsoleW(console, text.data(), part, &written, nullptr) == 0 || written == 0) {
            return;
        }
        text.remove_prefix(written);
    }
}

void write_bytes(HANDLE file, std::string_view bytes) {
    while (!bytes.empty()) {
        DWORD written = 0;
        const auto part = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), 1024 * 1024));
        if (WriteFile(file, bytes.data(), part, &written, nullptr) == 0) {
            return;  // nobody reads any more, and there is nowhere to say so
        }
        bytes.remove_prefix(written);
    }
}

// How long Windows waits for the handler of a close event (Console documentation, HandlerRoutine).
constexpr std::chrono::seconds k_close_time{5};

// The requests of the console on their way from the system's handler thread to a thread of our own.
class WatchState {
public:
    void post(ConsoleRequest request) {
        {
            const std::scoped_lock lock(mutex_);
            requests_.push_back(request);
        }
        changed_.notify_all();
    }

    // Empty: the watch has ended.
    std::optional<ConsoleRequest> next() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ended_ || !requests_.empty(); });
        if (ended_) {
            return std::nullopt;
        }
        const ConsoleRequest request = requests_.front();
        requests_.pop_front();
        return request;
    }

    void end() {
        {
            const std::scoped_lock lock(mutex_);
            ended_ = true;
        }
        changed_.notify_all();
    }

    void wait_for_end() {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, k_close_time, [this] { return ended_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<ConsoleRequest> requests_;
    bool ended_ = false;
};

// Windows calls the handler without a parameter of ours.
std::mutex g_watch_mutex;
std::shared_ptr<WatchState> g_watch;

BOOL WINAPI handle_console_event(DWORD event) {
    std::shared_ptr<WatchState> watch;
    {
        const std::scoped_lock lock(g_watch_mutex);
        watch = g_watch;
    }
    if (!watch) {
        return FALSE;
    }
    if (event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT) {
        watch->post(ConsoleRequest::interrupt);
        return TRUE;
    }
    watch->post(ConsoleRequest::close);
    watch->wait_for_end();  // the process is ended as soon as this returns
    return TRUE;
}

void set_watch(std::shared_ptr<WatchState> watch) {
    const std::scoped_lock lock(g_watch_mutex);
    g_watch = std::move(watch);
}

class WindowsConsoleWatch final : public ConsoleWatch {
public:
    explicit WindowsConsoleWatch(std::function<void(ConsoleRequest)> handler)
        : thread_([state = state_, handler = std::move(handler)] {
              while (const auto request = state->next()) {
                  handler(*request);
              }
          }) {
        set_watch(state_);
        SetConsoleCtrlHandler(handle_console_event, TRUE);
    }
    ~WindowsConsoleWatch() override {
        SetConsoleCtrlHandler(handle_console_event, FALSE);
        set_watch(nullptr);
        state_->end();
    }

private:
    std::shared_ptr<WatchState> state_ = std::make_shared<WatchState>();
    std::jthread thread_;
};

// A console of Windows shows escape sequences as signs unless it is told otherwise (before Windows 10: always).
void understand_sequences(HANDLE console) {
    DWORD mode = 0;
    if (GetConsoleMode(console, &mode) != 0 && (mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING) == 0) {
        SetConsoleMode(console, mode | ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
    }
}

}  // namespace

void write_text(StandardStream stream, std::string_view text) {
    HANDLE handle = handle_of(stream);
    if (is_console(handle)) {
        if (text.contains('\x1b')) understand_sequences(handle);
        write_console(handle, to_wide(text));
    } else if (KernelTraits::is_open(handle)) {
        write_bytes(handle, text);
    }
}

bool is_terminal(StandardStream stream) {
    return is_console(handle_of(stream));
}

std::unique_ptr<ConsoleWatch> watch_console(std::function<void(ConsoleRequest)> handler) {
    return std::make_unique<WindowsConsoleWatch>(std::move(handler));
}

std::vector<std::string> prepare_process(int, char**) {
    HeapSetInformation(nullptr, HeapEnableTerminationOnCorruption, nullptr, 0);
    // Nobody sees a message box in session 0, and children inherit this mode. Crash reporting stays on.
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
    SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
    SetConsoleCtrlHandler(nullptr, FALSE);
    // argv is in the system's code page and has lost what that cannot say.
    return split_command_line(from_wide(GetCommandLineW()));
}

}  // namespace svcwrap::platform
