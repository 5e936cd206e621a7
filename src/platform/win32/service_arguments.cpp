// How the values of a definition look in calls of the Service Control Manager.
#include "base/utf8.hpp"
#include "platform/win32/service_calls.hpp"

namespace svcwrap::platform::win32 {

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

FailureActions failure_actions(const RecoveryActions& recovery) {
    FailureActions wanted;
    for (const Duration delay : recovery.restarts) wanted.actions.push_back({SC_ACTION_RESTART, to_wait(delay)});
    wanted.info.cActions = static_cast<DWORD>(wanted.actions.size());
    // No actions: an array must be given all the same, or the old ones stay (winsvc.h, SERVICE_FAILURE_ACTIONS).
    if (wanted.actions.empty()) wanted.actions.push_back({SC_ACTION_NONE, 0});
    wanted.info.lpsaActions = wanted.actions.data();
    const DWORD reset_after = to_wait(recovery.reset_after);
    wanted.info.dwResetPeriod = reset_after == INFINITE ? INFINITE : reset_after / 1000;  // in seconds
    return wanted;
}

const wchar_t* no_password_of(const std::string& account) {
    const std::string lower = to_lower_ascii(account);
    return lower.starts_with("nt service\\") || lower.ends_with('$') ? nullptr : L"";
}

}  // namespace svcwrap::platform::win32
