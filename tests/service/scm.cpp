#include "service/scm.hpp"

#include <catch_amalgamated.hpp>
#include <memory>
#include <type_traits>
#include <vector>

#include "service/process.hpp"
#include "service/world.hpp"

namespace svcwrap::testing::scm {

namespace {

struct CloseServiceHandleOf {
    void operator()(SC_HANDLE handle) const { CloseServiceHandle(handle); }
};
using ServiceHandle = std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, CloseServiceHandleOf>;

ServiceHandle open_manager(DWORD rights) {
    return ServiceHandle(OpenSCManagerW(nullptr, nullptr, rights));
}

ServiceHandle open_service(const std::string& name, DWORD rights) {
    const ServiceHandle manager = open_manager(SC_MANAGER_CONNECT);
    return ServiceHandle(OpenServiceW(manager.get(), to_wide(name).c_str(), rights));
}

// The windows of the test programs are the machine's own, so any error but "no such service" is a failed test.
std::optional<SERVICE_STATUS_PROCESS> query_handle(SC_HANDLE service) {
    SERVICE_STATUS_PROCESS status{};
    DWORD needed = 0;
    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status,
                              &needed)) {
        return std::nullopt;
    }
    return status;
}

}  // namespace

std::optional<SERVICE_STATUS_PROCESS> query(const std::string& name) {
    const ServiceHandle service = open_service(name, SERVICE_QUERY_STATUS);
    return service ? query_handle(service.get()) : std::nullopt;
}

bool exists(const std::string& name) {
    return query(name).has_value();
}

DWORD state_of(const std::string& name) {
    const auto status = query(name);
    return status ? status->dwCurrentState : 0;
}

void wait_for_state(const std::string& name, DWORD state) {
    const bool reached = wait_until([&] { return state_of(name) == state; });
    INFO("service " << name << ": state " << state_of(name) << ", awaited " << state);
    REQUIRE(reached);
}

std::string image_path(const std::string& name) {
    const ServiceHandle service = open_service(name, SERVICE_QUERY_CONFIG);
    REQUIRE(service);
    DWORD needed = 0;
    QueryServiceConfigW(service.get(), nullptr, 0, &needed);
    std::vector<BYTE> buffer(needed);
    auto* const config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer.data());
    REQUIRE(QueryServiceConfigW(service.get(), config, needed, &needed));
    return to_utf8(std::wstring_view(config->lpBinaryPathName));
}

void create(const std::string& name, const std::string& command_line) {
    const ServiceHandle manager = open_manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    INFO("these tests need administrator rights");
    REQUIRE(manager);
    const ServiceHandle service(CreateServiceW(manager.get(), to_wide(name).c_str(), nullptr, SERVICE_ALL_ACCESS,
                                               SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL,
                                               to_wide(command_line).c_str(), nullptr, nullptr, nullptr, nullptr,
                                               nullptr));
    REQUIRE(service);
}

void start(const std::string& name) {
    const ServiceHandle service = open_service(name, SERVICE_START);
    REQUIRE(service);
    const BOOL started = StartServiceW(service.get(), 0, nullptr);
    INFO("StartService " << name << ": error " << GetLastError());
    REQUIRE(started);
}

void stop(const std::string& name) {
    const ServiceHandle service = open_service(name, SERVICE_STOP);
    REQUIRE(service);
    SERVICE_STATUS status{};
    const BOOL stopped = ControlService(service.get(), SERVICE_CONTROL_STOP, &status);
    INFO("stop " << name << ": error " << GetLastError());
    REQUIRE(stopped);
}

ControlAnswer control(const std::string& name, DWORD code) {
    const ServiceHandle service = open_service(name, SERVICE_ALL_ACCESS);
    REQUIRE(service);
    ControlAnswer answer;
    if (!ControlService(service.get(), code, &answer.status)) answer.error = GetLastError();
    return answer;
}

void clean_up(const std::string& name) noexcept {
    const ServiceHandle service = open_service(name, SERVICE_QUERY_STATUS | SERVICE_STOP | DELETE);
    if (!service) return;
    const auto is_stopped = [&] {
        const auto now = query_handle(service.get());
        return !now || now->dwCurrentState == SERVICE_STOPPED;
    };
    const auto before = query_handle(service.get());
    std::optional<Process> wrapper;
    if (before && before->dwProcessId != 0) wrapper = Process::open(before->dwProcessId);
    if (!is_stopped()) {
        SERVICE_STATUS status{};
        ControlService(service.get(), SERVICE_CONTROL_STOP, &status);
        if (!wait_until(is_stopped) && wrapper) wrapper->terminate(1);
    }
    if (wrapper) (void)wrapper->wait_for_end(Milliseconds(10'000));
    DeleteService(service.get());
}

}  // namespace svcwrap::testing::scm
