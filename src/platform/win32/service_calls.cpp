#include "platform/win32/service_calls.hpp"

#include <array>
#include <format>

#include "base/utf8.hpp"

namespace svcwrap::platform::win32 {

namespace {

Result<ServiceHandle> open_manager(DWORD access) {
    ServiceHandle manager(OpenSCManagerW(nullptr, SERVICES_ACTIVE_DATABASEW, access));
    if (manager.is_open()) {
        return manager;
    }
    const DWORD code = GetLastError();
    const ErrorKind kind = code == ERROR_ACCESS_DENIED ? ErrorKind::access_denied : ErrorKind::scm_failed;
    auto failed = fail_with(kind, "cannot connect to the Service Control Manager", code);
    if (code == ERROR_ACCESS_DENIED) {
        failed.error().remedy = "run the command from an elevated prompt (Run as administrator)";
    }
    return failed;
}

ErrorKind service_error_kind(DWORD code) {
    switch (code) {
        case ERROR_SERVICE_DOES_NOT_EXIST:
            return ErrorKind::not_found;
        case ERROR_SERVICE_EXISTS:
        case ERROR_DUPLICATE_SERVICE_NAME:
            return ErrorKind::already_exists;
        case ERROR_ACCESS_DENIED:
            return ErrorKind::access_denied;
        default:
            return ErrorKind::scm_failed;
    }
}

DWORD start_type(StartMode mode) {
    switch (mode) {
        case StartMode::automatic:
        case StartMode::delayed_automatic:
            return SERVICE_AUTO_START;
        case StartMode::manual:
            return SERVICE_DEMAND_START;
        case StartMode::disabled:
            return SERVICE_DISABLED;
    }
    return SERVICE_DEMAND_START;
}

const wchar_t* pointer_or_null(const std::optional<std::wstring>& text) {
    return text ? text->c_str() : nullptr;
}

Status change(SC_HANDLE service, const std::string& name, DWORD level, void* data, std::string_view what) {
    if (ChangeServiceConfig2W(service, level, data) != 0) {
        return {};
    }
    return fail_service(std::format("set {} of", what), name, GetLastError());
}

Status set_description(SC_HANDLE service, const ServiceDefinition& definition) {
    if (definition.description.empty()) {
        return {};
    }
    std::wstring text = to_wide(definition.description);
    SERVICE_DESCRIPTIONW info{text.data()};
    return change(service, definition.name, SERVICE_CONFIG_DESCRIPTION, &info, "the description");
}

Status set_delayed_start(SC_HANDLE service, const ServiceDefinition& definition) {
    if (definition.start != StartMode::delayed_automatic) {
        return {};
    }
    SERVICE_DELAYED_AUTO_START_INFO info{TRUE};
    return change(service, definition.name, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &info, "the delayed start");
}

Status set_sid_type(SC_HANDLE service, const ServiceDefinition& definition) {
    if (definition.sid_type == SidType::none) {
        return {};
    }
    SERVICE_SID_INFO info{};
    info.dwServiceSidType =
        definition.sid_type == SidType::restricted ? SERVICE_SID_TYPE_RESTRICTED : SERVICE_SID_TYPE_UNRESTRICTED;
    auto set = change(service, definition.name, SERVICE_CONFIG_SERVICE_SID_INFO, &info, "the SID type");
    // An SCM that knows no service SIDs takes nothing away from a service that merely may use one; a restricted
    // service, on the other hand, must not run with more rights than it was given.
    const bool unknown_level = !set && set.error().os_code == ERROR_INVALID_LEVEL;
    return unknown_level && definition.sid_type == SidType::unrestricted ? Status() : set;
}

Status set_privileges(SC_HANDLE service, const ServiceDefinition& definition) {
    if (definition.required_privileges.empty()) {
        return {};
    }
    std::wstring list = to_multi_string(definition.required_privileges);
    SERVICE_REQUIRED_PRIVILEGES_INFOW info{list.data()};
    return change(service, definition.name, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, &info, "the required privileges");
}

Status set_preshutdown_timeout(SC_HANDLE service, const ServiceDefinition& definition) {
    if (definition.preshutdown_timeout == Duration::zero()) {
        return {};
    }
    SERVICE_PRESHUTDOWN_INFO info{to_wait(definition.preshutdown_timeout)};
    return change(service, definition.name, SERVICE_CONFIG_PRESHUTDOWN_INFO, &info, "the preshutdown timeout");
}

StartMode start_mode(SC_HANDLE service, DWORD type) {
    if (type == SERVICE_DISABLED) {
        return StartMode::disabled;
    }
    if (type != SERVICE_AUTO_START) {
        return StartMode::manual;
    }
    SERVICE_DELAYED_AUTO_START_INFO info{};
    DWORD needed = 0;
    const BOOL known = QueryServiceConfig2W(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO,
                                            reinterpret_cast<BYTE*>(&info), sizeof info, &needed);
    return known != 0 && info.fDelayedAutostart != 0 ? StartMode::delayed_automatic : StartMode::automatic;
}

// QueryServiceConfig and its kin take at most 8 KB (winsvc.h). Aligned as memory from operator new is.
using ConfigBuffer = std::vector<std::byte>;
constexpr DWORD k_config_bytes = 8 * 1024;

std::string text_or_empty(const wchar_t* text) {
    return text == nullptr ? std::string() : from_wide(text);
}

std::string read_description(SC_HANDLE service) {
    ConfigBuffer buffer(k_config_bytes);
    DWORD needed = 0;
    if (QueryServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, reinterpret_cast<BYTE*>(buffer.data()),
                             k_config_bytes, &needed) == 0) {
        return {};
    }
    return text_or_empty(reinterpret_cast<const SERVICE_DESCRIPTIONW*>(buffer.data())->lpDescription);
}

}  // namespace

std::unexpected<Error> fail_service(std::string_view action, std::string_view name, DWORD code) {
    auto failed = fail_with(service_error_kind(code), std::format("cannot {} the service {}", action, name), code);
    if (code == ERROR_ACCESS_DENIED) {
        failed.error().remedy = "run the command from an elevated prompt (Run as administrator)";
    }
    return failed;
}

std::wstring to_multi_string(const std::vector<std::string>& texts) {
    std::wstring list;
    for (const std::string& text : texts) {
        list.append(to_wide(text)).append(1, L'\0');
    }
    return list.append(list.empty() ? 2 : 1, L'\0');
}

std::optional<std::string> account_argument(const std::string& account) {
    if (account.empty() || equals_ignoring_case(account, "LocalSystem") ||
        equals_ignoring_case(account, ".\\LocalSystem")) {
        return std::nullopt;
    }
    return account;
}

bool has_no_password(const std::string& account) {
    const std::string lower = to_lower_ascii(account);
    return !account_argument(account) || lower.starts_with("nt authority\\") || lower.starts_with("nt service\\") ||
           lower.ends_with('$');
}

Result<ServiceHandle> open_service(const std::string& name, DWORD access, std::string_view action) {
    auto manager = open_manager(SC_MANAGER_CONNECT);
    if (!manager) {
        return manager;
    }
    ServiceHandle service(OpenServiceW(manager->get(), to_wide(name).c_str(), access));
    if (!service.is_open()) {
        return fail_service(action, name, GetLastError());
    }
    return service;
}

Result<ServiceHandle> create_service(const ServiceDefinition& definition) {
    auto manager = open_manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    if (!manager) {
        return manager;
    }
    const std::wstring dependencies = to_multi_string(definition.dependencies);
    const auto account = account_argument(definition.account).transform(to_wide);
    const auto password = has_no_password(definition.account) ? std::optional<std::wstring>()
                                                              : std::optional(to_wide(definition.password));
    constexpr DWORD k_access = SERVICE_CHANGE_CONFIG | DELETE;
    ServiceHandle service(CreateServiceW(manager->get(), to_wide(definition.name).c_str(),
                                         to_wide(definition.display_name).c_str(), k_access, SERVICE_WIN32_OWN_PROCESS,
                                         start_type(definition.start), SERVICE_ERROR_NORMAL,
                                         to_wide(definition.command_line).c_str(), nullptr, nullptr,
                                         dependencies.c_str(), pointer_or_null(account), pointer_or_null(password)));
    if (!service.is_open()) {
        return fail_service("create", definition.name, GetLastError());
    }
    return service;
}

Status apply_settings(SC_HANDLE service, const ServiceDefinition& definition) {
    constexpr std::array k_steps{set_description, set_delayed_start, set_sid_type, set_privileges,
                                 set_preshutdown_timeout};
    for (const auto& step : k_steps) {
        if (auto done = step(service, definition); !done) {
            return done;
        }
    }
    return {};
}

ServiceStatus to_status(const SERVICE_STATUS_PROCESS& status) {
    return {.state = static_cast<ServiceState>(status.dwCurrentState),
            .process_id = status.dwProcessId,
            .win32_exit_code = status.dwWin32ExitCode,
            .service_exit_code = status.dwServiceSpecificExitCode,
            .checkpoint = status.dwCheckPoint,
            .wait_hint = Duration(status.dwWaitHint)};
}

Result<ServiceConfiguration> read_configuration(SC_HANDLE service, const std::string& name) {
    ConfigBuffer buffer(k_config_bytes);
    auto* config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer.data());
    DWORD needed = 0;
    if (QueryServiceConfigW(service, config, k_config_bytes, &needed) == 0) {
        return fail_service("read the configuration of", name, GetLastError());
    }
    return ServiceConfiguration{.display_name = text_or_empty(config->lpDisplayName),
                                .description = read_description(service),
                                .command_line = text_or_empty(config->lpBinaryPathName),
                                .account = text_or_empty(config->lpServiceStartName),
                                .start = start_mode(service, config->dwStartType)};
}

Result<std::vector<ServiceSummary>> list_services() {
    auto manager = open_manager(SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
    if (!manager) {
        return std::unexpected(manager.error());
    }
    constexpr DWORD k_list_bytes = 256 * 1024;  // the most that EnumServicesStatusEx takes (winsvc.h)
    ConfigBuffer buffer(k_list_bytes);
    std::vector<ServiceSummary> services;
    DWORD resume = 0;
    while (true) {
        DWORD needed = 0;
        DWORD count = 0;
        const BOOL done = EnumServicesStatusExW(manager->get(), SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_STATE_ALL,
                                                reinterpret_cast<BYTE*>(buffer.data()), k_list_bytes, &needed, &count,
                                                &resume, nullptr);
        const DWORD code = done != 0 ? ERROR_SUCCESS : GetLastError();
        // More to come and yet nothing here would go on for ever.
        if (code != ERROR_SUCCESS && (code != ERROR_MORE_DATA || count == 0)) {
            return fail_with(ErrorKind::scm_failed, "cannot list the services", code);
        }
        const auto* entries = reinterpret_cast<const ENUM_SERVICE_STATUS_PROCESSW*>(buffer.data());
        for (DWORD i = 0; i < count; ++i) {
            services.push_back({.name = text_or_empty(entries[i].lpServiceName),
                                .display_name = text_or_empty(entries[i].lpDisplayName),
                                .status = to_status(entries[i].ServiceStatusProcess)});
        }
        if (code == ERROR_SUCCESS) {
            return services;
        }
    }
}

}  // namespace svcwrap::platform::win32
