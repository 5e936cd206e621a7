#include "platform/posix/pipes.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <limits>
#include <optional>

#include "platform/posix/posix_error.hpp"

namespace svcwrap::platform::posix {

namespace {

using SteadyClock = std::chrono::steady_clock;

// When a wait must end; none for k_forever, which no clock can add up.
std::optional<SteadyClock::time_point> end_of(Duration patience) {
    constexpr Duration k_a_century = std::chrono::hours(24 * 36525);
    if (patience >= k_a_century) {
        return std::nullopt;
    }
    return SteadyClock::now() + patience;
}

int milliseconds_until(const std::optional<SteadyClock::time_point>& end) {
    if (!end) {
        return -1;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*end - SteadyClock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

// Polls, again after a signal, until something is ready (true) or the time is over (false).
Result<bool> wait_ready(std::span<pollfd> what, const std::optional<SteadyClock::time_point>& end) {
    while (true) {
        const int ready = ::poll(what.data(), what.size(), milliseconds_until(end));
        if (ready >= 0) {
            return ready > 0;
        }
        if (errno != EINTR) {
            return fail_errno("wait for", "a pipe", errno);
        }
    }
}

class PosixPipeReader final : public PipeReader {
public:
    PosixPipeReader(Descriptor reading, Descriptor cancelled)
        : reading_(std::move(reading)), cancelled_(std::move(cancelled)) {}

    Result<std::size_t> read(std::span<std::byte> bytes, Duration patience) override {
        std::array<pollfd, 2> what{{{.fd = cancelled_.get(), .events = POLLIN, .revents = 0},
                                    {.fd = reading_.get(), .events = POLLIN, .revents = 0}}};
        auto ready = wait_ready(what, end_of(patience));
        if (!ready) {
            return std::unexpected(ready.error());
        }
        if (what[0].revents != 0) {
            return read_rest(bytes);
        }
        if (!*ready) {
            return fail(ErrorKind::timed_out, "read the output of the child: nothing came in time");
        }
        return read_now(bytes);
    }

    void cancel() override { ::eventfd_write(cancelled_.get(), 1); }

private:
    Result<std::size_t> read_now(std::span<std::byte> bytes) {
        const ssize_t count = ::read(reading_.get(), bytes.data(), bytes.size());
        if (count < 0) {
            return fail_errno("read", "the output of the child", errno);
        }
        return static_cast<std::size_t>(count);
    }

    // After cancel(): what the pipe held at the first read since then.
    Result<std::size_t> read_rest(std::span<std::byte> bytes) {
        if (!rest_) {
            int available = 0;
            rest_ = ::ioctl(reading_.get(), FIONREAD, &available) == 0 ? static_cast<std::size_t>(available) : 0;
        }
        bytes = bytes.first(std::min(bytes.size(), *rest_));
        if (bytes.empty()) {
            return 0;
        }
        auto count = read_now(bytes);
        *rest_ -= count.value_or(0);
        return count;
    }

    Descriptor reading_;
    Descriptor cancelled_;             // readable once cancel() was called, and from then on
    std::optional<std::size_t> rest_;  // still to be handed over after cancel(); none before its first read
};

class PosixPipeWriter final : public PipeWriter {
public:
    explicit PosixPipeWriter(Descriptor writing) : writing_(std::move(writing)) {}

    Status write(std::span<const std::byte> bytes, Duration patience) override {
        const auto end = end_of(patience);
        while (!bytes.empty()) {
            pollfd what{.fd = writing_.get(), .events = POLLOUT, .revents = 0};
            auto ready = wait_ready({&what, 1}, end);
            if (!ready) {
                return std::unexpected(ready.error());
            }
            if (!*ready) {
                return fail(ErrorKind::timed_out, "write to the standard input of the child: it does not read");
            }
            const ssize_t count = ::write(writing_.get(), bytes.data(), bytes.size());
            if (count < 0 && errno != EAGAIN && errno != EINTR) {
                return fail_errno("write to", "the standard input of the child", errno);
            }
            bytes = bytes.subspan(count > 0 ? static_cast<std::size_t>(count) : 0);
        }
        return {};
    }

private:
    Descriptor writing_;
};

}  // namespace

Result<PipeEnds> make_pipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail_errno("open", "a pipe", errno);
    }
    return PipeEnds{.reading = Descriptor(ends[0]), .writing = Descriptor(ends[1])};
}

Result<std::unique_ptr<PipeReader>> make_pipe_reader(Descriptor reading) {
    Descriptor cancelled(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!cancelled.is_open()) {
        return fail_errno("make", "an event", errno);
    }
    return std::make_unique<PosixPipeReader>(std::move(reading), std::move(cancelled));
}

// Non-blocking on our side only: the two ends of a pipe have flags of their own.
Result<std::unique_ptr<PipeWriter>> make_pipe_writer(Descriptor writing) {
    if (::fcntl(writing.get(), F_SETFL, O_NONBLOCK) != 0) {
        return fail_errno("prepare", "the pipe to the standard input", errno);
    }
    return std::make_unique<PosixPipeWriter>(std::move(writing));
}

}  // namespace svcwrap::platform::posix
