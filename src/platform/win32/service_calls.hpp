#pragma once
// The calls of the Service Control Manager, each with the least rights that it needs. Internal to platform/win32.
#include <optional>
#include <string>
#include <vector>

#include "platform/service_manager.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

// "cannot <action> the service <name>", with the kind that follows from the code.
[[nodiscard]] std::unexpected<Error> fail_service(std::string_view action, std::string_view name, DWORD code);

[[nodiscard]] Result<ServiceHandle> open_service(const std::string& name, DWORD access, std::string_view action);
[[nodiscard]] Result<ServiceHandle> create_service(const ServiceDefinition& definition);
// Everything of a service that is there that CreateService takes as well; the account and its password only if they
// change.
[[nodiscard]] Status change_service(SC_HANDLE service, const ServiceDefinition& definition, bool account_changes);
// Everything that CreateService has no parameter for. Of a new service what equals Windows' default is not sent.
[[nodiscard]] Status apply_settings(SC_HANDLE service, const ServiceDefinition& definition, bool is_new);
[[nodiscard]] ServiceStatus to_status(const SERVICE_STATUS_PROCESS& status);
[[nodiscard]] Result<ServiceConfiguration> read_configuration(SC_HANDLE service, const std::string& name);
[[nodiscard]] Result<std::vector<ServiceSummary>> list_services();

// Each text with a NUL, and one more at the end; what registry multi-strings look like. No texts: two NULs.
[[nodiscard]] std::wstring to_multi_string(const std::vector<std::string>& texts);
// The account for CreateService: nothing for LocalSystem (its default).
[[nodiscard]] std::optional<std::string> account_argument(const std::string& account);
// What SERVICE_CONFIG_FAILURE_ACTIONS is set to. Its `info` points into its `actions`, and lives as long.
struct FailureActions {
    FailureActions() = default;
    FailureActions(FailureActions&&) = default;  // a copy's `info` would point into the original
    FailureActions& operator=(FailureActions&&) = default;

    std::vector<SC_ACTION> actions;
    SERVICE_FAILURE_ACTIONSW info{};
};
[[nodiscard]] FailureActions failure_actions(const RecoveryActions& recovery);

// What ChangeServiceConfig wants for the password of such an account: null for virtual and managed accounts, an empty
// text for the built-in ones.
[[nodiscard]] const wchar_t* no_password_of(const std::string& account);
// Whether the SCM wants no password: the built-in accounts, virtual accounts and managed accounts ("name$").
[[nodiscard]] bool has_no_password(const std::string& account);

}  // namespace svcwrap::platform::win32
