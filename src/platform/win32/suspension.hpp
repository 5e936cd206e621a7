#pragma once
// Stopping processes where they stand. Windows documents no way to suspend a process, only its threads. Internal to
// platform/win32.
#include <functional>
#include <vector>

#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

// Threads that are suspended as long as this lives. Their handles are kept, so that exactly these are resumed.
class Suspension {
public:
    // Suspends every thread of the processes, again and again until neither a new thread nor a new process is found:
    // one that still ran may have started it. Each round takes a snapshot of all threads of the machine, a few
    // milliseconds; it takes two rounds unless the processes start others just now.
    // Errors: access_denied, io_failed; nothing is left suspended then.
    [[nodiscard]] static Result<Suspension> make(const std::function<std::vector<DWORD>()>& processes);

    Suspension(Suspension&&) = default;
    Suspension& operator=(Suspension&&) = delete;
    Suspension(const Suspension&) = delete;
    Suspension& operator=(const Suspension&) = delete;
    ~Suspension();

private:
    Suspension() = default;
    // How many threads were new.
    [[nodiscard]] Result<std::size_t> suspend_all_of(const std::vector<DWORD>& processes);
    [[nodiscard]] Result<std::size_t> suspend_one(DWORD thread_id, const std::vector<DWORD>& processes);
    [[nodiscard]] bool holds(DWORD thread_id) const;

    struct Thread {
        DWORD id;
        KernelHandle handle;
    };
    std::vector<Thread> threads_;
};

}  // namespace svcwrap::platform::win32
