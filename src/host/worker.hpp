#pragma once
// A thread for work that may block, so that the control loop never does.
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "base/time.hpp"

namespace svcwrap::host {

// Runs tasks one after the other on a thread of its own, which is there only while there is something to do.
// Thread-safe. Tasks may outlive the worker: a task that hangs in a system call is abandoned with its thread when the
// worker is stopped, so it must own what it touches, or touch only what lives as long as the process.
class Worker {
public:
    // At most `capacity` tasks wait; a further one is refused.
    explicit Worker(std::size_t capacity);
    // Stops without waiting for tasks that have not begun.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // False if the queue is full, the worker was stopped or the system has no thread: the task will not run.
    bool post(std::function<void()> task);
    // Takes no more tasks and waits until those that were taken are done and gone, at most that long. False: some were
    // not. Either way the thread is left to itself: without a task it touches nothing but its own.
    bool stop(Duration patience);
    // Tasks that post() refused for want of room or of a thread.
    [[nodiscard]] std::uint64_t refused() const;

private:
    struct Shared;
    [[nodiscard]] bool has_thread();
    static void serve(const std::shared_ptr<Shared>& shared);

    std::shared_ptr<Shared> shared_;
    std::thread thread_;
};

}  // namespace svcwrap::host
