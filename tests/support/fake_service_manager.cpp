#include "support/fake_service_manager.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"

namespace svcwrap::testing {

using platform::ServiceState;
using platform::ServiceStatus;

ServiceStatus status_of(ServiceState state, std::uint32_t process_id) {
    ServiceStatus status;
    status.state = state;
    status.process_id = process_id;
    return status;
}

Error scm_error(ErrorKind kind, std::uint32_t code, std::string message) {
    return {.kind = kind, .message = std::move(message), .os_code = code, .where = {}, .remedy = {}};
}

FakeService& FakeServiceManager::put(const std::string& name, const std::string& command_line) {
    FakeService& service = services_[to_lower_ascii(name)];
    service.definition.name = name;
    service.definition.display_name = name;
    service.definition.account = "LocalSystem";
    service.definition.command_line = command_line;
    service.status = status_of(ServiceState::stopped);
    return service;
}

FakeService* FakeServiceManager::find(const std::string& name) {
    const auto found = services_.find(to_lower_ascii(name));
    return found == services_.end() ? nullptr : &found->second;
}

void FakeServiceManager::fail(ManagerCall call, Error error, std::size_t times) {
    faults_[call] = {std::move(error), times};
}

std::size_t FakeServiceManager::count(ManagerCall call) const {
    const auto found = counts_.find(call);
    return found == counts_.end() ? 0 : found->second;
}

Result<FakeService*> FakeServiceManager::enter(ManagerCall call, const std::string& name) {
    ++counts_[call];
    if (const auto fault = faults_.find(call); fault != faults_.end() && fault->second.second > 0) {
        --fault->second.second;
        return std::unexpected(fault->second.first);
    }
    FakeService* service = find(name);
    if (service != nullptr) advance(*service);
    return service;
}

void FakeServiceManager::advance(FakeService& service) const {
    while (!service.pending.empty() && clock_.now() - service.script_began >= service.pending.front().after) {
        const ServiceStep step = service.pending.front();
        service.pending.erase(service.pending.begin());
        service.status = step.status;
        if (step.happens) step.happens();
    }
}

void FakeServiceManager::begin(FakeService& service, const std::vector<ServiceStep>& script) const {
    service.pending = script;
    service.script_began = clock_.now();
    advance(service);
}

namespace {

std::unexpected<Error> missing(const std::string& name) {
    return std::unexpected(scm_error(ErrorKind::not_found, 1060, name + " is not installed"));
}

// All but the password, which cannot be copied.
platform::ServiceDefinition copy_of(const platform::ServiceDefinition& from) {
    return {.name = from.name,
            .display_name = from.display_name,
            .description = from.description,
            .command_line = from.command_line,
            .start = from.start,
            .account = from.account,
            .password = {},
            .dependencies = from.dependencies,
            .required_privileges = from.required_privileges,
            .sid_type = from.sid_type,
            .preshutdown_timeout = from.preshutdown_timeout,
            .recovery = from.recovery};
}

// Whether it takes a control now, a stop included.
Status takes_controls(const FakeService& service) {
    switch (service.status.state) {
        case ServiceState::running:
        case ServiceState::paused:
            return {};
        case ServiceState::stopped:
            return std::unexpected(scm_error(ErrorKind::scm_failed, 1062, "it is not started"));
        default:
            return std::unexpected(scm_error(ErrorKind::scm_failed, 1061, "it can't accept controls now"));
    }
}

}  // namespace

Status FakeServiceManager::create(const platform::ServiceDefinition& definition) {
    const auto service = enter(ManagerCall::create, definition.name);
    if (!service) return std::unexpected(service.error());
    if (*service != nullptr) return std::unexpected(scm_error(ErrorKind::already_exists, 1073, "it exists"));
    FakeService& made = put(definition.name, definition.command_line);
    made.definition = copy_of(definition);
    made.password = definition.password.view();
    return {};
}

Status FakeServiceManager::update(const platform::ServiceDefinition& definition, bool account_changes) {
    const auto service = enter(ManagerCall::update, definition.name);
    if (!service) return std::unexpected(service.error());
    if (*service == nullptr) return missing(definition.name);
    std::string account = account_changes ? definition.account : (*service)->definition.account;
    (*service)->definition = copy_of(definition);
    (*service)->definition.account = std::move(account);
    if (account_changes) (*service)->password = definition.password.view();
    return {};
}

Status FakeServiceManager::remove(const std::string& name) {
    const auto service = enter(ManagerCall::remove, name);
    if (!service) return std::unexpected(service.error());
    if (*service == nullptr) return missing(name);
    services_.erase(to_lower_ascii(name));
    return {};
}

Status FakeServiceManager::start(const std::string& name) {
    const auto service = enter(ManagerCall::start, name);
    if (!service) return std::unexpected(service.error());
    if (*service == nullptr) return missing(name);
    if ((*service)->status.state != ServiceState::stopped) {
        return std::unexpected(scm_error(ErrorKind::scm_failed, 1056, "it runs already"));
    }
    (*service)->status = status_of(ServiceState::start_pending);
    begin(**service, (*service)->on_start);
    return {};
}

Status FakeServiceManager::stop(const std::string& name) {
    const auto service = enter(ManagerCall::stop, name);
    if (!service) return std::unexpected(service.error());
    if (*service == nullptr) return missing(name);
    if (auto takes = takes_controls(**service); !takes) return takes;
    begin(**service, (*service)->on_stop);
    return {};
}

Status FakeServiceManager::send_control(const std::string& name, platform::ControlRequest control) {
    const auto service = enter(ManagerCall::send_control, name);
    if (!service) return std::unexpected(service.error());
    if (*service == nullptr) return missing(name);
    if (auto takes = takes_controls(**service); !takes) return takes;
    if (std::ranges::contains((*service)->refused, control)) {
        return std::unexpected(scm_error(ErrorKind::scm_failed, 1052, "it does not take that control"));
    }
    (*service)->controls.push_back(control);
    begin(**service, (*service)->on_control[control]);
    return {};
}

Status FakeServiceManager::set_preshutdown_timeout(const std::string& name, Duration timeout) {
    const auto service = enter(ManagerCall::set_preshutdown_timeout, name);
    if (!service) return std::unexpected(service.error());
    if (*service == nullptr) return missing(name);
    (*service)->definition.preshutdown_timeout = timeout;
    return {};
}

Result<ServiceStatus> FakeServiceManager::query(const std::string& name) {
    const auto service = enter(ManagerCall::query, name);
    if (!service) return std::unexpected(service.error());
    if (*service == nullptr) return missing(name);
    return (*service)->status;
}

Result<platform::ServiceConfiguration> FakeServiceManager::configuration(const std::string& name) {
    const auto service = enter(ManagerCall::configuration, name);
    if (!service) return std::unexpected(service.error());
    if (*service == nullptr) return missing(name);
    const platform::ServiceDefinition& definition = (*service)->definition;
    return platform::ServiceConfiguration{.display_name = definition.display_name,
                                          .description = definition.description,
                                          .command_line = definition.command_line,
                                          .account = definition.account,
                                          .start = definition.start,
                                          .dependencies = definition.dependencies,
                                          .required_privileges = definition.required_privileges,
                                          .sid_type = definition.sid_type,
                                          .preshutdown_timeout = definition.preshutdown_timeout,
                                          .recovery = definition.recovery};
}

Result<std::vector<platform::ServiceSummary>> FakeServiceManager::list() {
    const auto entered = enter(ManagerCall::list, {});
    if (!entered) return std::unexpected(entered.error());
    std::vector<platform::ServiceSummary> all;
    for (auto& [key, service] : services_) {
        advance(service);
        all.push_back({.name = service.definition.name,
                       .display_name = service.definition.display_name,
                       .status = service.status});
    }
    return all;
}

}  // namespace svcwrap::testing
