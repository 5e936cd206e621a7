#include "platform/win32/service_calls.hpp"

#include <array>
#include <format>

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

// Wiped when it has been used.
class WidePassword {
public:
    explicit WidePassword(const ServiceDefinition& definition) {
        if (!has_no_password(definition.account)) text_ = to_wide(definition.password.view());
    }
    ~WidePassword() {
        if (text_) wipe({reinterpret_cast<char*>(text_->data()), text_->size() * sizeof(wchar_t)});
    }
    WidePassword(const WidePassword&) = delete;
    WidePassword& operator=(const WidePassword&) = delete;

    [[nodiscard]] const wchar_t* get() const { return pointer_or_null(text_); }

private:
    std::optional<std::wstring> text_;
};

Status change(SC_HANDLE service, const std::string& name, DWORD level, void* data, std::string_view what) {
    if (ChangeServiceConfig2W(service, level, data) != 0) {
        return {};
    }
    return fail_service(std::format("set {} of", what), name, GetLastError());
}

Status set_description(SC_HANDLE service, const ServiceDefinition& definition) {
    std::wstring text = to_wide(definition.description);
    SERVICE_DESCRIPTIONW info{text.data()};
    return change(service, definition.name, SERVICE_CONFIG_DESCRIPTION, &info, "the description");
}

// Windows knows it of services that start by themselves only.
Status set_delayed_start(SC_HANDLE service, const ServiceDefinition& definition) {
    if (start_type(definition.start) != SERVICE_AUTO_START) {
        return {};
    }
    SERVICE_DELAYED_AUTO_START_INFO info{definition.start == StartMode::delayed_automatic ? TRUE : FALSE};
    return change(service, definition.name, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &info, "the delayed start");
}

DWORD number_of(SidType type) {
    switch (type) {
        case SidType::none:
            break;
        case SidType::unrestricted:
            return SERVICE_SID_TYPE_UNRESTRICTED;
        case SidType::restricted:
            return SERVICE_SID_TYPE_RESTRICTED;
    }
    return SERVICE_SID_TYPE_NONE;
}

Status set_sid_type(SC_HANDLE service, const ServiceDefinition& definition) {
    SERVICE_SID_INFO info{number_of(definition.sid_type)};
    auto set = change(service, definition.name, SERVICE_CONFIG_SERVICE_SID_INFO, &info, "the SID type");
    // An SCM that knows no service SIDs takes nothing away from a service that merely may use one; a restricted
    // service, on the other hand, must not run with more rights than it was given.
    const bool unknown_level = !set && set.error().os_code == ERROR_INVALID_LEVEL;
    return unknown_level && definition.sid_type != SidType::restricted ? Status() : set;
}

Status set_privileges(SC_HANDLE service, const ServiceDefinition& definition) {
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

Status set_recovery(SC_HANDLE service, const ServiceDefinition& definition) {
    FailureActions wanted = failure_actions(definition.recovery);
    return change(service, definition.name, SERVICE_CONFIG_FAILURE_ACTIONS, &wanted.info, "the recovery actions");
}

Status set_recovery_scope(SC_HANDLE service, const ServiceDefinition& definition) {
    SERVICE_FAILURE_ACTIONS_FLAG info{definition.recovery.on_failure_exit ? TRUE : FALSE};
    return change(service, definition.name, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &info, "what counts as a failure of");
}

// What CreateService has no parameter for, and whether the wanted value is what Windows gives a new service.
struct Level {
    Status (*set)(SC_HANDLE, const ServiceDefinition&);
    bool (*is_default)(const ServiceDefinition&);
};
constexpr std::array k_levels{
    Level{set_description, [](const ServiceDefinition& wanted) { return wanted.description.empty(); }},
    Level{set_delayed_start,
          [](const ServiceDefinition& wanted) { return wanted.start != StartMode::delayed_automatic; }},
    Level{set_sid_type, [](const ServiceDefinition& wanted) { return wanted.sid_type == SidType::none; }},
    Level{set_privileges, [](const ServiceDefinition& wanted) { return wanted.required_privileges.empty(); }},
    Level{set_recovery, [](const ServiceDefinition& wanted) { return wanted.recovery.restarts.empty(); }},
    Level{set_recovery_scope, [](const ServiceDefinition& wanted) { return !wanted.recovery.on_failure_exit; }},
    Level{set_preshutdown_timeout,
          [](const ServiceDefinition& wanted) { return wanted.preshutdown_timeout == Duration::zero(); }},
};

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

// What QueryServiceConfig2 gives for a level as its structure; nothing if this SCM does not know the level.
template <class T>
const T* query_level(SC_HANDLE service, DWORD level, ConfigBuffer& buffer) {
    DWORD needed = 0;
    const BOOL known =
        QueryServiceConfig2W(service, level, reinterpret_cast<BYTE*>(buffer.data()), k_config_bytes, &needed);
    return known == 0 ? nullptr : reinterpret_cast<const T*>(buffer.data());
}

std::vector<std::string> texts_of(const wchar_t* list) {
    std::vector<std::string> texts;
    for (; list != nullptr && *list != L'\0'; list += std::wstring_view(list).size() + 1) {
        texts.push_back(from_wide(list));
    }
    return texts;
}

SidType sid_type_of(DWORD number) {
    if (number == SERVICE_SID_TYPE_RESTRICTED) {
        return SidType::restricted;
    }
    return number == SERVICE_SID_TYPE_NONE ? SidType::none : SidType::unrestricted;
}

std::optional<RecoveryActions> read_recovery(SC_HANDLE service) {
    ConfigBuffer buffer(k_config_bytes);
    const auto* actions = query_level<SERVICE_FAILURE_ACTIONSW>(service, SERVICE_CONFIG_FAILURE_ACTIONS, buffer);
    if (actions == nullptr) {
        return {};
    }
    RecoveryActions recovery{.restarts = {}, .reset_after = std::chrono::seconds(actions->dwResetPeriod)};
    for (DWORD i = 0; actions->lpsaActions != nullptr && i < actions->cActions; ++i) {
        if (actions->lpsaActions[i].Type == SC_ACTION_RESTART) {
            recovery.restarts.emplace_back(actions->lpsaActions[i].Delay);
        }
    }
    const auto* flag = query_level<SERVICE_FAILURE_ACTIONS_FLAG>(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, buffer);
    recovery.on_failure_exit = flag != nullptr && flag->fFailureActionsOnNonCrashFailures != 0;
    return recovery;
}

void read_extras(SC_HANDLE service, ServiceConfiguration& into) {
    ConfigBuffer buffer(k_config_bytes);
    if (const auto* info = query_level<SERVICE_DESCRIPTIONW>(service, SERVICE_CONFIG_DESCRIPTION, buffer)) {
        into.description = text_or_empty(info->lpDescription);
    }
    if (const auto* info =
            query_level<SERVICE_REQUIRED_PRIVILEGES_INFOW>(service, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, buffer)) {
        into.required_privileges = texts_of(info->pmszRequiredPrivileges);
    }
    if (const auto* info = query_level<SERVICE_SID_INFO>(service, SERVICE_CONFIG_SERVICE_SID_INFO, buffer)) {
        into.sid_type = sid_type_of(info->dwServiceSidType);
    }
    if (const auto* info = query_level<SERVICE_PRESHUTDOWN_INFO>(service, SERVICE_CONFIG_PRESHUTDOWN_INFO, buffer)) {
        into.preshutdown_timeout = Duration(info->dwPreshutdownTimeout);
    }
    into.recovery = read_recovery(service);
}

}  // namespace

std::unexpected<Error> fail_service(std::string_view action, std::string_view name, DWORD code) {
    auto failed = fail_with(service_error_kind(code), std::format("cannot {} the service {}", action, name), code);
    if (code == ERROR_ACCESS_DENIED) {
        failed.error().remedy = "run the command from an elevated prompt (Run as administrator)";
    }
    return failed;
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
    const WidePassword password(definition);
    // An action that restarts the service needs the right to start it (winsvc.h, SC_ACTION).
    constexpr DWORD k_access = SERVICE_CHANGE_CONFIG | SERVICE_START | DELETE;
    ServiceHandle service(CreateServiceW(manager->get(), to_wide(definition.name).c_str(),
                                         to_wide(definition.display_name).c_str(), k_access, SERVICE_WIN32_OWN_PROCESS,
                                         start_type(definition.start), SERVICE_ERROR_NORMAL,
                                         to_wide(definition.command_line).c_str(), nullptr, nullptr,
                                         dependencies.c_str(), pointer_or_null(account), password.get()));
    if (!service.is_open()) {
        return fail_service("create", definition.name, GetLastError());
    }
    return service;
}

Status change_service(SC_HANDLE service, const ServiceDefinition& definition, bool account_changes) {
    const std::wstring dependencies = to_multi_string(definition.dependencies);
    const std::wstring account = to_wide(account_argument(definition.account).value_or("LocalSystem"));
    const WidePassword password(definition);
    const wchar_t* new_password = password.get() == nullptr ? no_password_of(definition.account) : password.get();
    const BOOL done =
        ChangeServiceConfigW(service, SERVICE_NO_CHANGE, start_type(definition.start), SERVICE_NO_CHANGE,
                             to_wide(definition.command_line).c_str(), nullptr, nullptr, dependencies.c_str(),
                             account_changes ? account.c_str() : nullptr, account_changes ? new_password : nullptr,
                             to_wide(definition.display_name).c_str());
    return done != 0 ? Status() : fail_service("change", definition.name, GetLastError());
}

Status apply_settings(SC_HANDLE service, const ServiceDefinition& definition, bool is_new) {
    for (const Level& level : k_levels) {
        const bool is_default = level.is_default(definition);
        if (is_new && is_default) {
            continue;
        }
        const auto done = level.set(service, definition);
        // An SCM that does not know the level has the default in any case.
        if (!done && !(is_default && done.error().os_code == ERROR_INVALID_LEVEL)) {
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
    ServiceConfiguration configuration;
    configuration.display_name = text_or_empty(config->lpDisplayName);
    configuration.command_line = text_or_empty(config->lpBinaryPathName);
    configuration.account = text_or_empty(config->lpServiceStartName);
    configuration.start = start_mode(service, config->dwStartType);
    configuration.dependencies = texts_of(config->lpDependencies);
    read_extras(service, configuration);
    return configuration;
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
