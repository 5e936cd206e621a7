#include "platform/accounts.hpp"

#include <windows.h>

#include <ntsecapi.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/utf8.hpp"
#include "platform/win32/service_sid.hpp"
#include "platform/win32/sids.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

struct BuiltInSid {
    AccountKind kind;
    std::string_view sid;
    std::string_view name;
};
constexpr std::array k_built_in{
    BuiltInSid{AccountKind::local_system, "S-1-5-18", "LocalSystem"},
    BuiltInSid{AccountKind::local_service, "S-1-5-19", "NT AUTHORITY\\LocalService"},
    BuiltInSid{AccountKind::network_service, "S-1-5-20", "NT AUTHORITY\\NetworkService"},
};

struct PolicyTraits {
    using type = LSA_HANDLE;
    static void close(type value) { LsaClose(value); }
    static bool is_open(type value) { return value != nullptr; }
};
using PolicyHandle = Handle<PolicyTraits>;

std::unexpected<Error> fail_policy(const std::string& what, NTSTATUS status) {
    const DWORD code = LsaNtStatusToWinError(status);
    return fail_with(code == ERROR_ACCESS_DENIED ? ErrorKind::access_denied : ErrorKind::scm_failed, what, code);
}

Result<PolicyHandle> open_policy(DWORD access) {
    LSA_OBJECT_ATTRIBUTES attributes{};
    PolicyHandle policy;
    const NTSTATUS status = LsaOpenPolicy(nullptr, &attributes, access, policy.receive());
    if (status != 0) {
        return fail_policy("cannot open the security policy of this machine", status);
    }
    return policy;
}

// Of the rights that the account has itself; those of its groups are not asked.
bool has_right(LSA_HANDLE policy, PSID sid, std::wstring_view right) {
    LSA_UNICODE_STRING* rights = nullptr;
    ULONG count = 0;
    if (LsaEnumerateAccountRights(policy, sid, &rights, &count) != 0) {
        return false;  // it has none at all
    }
    const bool found = std::ranges::any_of(std::span(rights, count), [&](const LSA_UNICODE_STRING& name) {
        return std::wstring_view(name.Buffer, name.Length / sizeof(wchar_t)) == right;
    });
    LsaFreeMemory(rights);
    return found;
}

// LookupAccountName does not know "." as this machine.
std::string lookup_text(const std::string& name) {
    if (!name.starts_with(".\\")) {
        return name;
    }
    std::array<wchar_t, MAX_COMPUTERNAME_LENGTH + 1> computer{};
    auto size = static_cast<DWORD>(computer.size());
    const bool known = GetComputerNameW(computer.data(), &size) != 0;
    return known ? from_wide(computer.data()) + name.substr(1) : name.substr(2);
}

Account named_account(AccountName name, const NamedAccount& found) {
    const auto built_in = std::ranges::find(k_built_in, found.sid, &BuiltInSid::sid);
    if (built_in != k_built_in.end()) {
        return {.kind = built_in->kind, .name = std::string(built_in->name), .sid = found.sid};
    }
    const bool lacks_domain = name.name.find_first_of("\\@") == std::string::npos && !found.domain.empty();
    return {.kind = name.kind,
            .name = lacks_domain ? found.domain + "\\" + found.name : std::move(name.name),
            .sid = found.sid};
}

// The built-in accounts are well-known groups for Windows, as Everyone is.
bool can_log_on(const NamedAccount& found) {
    return found.use == SidTypeUser || found.use == SidTypeComputer ||
           std::ranges::contains(k_built_in, std::string_view(found.sid), &BuiltInSid::sid);
}

class WindowsAccounts final : public Accounts {
public:
    Result<Account> resolve(std::string_view text, std::string_view service) override {
        auto name = parse_account(text, service);
        if (!name) {
            return std::unexpected(name.error());
        }
        if (const auto built_in = std::ranges::find(k_built_in, name->kind, &BuiltInSid::kind);
            built_in != k_built_in.end()) {
            return Account{.kind = name->kind, .name = name->name, .sid = std::string(built_in->sid)};
        }
        if (name->kind == AccountKind::virtual_account) {
            constexpr std::size_t k_domain = std::string_view("NT SERVICE\\").size();
            return win32::service_sid(std::string_view(name->name).substr(k_domain)).transform([&](std::string sid) {
                return Account{.kind = name->kind, .name = name->name, .sid = std::move(sid)};
            });
        }
        return look_up_user(*std::move(name));
    }

    Result<std::string> service_sid(std::string_view service) override { return win32::service_sid(service); }

    Result<bool> grant_service_logon(const Account& account) override {
        const auto sid = sid_from_text(account.sid);
        if (!sid) {
            return std::unexpected(sid.error());
        }
        const auto policy = open_policy(POLICY_LOOKUP_NAMES | POLICY_CREATE_ACCOUNT);
        if (!policy) {
            return std::unexpected(policy.error());
        }
        std::wstring right = L"SeServiceLogonRight";  // ntsecapi.h, SE_SERVICE_LOGON_NAME
        if (has_right(policy->get(), sid->get(), right)) {
            return false;
        }
        const auto bytes = static_cast<USHORT>(right.size() * sizeof(wchar_t));
        LSA_UNICODE_STRING name{.Length = bytes, .MaximumLength = bytes, .Buffer = right.data()};
        const NTSTATUS status = LsaAddAccountRights(policy->get(), sid->get(), &name, 1);
        if (status != 0) {
            return fail_policy("cannot give " + account.name + " the right to log on as a service", status);
        }
        return true;
    }

private:
    static Result<Account> look_up_user(AccountName name) {
        const auto found = look_up_name(lookup_text(name.name));
        if (!found) {
            Error error = found.error();
            error.message = "cannot find the account " + name.name;
            error.remedy = name.kind == AccountKind::managed
                               ? "Look whether this machine may use it: Test-ADServiceAccount in PowerShell."
                               : "Look at its spelling, and whether the domain can be reached.";
            return std::unexpected(std::move(error));
        }
        if (!can_log_on(*found)) {
            return fail(ErrorKind::usage, name.name + " is no account that can log on, but a group or an alias");
        }
        return named_account(std::move(name), *found);
    }
};

}  // namespace

std::unique_ptr<Accounts> make_accounts() {
    return std::make_unique<WindowsAccounts>();
}

}  // namespace svcwrap::platform
