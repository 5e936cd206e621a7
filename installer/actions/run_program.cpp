#include "run_program.hpp"

namespace svcwrap::setup {

namespace {

// Waits for a process and closes its handles.
[[nodiscard]] DWORD end_of(const PROCESS_INFORMATION& process, DWORD patience) {
    DWORD code = ERROR_TIMEOUT;
    if (WaitForSingleObject(process.hProcess, patience) == WAIT_OBJECT_0) {
        GetExitCodeProcess(process.hProcess, &code);
    } else {
        TerminateProcess(process.hProcess, code);
    }
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code;
}

}  // namespace

DWORD run_program(const std::wstring& program, const std::vector<std::wstring>& arguments, DWORD patience) {
    std::wstring line = L"\"" + program + L"\"";
    for (const std::wstring& argument : arguments) {
        if (argument.find_first_of(L"\"\\") != std::wstring::npos) return ERROR_INVALID_PARAMETER;
        line += L" \"" + argument + L"\"";
    }
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION process{};
    if (CreateProcessW(program.c_str(), line.data(), nullptr, nullptr, FALSE, CREATE_NO_WINDOW, nullptr, nullptr,
                       &startup, &process) == 0) {
        return GetLastError();
    }
    return end_of(process, patience);
}

}  // namespace svcwrap::setup
