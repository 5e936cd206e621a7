#include "platform/standard_input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/posix_error.hpp"

namespace svcwrap::platform {

namespace {

// Somebody may have left the stream in non-blocking mode.
void wait_for(int number, short events) {
    pollfd entry{.fd = number, .events = events, .revents = 0};
    ::poll(&entry, 1, -1);
}

}  // namespace

Result<std::size_t> read_standard_input(std::span<std::byte> bytes) {
    while (true) {
        const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (count >= 0) {
            return static_cast<std::size_t>(count);
        }
        if (errno == EAGAIN) {
            wait_for(STDIN_FILENO, POLLIN);
        } else if (errno != EINTR) {
            return posix::fail_errno("read", "standard input", errno);
        }
    }
}

void widen_standard_input([[maybe_unused]] ByteSize size) {
#ifdef F_SETPIPE_SZ  // Linux
    ::fcntl(STDIN_FILENO, F_SETPIPE_SZ, static_cast<int>(size.bytes));
#endif
}

Status write_standard_output(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            wait_for(STDOUT_FILENO, POLLOUT);
        } else if (errno != EINTR) {
            return posix::fail_errno("write to", "standard output", errno);
        }
    }
    return {};
}

}  // namespace svcwrap::platform
