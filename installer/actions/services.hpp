#pragma once
// The services that run through an exe, and how they are stopped and started.
#include <expected>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "windows_headers.hpp"

namespace svcwrap::setup {

struct CloseServiceHandleLater {
    void operator()(SC_HANDLE handle) const { CloseServiceHandle(handle); }
};
using ServiceHandle = std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, CloseServiceHandleLater>;

struct Service {
    std::wstring name;
    DWORD state = SERVICE_STOPPED;
    DWORD start_type = SERVICE_DEMAND_START;
    std::wstring image_path;
};

// A Windows error code, or nothing.
using Done = std::expected<void, DWORD>;

// The program that an image path names, in its long form; quotes and variables are resolved.
[[nodiscard]] std::wstring program_of(const std::wstring& image_path);

// All services that may be seen.
[[nodiscard]] std::expected<std::vector<Service>, DWORD> all_services();

// Those whose image path names this exe, by whatever writing of its path.
[[nodiscard]] std::expected<std::vector<Service>, DWORD> services_of(const std::wstring& exe);

// True in all states but STOPPED and STOP_PENDING.
[[nodiscard]] bool is_up(const Service& service);

[[nodiscard]] std::vector<std::wstring> names_of(const std::vector<Service>& services);

// The services that run now and need this one, in the order in which they must be stopped.
[[nodiscard]] std::vector<std::wstring> running_dependents(const std::wstring& name);

// Stops a service and waits until it has; one that is stopped is fine. Waits as long as it shows progress
// (SERVICE_STATUS.dwCheckPoint). The services that need it must be stopped already.
[[nodiscard]] Done stop_service(const std::wstring& name);

// Starts a service and waits until it runs; one that runs is fine. One that is about to stop is waited for first.
[[nodiscard]] Done start_service(const std::wstring& name);

// Stops it with all that need it, starts it, and them again. What was paused is paused again.
[[nodiscard]] Done restart_service(const Service& service);

// Removes its registration.
[[nodiscard]] Done remove_service(const std::wstring& name);

}  // namespace svcwrap::setup
