#include "platform/win32/suspension.hpp"

#include <windows.h>
// after windows.h
#include <tlhelp32.h>

#include <algorithm>
#include <format>

namespace svcwrap::platform::win32 {

namespace {

constexpr int k_most_rounds = 20;

std::unexpected<Error> fail_suspend(DWORD process, DWORD code) {
    return fail_with(file_error_kind(code), std::format("cannot suspend process {}", process), code);
}

}  // namespace

Suspension::~Suspension() {
    for (const Thread& thread : threads_) {
        ResumeThread(thread.handle.get());
    }
}

bool Suspension::holds(DWORD thread_id) const {
    return std::ranges::contains(threads_, thread_id, &Thread::id);
}

Result<Suspension> Suspension::make(const std::function<std::vector<DWORD>()>& processes) {
    Suspension suspension;
    for (int round = 0; round < k_most_rounds; ++round) {
        const auto found = suspension.suspend_all_of(processes());
        if (!found) {
            return std::unexpected(found.error());
        }
        if (*found == 0) {
            return suspension;
        }
    }
    return fail(ErrorKind::io_failed, "cannot suspend the process tree: somebody keeps starting threads in it");
}

Result<std::size_t> Suspension::suspend_all_of(const std::vector<DWORD>& processes) {
    if (processes.empty()) {
        return 0;
    }
    const KernelHandle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0));
    if (!snapshot.is_open()) {
        return fail_with(ErrorKind::io_failed, "cannot list the threads of the machine", GetLastError());
    }
    std::size_t suspended = 0;
    THREADENTRY32 entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = Thread32First(snapshot.get(), &entry); more != 0; more = Thread32Next(snapshot.get(), &entry)) {
        if (!std::ranges::contains(processes, entry.th32OwnerProcessID) || holds(entry.th32ThreadID)) {
            continue;
        }
        const auto done = suspend_one(entry.th32ThreadID, processes);
        if (!done) {
            return std::unexpected(done.error());
        }
        suspended += *done;
    }
    return suspended;
}

// A thread that is over by now is as good as suspended, and its number may be somebody else's already.
Result<std::size_t> Suspension::suspend_one(DWORD thread_id, const std::vector<DWORD>& processes) {
    constexpr DWORD k_access = THREAD_SUSPEND_RESUME | THREAD_QUERY_LIMITED_INFORMATION | SYNCHRONIZE;
    KernelHandle thread(OpenThread(k_access, FALSE, thread_id));
    if (!thread.is_open()) {
        const DWORD code = GetLastError();
        return code == ERROR_INVALID_PARAMETER ? Result<std::size_t>(0) : fail_suspend(processes.front(), code);
    }
    const DWORD process = GetProcessIdOfThread(thread.get());
    if (!std::ranges::contains(processes, process)) {
        return 0;
    }
    if (SuspendThread(thread.get()) == static_cast<DWORD>(-1)) {
        const DWORD code = GetLastError();
        // A thread on its way out refuses too, a moment before its handle says so.
        const bool is_over = WaitForSingleObject(thread.get(), 100) == WAIT_OBJECT_0;
        return is_over ? Result<std::size_t>(0) : fail_suspend(process, code);
    }
    threads_.push_back({.id = thread_id, .handle = std::move(thread)});
    return 1;
}

}  // namespace svcwrap::platform::win32
