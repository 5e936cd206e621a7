#include "platform/service_manager.hpp"

#include <format>

#include "platform/native.hpp"
#include "platform/win32/service_calls.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

class WindowsServiceManager final : public ServiceManager {
public:
    Status create(const ServiceDefinition& definition) override;
    Status update(const ServiceDefinition& definition, bool account_changes) override;
    Status remove(const std::string& name) override;
    Status start(const std::string& name) override;
    Status stop(const std::string& name) override;
    Status send_control(const std::string& name, ControlRequest control) override;
    Status set_preshutdown_timeout(const std::string& name, Duration timeout) override;
    Result<ServiceStatus> query(const std::string& name) override;
    Result<ServiceConfiguration> configuration(const std::string& name) override;
    Result<std::vector<ServiceSummary>> list() override;
};

Status WindowsServiceManager::create(const ServiceDefinition& definition) {
    auto service = create_service(definition);
    if (!service) {
        return std::unexpected(service.error());
    }
    auto configured = apply_settings(service->get(), definition, true);
    if (!configured) {
        DeleteService(service->get());
    }
    return configured;
}

Status WindowsServiceManager::update(const ServiceDefinition& definition, bool account_changes) {
    auto service = open_service(definition.name, SERVICE_CHANGE_CONFIG | SERVICE_START, "change");
    if (!service) {
        return std::unexpected(service.error());
    }
    const Status changed = change_service(service->get(), definition, account_changes);
    return changed ? apply_settings(service->get(), definition, false) : changed;
}

Status WindowsServiceManager::remove(const std::string& name) {
    auto service = open_service(name, DELETE, "remove");
    if (!service) {
        return std::unexpected(service.error());
    }
    if (DeleteService(service->get()) == 0) {
        return fail_service("remove", name, GetLastError());
    }
    return {};
}

// All three need SERVICE_PAUSE_CONTINUE (winsvc.h, ControlService).
struct ControlNumber {
    DWORD code;
    std::string_view action;
};

ControlNumber number_of(ControlRequest control) {
    switch (control) {
        case ControlRequest::pause:
            return {SERVICE_CONTROL_PAUSE, "pause"};
        case ControlRequest::resume:
            return {SERVICE_CONTROL_CONTINUE, "continue"};
        case ControlRequest::parameter_change:
            break;
    }
    return {SERVICE_CONTROL_PARAMCHANGE, "reload"};
}

Status WindowsServiceManager::start(const std::string& name) {
    auto service = open_service(name, SERVICE_START, "start");
    if (!service) {
        return std::unexpected(service.error());
    }
    if (StartServiceW(service->get(), 0, nullptr) == 0) {
        return fail_service("start", name, GetLastError());
    }
    return {};
}

Status WindowsServiceManager::stop(const std::string& name) {
    auto service = open_service(name, SERVICE_STOP, "stop");
    if (!service) {
        return std::unexpected(service.error());
    }
    SERVICE_STATUS status{};
    if (ControlService(service->get(), SERVICE_CONTROL_STOP, &status) == 0) {
        return fail_service("stop", name, GetLastError());
    }
    return {};
}

Status WindowsServiceManager::send_control(const std::string& name, ControlRequest control) {
    const auto [code, action] = number_of(control);
    auto service = open_service(name, SERVICE_PAUSE_CONTINUE, action);
    if (!service) {
        return std::unexpected(service.error());
    }
    SERVICE_STATUS status{};
    if (ControlService(service->get(), code, &status) == 0) {
        return fail_service(action, name, GetLastError());
    }
    return {};
}

Status WindowsServiceManager::set_preshutdown_timeout(const std::string& name, Duration timeout) {
    constexpr std::string_view k_action = "set the preshutdown timeout of";
    auto service = open_service(name, SERVICE_CHANGE_CONFIG, k_action);
    if (!service) {
        return std::unexpected(service.error());
    }
    SERVICE_PRESHUTDOWN_INFO info{to_wait(timeout)};
    if (ChangeServiceConfig2W(service->get(), SERVICE_CONFIG_PRESHUTDOWN_INFO, &info) == 0) {
        return fail_service(k_action, name, GetLastError());
    }
    return {};
}

Result<ServiceStatus> WindowsServiceManager::query(const std::string& name) {
    auto service = open_service(name, SERVICE_QUERY_STATUS, "query");
    if (!service) {
        return std::unexpected(service.error());
    }
    SERVICE_STATUS_PROCESS status{};
    DWORD needed = 0;
    if (QueryServiceStatusEx(service->get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status,
                             &needed) == 0) {
        return fail_service("query", name, GetLastError());
    }
    return to_status(status);
}

Result<ServiceConfiguration> WindowsServiceManager::configuration(const std::string& name) {
    auto service = open_service(name, SERVICE_QUERY_CONFIG, "read the configuration of");
    if (!service) {
        return std::unexpected(service.error());
    }
    return read_configuration(service->get(), name);
}

Result<std::vector<ServiceSummary>> WindowsServiceManager::list() {
    return list_services();
}

}  // namespace

std::unique_ptr<ServiceManager> make_service_manager() {
    return std::make_unique<WindowsServiceManager>();
}

}  // namespace svcwrap::platform
