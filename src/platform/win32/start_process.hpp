#pragma once
// CreateProcess, by way of Boost.Process. Internal to platform/win32.
#include <string>

#include "platform/process.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

struct StartRequest {
    std::wstring application;
    std::wstring command_line;
    std::wstring environment;  // the block
    std::wstring folder;
    HANDLE input = nullptr;  // inheritable
    HANDLE output = nullptr;
    HANDLE error = nullptr;  // may be the same as output
    HANDLE job = nullptr;
    DWORD priority_class = NORMAL_PRIORITY_CLASS;
    DWORD_PTR affinity = 0;  // 0 = all processors
};

struct StartedProcess {
    KernelHandle process;
    DWORD id = 0;
};

// Starts the program in the job with these three handles and no others, on a windowless console of its own.
// Errors: launch_failed with the stage; the process does not exist then. Lets no exception out.
[[nodiscard]] Result<StartedProcess> start_process(const StartRequest& request);

// A launch error: launch_failed with the stage in `where` and Windows' code.
[[nodiscard]] Error launch_error(LaunchStage stage, std::string message, DWORD code);

}  // namespace svcwrap::platform::win32
