#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <thread>

#include "platform/posix/descriptor.hpp"
#include "platform/posix/pipes.hpp"
#include "platform/system.hpp"

namespace svcwrap::platform {

namespace {

using posix::Descriptor;

constexpr std::array k_watched_signals{SIGINT, SIGTERM, SIGHUP};

// Where the signal handler writes the number of the signal; -1 while nobody watches.
std::atomic<int> signal_pipe{-1};  // NOLINT: a signal handler has no other way to its data

void pass_on(int number) {
    const int saved = errno;
    const auto byte = static_cast<unsigned char>(number);
    if (const int pipe = signal_pipe.load(); pipe >= 0) {
        // A full pipe means that enough requests wait already.
        [[maybe_unused]] const ssize_t written = ::write(pipe, &byte, 1);
    }
    errno = saved;
}

class PosixConsoleWatch final : public ConsoleWatch {
public:
    PosixConsoleWatch(posix::PipeEnds ends, std::function<void(ConsoleRequest)> handler) : ends_(std::move(ends)) {
        ::fcntl(ends_.writing.get(), F_SETFL, O_NONBLOCK);
        signal_pipe = ends_.writing.get();
        thread_ = std::thread([this, call = std::move(handler)] { pass_requests(call); });
        struct sigaction action{};
        action.sa_handler = pass_on;
        action.sa_flags = SA_RESTART;
        for (std::size_t i = 0; i < k_watched_signals.size(); ++i) {
            ::sigaction(k_watched_signals[i], &action, &before_[i]);
        }
    }

    ~PosixConsoleWatch() override {
        for (std::size_t i = 0; i < k_watched_signals.size(); ++i) {
            ::sigaction(k_watched_signals[i], &before_[i], nullptr);
        }
        signal_pipe = -1;
        ends_.writing.close();
        thread_.join();
    }

private:
    void pass_requests(const std::function<void(ConsoleRequest)>& handler) const {
        unsigned char number = 0;
        while (::read(ends_.reading.get(), &number, 1) == 1) {
            handler(number == SIGHUP ? ConsoleRequest::close : ConsoleRequest::interrupt);
        }
    }

    posix::PipeEnds ends_;
    std::array<struct sigaction, k_watched_signals.size()> before_{};
    std::thread thread_;
};

int number_of(StandardStream stream) {
    return stream == StandardStream::output ? STDOUT_FILENO : STDERR_FILENO;
}

// A closed standard stream would be taken by the next file or pipe that is opened.
void open_missing_standard_streams() {
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(number, F_GETFD) < 0) {
            [[maybe_unused]] const int null = ::open("/dev/null", O_RDWR);
        }
    }
}

}  // namespace

void write_text(StandardStream stream, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(number_of(stream), text.data(), text.size());
        if (count < 0 && errno != EINTR) {
            return;  // nobody is there to be told
        }
        text.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
}

bool is_terminal(StandardStream stream) {
    return ::isatty(number_of(stream)) == 1;
}

std::unique_ptr<ConsoleWatch> watch_console(std::function<void(ConsoleRequest)> handler) {
    auto ends = posix::make_pipe();
    if (!ends) {
        return nullptr;
    }
    return std::make_unique<PosixConsoleWatch>(*std::move(ends), std::move(handler));
}

std::vector<std::string> prepare_process(int argc, char** argv) {
    open_missing_standard_streams();
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGINT, SIG_DFL);
    return {argv, argv + argc};
}

}  // namespace svcwrap::platform
