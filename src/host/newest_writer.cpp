#include "host/newest_writer.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "platform/unflushed_files.hpp"

namespace svcwrap::host {

// Lives as long as the thread, which may hang in the disk for longer than anybody waits.
struct NewestWriter::Desk {
    platform::FileSystem& files;
    const std::string path;
    const Outlives outlives;
    const std::function<void(Status)> told;
    const Duration settle_time;

    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable finished;
    Content newest;
    bool closing = false;
    bool done = false;
    bool all_written = true;
    bool settled = false;      // the thread has nothing more to do
    bool is_disk_due = false;  // readers have the last content, the disk may not; of the thread

    void serve();
    void write_all(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] Status attempt(const Content& content, bool is_last);
    void tell(Status now) const;
    [[nodiscard]] bool wait_for_more(std::unique_lock<std::mutex>& lock, bool failed, Duration pause);
};

void NewestWriter::Desk::serve() {
    std::unique_lock lock(mutex);
    write_all(lock);
    done = true;
    finished.notify_all();
    if (is_disk_due) {
        lock.unlock();
        (void)platform::unflushed(files)->flush_file(path);
        lock.lock();
    }
    settled = true;
    finished.notify_all();
}

void NewestWriter::Desk::write_all(std::unique_lock<std::mutex>& lock) {
    Duration pause = k_first_rewrite_pause;
    bool failing = false;
    while (wait_for_more(lock, failing, pause)) {
        const Content content = std::exchange(newest, nullptr);
        const bool is_last = closing;
        lock.unlock();
        Status written = attempt(content, is_last);
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

Status NewestWriter::Desk::attempt(const Content& content, bool is_last) {
    try {
        auto* const quick = outlives == Outlives::process || is_last ? platform::unflushed(files) : nullptr;
        if (quick == nullptr) return files.write_whole(path, content());
        Status put = quick->put_whole(path, content());
        is_disk_due = put && outlives == Outlives::power_cut;
        return put;
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

NewestWriter::NewestWriter(platform::FileSystem& files, std::string path, Outlives outlives,
                           std::function<void(Status)> told, Duration settle_time)
    : desk_(std::make_shared<Desk>(files, std::move(path), outlives, std::move(told), settle_time)),
      thread_([desk = desk_] { desk->serve(); }) {}

NewestWriter::~NewestWriter() {
    (void)close(Duration::zero());
    settle(Duration::zero());
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
    finish();
    std::unique_lock lock(desk_->mutex);
    const bool done = desk_->finished.wait_for(lock, patience, [this] { return desk_->done; });
    return done && desk_->all_written;
}

void NewestWriter::settle(Duration patience) {
    if (!thread_.joinable()) return;
    std::unique_lock lock(desk_->mutex);
    const bool settled = desk_->finished.wait_for(lock, patience, [this] { return desk_->settled; });
    lock.unlock();
    if (settled) {
        thread_.join();
    } else {
        thread_.detach();
    }
}

}  // namespace svcwrap::host
