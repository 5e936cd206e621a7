// Watching by inotify(7).
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/path.hpp"
#include "platform/native.hpp"
#include "platform/posix/descriptor.hpp"
#include "platform/posix/posix_error.hpp"

namespace svcwrap::platform {

namespace {

using posix::Descriptor;

// The file itself would be lost when it is replaced; the folder sees all that happens to it.
constexpr std::uint32_t k_events =
    IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB;

class PosixFileWatch final : public FileWatch {
public:
    PosixFileWatch(Descriptor events, Descriptor stop, std::string name, std::function<void()> changed)
        : events_(std::move(events)), stop_(std::move(stop)), name_(std::move(name)) {
        thread_ = std::thread([this, call = std::move(changed)] { follow(call); });
    }

    ~PosixFileWatch() override {
        ::eventfd_write(stop_.get(), 1);
        thread_.join();
    }

private:
    void follow(const std::function<void()>& changed) const {
        while (true) {
            std::array<pollfd, 2> what{{{.fd = stop_.get(), .events = POLLIN, .revents = 0},
                                        {.fd = events_.get(), .events = POLLIN, .revents = 0}}};
            if (::poll(what.data(), what.size(), -1) < 0 && errno != EINTR) {
                return;
            }
            if (what[0].revents != 0) {
                return;
            }
            if (what[1].revents != 0 && read_events()) {
                changed();
            }
        }
    }

    // True if one of the events that wait is about the file.
    [[nodiscard]] bool read_events() const {
        alignas(inotify_event) std::array<char, 16 * 1024> block{};
        const ssize_t size = ::read(events_.get(), block.data(), block.size());
        bool ours = false;
        for (ssize_t at = 0; at < size;) {
            const auto* event = reinterpret_cast<const inotify_event*>(block.data() + at);
            ours = ours || (event->mask & IN_Q_OVERFLOW) != 0 || (event->len > 0 && name_ == event->name);
            at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
        }
        return ours;
    }

    Descriptor events_;
    Descriptor stop_;
    std::string name_;
    std::thread thread_;
};

class PosixFileWatcher final : public FileWatcher {
public:
    Result<std::unique_ptr<FileWatch>> watch(const std::string& path, std::function<void()> changed) override {
        Descriptor events(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
        Descriptor stop(::eventfd(0, EFD_CLOEXEC));
        if (!events.is_open() || !stop.is_open() ||
            ::inotify_add_watch(events.get(), parent_path(path).c_str(), k_events) < 0) {
            return posix::fail_errno("watch", path, errno);
        }
        try {
            return std::make_unique<PosixFileWatch>(std::move(events), std::move(stop), file_name(path),
                                                    std::move(changed));
        } catch (const std::exception& failure) {
            return fail(ErrorKind::io_failed, "watch " + path + ": " + failure.what());
        }
    }
};

}  // namespace

std::unique_ptr<FileWatcher> make_file_watcher() {
    return std::make_unique<PosixFileWatcher>();
}

}  // namespace svcwrap::platform
