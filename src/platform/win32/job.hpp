#pragma once
// A job object: the box that holds a child and everything that it starts. Internal to platform/win32.
#include <cstddef>
#include <string>
#include <vector>

#include "platform/process.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

// The whole path of the program of a process, or nothing if the process is gone or not ours to look at.
[[nodiscard]] std::wstring program_of(DWORD process_id);

class Job {
public:
    // With kill_on_close every process in the job ends with the last handle of it, so also when the wrapper is killed.
    // A limit that the system refuses is an error: a limit that is silently not there is worse than none.
    [[nodiscard]] static Result<Job> make(const JobLimits& limits, bool kill_on_close);

    [[nodiscard]] HANDLE get() const { return handle_.get(); }
    // The processes alive in the job. The console host of a windowless console, where the system puts it into the job,
    // is not counted: it is nobody's descendant and goes when the last program on its console has gone.
    [[nodiscard]] std::vector<DWORD> process_ids() const;
    [[nodiscard]] Status terminate(ExitCode code) const;

private:
    explicit Job(KernelHandle handle) : handle_(std::move(handle)) {}
    KernelHandle handle_;
};

}  // namespace svcwrap::platform::win32
