// Stopping and starting, with the patience that SERVICE_STATUS asks for.
#include <algorithm>
#include <utility>

#include "services.hpp"

namespace svcwrap::setup {

namespace {

constexpr DWORD k_look_again = 200;         // ms
constexpr DWORD k_end_of_process = 30'000;  // ms from STOPPED to the end of the process, which keeps the exe in use
constexpr ULONGLONG k_patience = 60'000;    // ms without any progress; services.msc gives up after 125 s
constexpr ULONGLONG k_longest = 1'800'000;  // ms; a service that still claims progress then is stuck

[[nodiscard]] std::expected<SERVICE_STATUS_PROCESS, DWORD> status_of(SC_HANDLE service) {
    SERVICE_STATUS_PROCESS status{};
    DWORD needed = 0;
    if (QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status,
                             &needed) == 0) {
        return std::unexpected(GetLastError());
    }
    return status;
}

// How a service that was to run but has stopped explains it.
[[nodiscard]] DWORD reason_of(const SERVICE_STATUS_PROCESS& status) {
    return status.dwWin32ExitCode != NO_ERROR ? status.dwWin32ExitCode : ERROR_PROCESS_ABORTED;
}

// Time is up when the service has shown no sign of progress for its own wait hint, or for our patience if that is
// longer.
class Progress {
public:
    [[nodiscard]] bool is_stuck(const SERVICE_STATUS_PROCESS& status) {
        const ULONGLONG now = GetTickCount64();
        const auto sign = std::pair(status.dwCurrentState, status.dwCheckPoint);
        if (sign != std::exchange(sign_, sign)) since_ = now;
        return now - since_ > std::max<ULONGLONG>(k_patience, status.dwWaitHint) || now - begin_ > k_longest;
    }

private:
    ULONGLONG begin_ = GetTickCount64();
    ULONGLONG since_ = begin_;
    std::pair<DWORD, DWORD> sign_;
};

[[nodiscard]] Done wait_for(SC_HANDLE service, DWORD wanted) {
    for (Progress progress;;) {
        const auto status = status_of(service);
        if (!status) return std::unexpected(status.error());
        if (status->dwCurrentState == wanted) return {};
        if (status->dwCurrentState == SERVICE_STOPPED) return std::unexpected(reason_of(*status));
        if (progress.is_stuck(*status)) return std::unexpected<DWORD>(ERROR_SERVICE_REQUEST_TIMEOUT);
        Sleep(k_look_again);
    }
}

struct CloseHandleLater {
    void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using Handle = std::unique_ptr<void, CloseHandleLater>;

// The process of a running service; nothing where there is none, or it may not be seen.
[[nodiscard]] Handle process_of(SC_HANDLE service) {
    const auto status = status_of(service);
    if (!status || status->dwProcessId == 0) return {};
    return Handle(OpenProcess(SYNCHRONIZE, FALSE, status->dwProcessId));
}

[[nodiscard]] std::expected<ServiceHandle, DWORD> open(const std::wstring& name, DWORD access) {
    const ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
    ServiceHandle service(manager ? OpenServiceW(manager.get(), name.c_str(), access) : nullptr);
    if (!service) return std::unexpected(GetLastError());
    return service;
}

void pause_again(const std::wstring& name) {
    const auto service = open(name, SERVICE_PAUSE_CONTINUE);
    SERVICE_STATUS status{};
    if (service) ControlService(service->get(), SERVICE_CONTROL_PAUSE, &status);
}

[[nodiscard]] Done stop_all(const std::vector<std::wstring>& names) {
    for (const std::wstring& name : names) {
        if (const Done stopped = stop_service(name); !stopped) return stopped;
    }
    return {};
}

}  // namespace

Done stop_service(const std::wstring& name) {
    const auto service = open(name, SERVICE_STOP | SERVICE_QUERY_STATUS);
    if (!service) return std::unexpected(service.error());
    const Handle process = process_of(service->get());
    SERVICE_STATUS status{};
    if (ControlService(service->get(), SERVICE_CONTROL_STOP, &status) == 0) {
        const DWORD code = GetLastError();
        if (code == ERROR_SERVICE_NOT_ACTIVE) return {};
        // It is on its way in one direction or the other; which, the wait will show.
        if (code != ERROR_SERVICE_CANNOT_ACCEPT_CTRL) return std::unexpected(code);
    }
    const Done stopped = wait_for(service->get(), SERVICE_STOPPED);
    if (stopped && process) WaitForSingleObject(process.get(), k_end_of_process);
    return stopped;
}

Done start_service(const std::wstring& name) {
    const auto service = open(name, SERVICE_START | SERVICE_QUERY_STATUS);
    if (!service) return std::unexpected(service.error());
    const auto status = status_of(service->get());
    if (status && status->dwCurrentState == SERVICE_PAUSED) return {};
    if (status && status->dwCurrentState == SERVICE_STOP_PENDING) {
        if (const Done stopped = wait_for(service->get(), SERVICE_STOPPED); !stopped) return stopped;
    }
    if (StartServiceW(service->get(), 0, nullptr) == 0 && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING) {
        return std::unexpected(GetLastError());
    }
    return wait_for(service->get(), SERVICE_RUNNING);
}

Done restart_service(const Service& service) {
    std::vector<std::wstring> others = running_dependents(service.name);
    Done result = stop_all(others);
    if (result) result = stop_service(service.name);
    // Whatever went wrong: what has been stopped is started again, those that others need first.
    const Done started = start_service(service.name);
    if (started && service.state == SERVICE_PAUSED) pause_again(service.name);
    std::ranges::reverse(others);
    Done all_started = started;
    for (const std::wstring& name : others) {
        if (const Done other = start_service(name); !other && all_started) all_started = other;
    }
    return result ? all_started : result;
}

}  // namespace svcwrap::setup
