#include "host/worker.hpp"

#include <exception>
#include <system_error>
#include <utility>

namespace svcwrap::host {

namespace {

// A thread that had nothing to do for so long ends; the next task begins another.
constexpr Duration k_longest_idle_time = std::chrono::seconds(2);

}  // namespace

struct Worker::Shared {
    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable finished;
    std::deque<std::function<void()>> tasks;
    std::size_t capacity = 0;
    std::uint64_t refused = 0;
    bool is_busy = false;  // with a task
    bool closing = false;
    bool done = false;  // there is no thread, or it touches nothing any more

    [[nodiscard]] bool wait_for_task(std::unique_lock<std::mutex>& lock) {
        wake.wait_for(lock, k_longest_idle_time, [this] { return closing || !tasks.empty(); });
        return !tasks.empty();
    }
};

Worker::Worker(std::size_t capacity) : shared_(std::make_shared<Shared>()) {
    shared_->capacity = capacity;
}

Worker::~Worker() {
    std::deque<std::function<void()>> left;  // destroyed without the lock: what tasks own may take its time to go
    {
        const std::lock_guard lock(shared_->mutex);
        left.swap(shared_->tasks);
    }
    (void)stop(Duration::zero());
}

bool Worker::post(std::function<void()> task) {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->closing || shared_->tasks.size() >= shared_->capacity || !has_thread()) {
        shared_->refused += shared_->closing ? 0 : 1;
        return false;
    }
    shared_->tasks.push_back(std::move(task));
    shared_->wake.notify_one();
    return true;
}

// With the lock held.
bool Worker::has_thread() {
    try {
        if (thread_.joinable() && !shared_->done) return true;
        if (thread_.joinable()) thread_.detach();  // it has ended, but for a few instructions
        shared_->done = false;
        thread_ = std::thread([shared = shared_] { serve(shared); });
        return true;
    } catch (const std::system_error&) {
        shared_->done = true;
        return false;
    }
}

bool Worker::stop(Duration patience) {
    std::unique_lock lock(shared_->mutex);
    shared_->closing = true;
    if (!thread_.joinable()) return true;
    shared_->wake.notify_one();
    const bool done = shared_->finished.wait_for(
        lock, patience, [this] { return shared_->done || (!shared_->is_busy && shared_->tasks.empty()); });
    lock.unlock();
    thread_.detach();
    return done;
}

std::uint64_t Worker::refused() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->refused;
}

void Worker::serve(const std::shared_ptr<Shared>& shared) {
    std::unique_lock lock(shared->mutex);
    while (shared->wait_for_task(lock)) {
        auto task = std::move(shared->tasks.front());
        shared->tasks.pop_front();
        shared->is_busy = true;
        lock.unlock();
        try {
            task();
        } catch (const std::exception&) {
            // A task reports its own failures; what still escapes (out of memory) must not end the wrapper.
        }
        task = nullptr;  // without the lock: a file that the task owns may hang while it is closed
        lock.lock();
        shared->is_busy = false;
    }
    shared->done = true;
    shared->finished.notify_all();
}

}  // namespace svcwrap::host
