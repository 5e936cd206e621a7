#include "host/newest_writer.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

namespace svcwrap::host {

// Lives as long as the thread, which may hang in the disk for longer than anybody waits.
struct NewestWriter::Desk {
    platform::FileSystem& files;
    const std::string path;
    const std::function<void(Status)> told;
    const Duration settle_time;

    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable finished;
    Content newest;
    bool closing = false;
    bool done = false;
    bool all_written = true;

    void serve();
    [[nodiscard]] Status attempt(const Content& content);
    void tell(Status now) const;
    [[nodiscard]] bool wait_for_more(std::unique_lock<std::mutex>& lock, bool failed, Duration pause);
};

void NewestWriter::Desk::serve() {
    Duration pause = k_first_rewrite_pause;
    bool failing = false;
    std::unique_lock lock(mutex);
    while (wait_for_more(lock, failing, pause)) {
        const Content content = std::exchange(newest, nullptr);
        lock.unlock();
        Status written = attempt(content);
        const bool failed = !written;
        if (failed != failing) tell(std::move(written));
        lock.lock();
        pause = failed ? std::min(failing ? pause * 2 : k_first_rewrite_pause, k_longest_rewrite_pause)
                       : k_first_rewrite_pause;
        failing = failed;
        all_written = !failed && !newest;
        if (failed && !newest) newest = content;
        if (failed && closing) break;
    }
    done = true;
    finished.notify_all();
}

// False when there is nothing more to do. A content waits a moment for a newer one, and one that failed for its pause,
// unless the end has come: then it is written at once, or gets a last attempt.
bool NewestWriter::Desk::wait_for_more(std::unique_lock<std::mutex>& lock, bool failed, Duration pause) {
    if (failed) {
        wake.wait_for(lock, pause, [this] { return closing; });
    } else {
        wake.wait(lock, [this] { return closing || newest; });
        wake.wait_for(lock, settle_time, [this] { return closing; });
    }
    return static_cast<bool>(newest);
}

Status NewestWriter::Desk::attempt(const Content& content) {
    try {
        return files.write_whole(path, content());
    } catch (const std::exception& error) {
        return fail(ErrorKind::io_failed, "write " + path + ": " + error.what());
    }
}

void NewestWriter::Desk::tell(Status now) const {
    try {
        told(std::move(now));
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): out of memory; the file itself matters more
    }
}

NewestWriter::NewestWriter(platform::FileSystem& files, std::string path, std::function<void(Status)> told,
                           Duration settle_time)
    : desk_(std::make_shared<Desk>(files, std::move(path), std::move(told), settle_time)),
      thread_([desk = desk_] { desk->serve(); }) {}

NewestWriter::~NewestWriter() {
    (void)close(Duration::zero());
}

void NewestWriter::write(Content content) {
    const std::lock_guard lock(desk_->mutex);
    if (desk_->closing) return;
    desk_->newest = std::move(content);
    desk_->all_written = false;
    desk_->wake.notify_one();
}

void NewestWriter::finish() {
    const std::lock_guard lock(desk_->mutex);
    desk_->closing = true;
    desk_->wake.notify_one();
}

bool NewestWriter::close(Duration patience) {
    if (!thread_.joinable()) return true;
    finish();
    std::unique_lock lock(desk_->mutex);
    const bool done = desk_->finished.wait_for(lock, patience, [this] { return desk_->done; });
    const bool all_written = desk_->all_written;
    lock.unlock();
    if (done) {
        thread_.join();
    } else {
        thread_.detach();
    }
    return done && all_written;
}

}  // namespace svcwrap::host
