#include "platform/accounts.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/utf8.hpp"

namespace svcwrap::platform {

namespace {

struct BuiltIn {
    std::string_view text;
    AccountKind kind;
};
// All names under which Windows and its tools know them, whatever the language ("Service User Accounts").
constexpr std::array k_built_in{
    BuiltIn{"", AccountKind::local_system},
    BuiltIn{"localsystem", AccountKind::local_system},
    BuiltIn{".\\localsystem", AccountKind::local_system},
    BuiltIn{"system", AccountKind::local_system},
    BuiltIn{"nt authority\\system", AccountKind::local_system},
    BuiltIn{"nt authority\\localsystem", AccountKind::local_system},
    BuiltIn{"localservice", AccountKind::local_service},
    BuiltIn{"nt authority\\localservice", AccountKind::local_service},
    BuiltIn{"nt authority\\local service", AccountKind::local_service},
    BuiltIn{"networkservice", AccountKind::network_service},
    BuiltIn{"nt authority\\networkservice", AccountKind::network_service},
    BuiltIn{"nt authority\\network service", AccountKind::network_service},
};
constexpr std::string_view k_virtual_domain = "nt service\\";

AccountName built_in(AccountKind kind) {
    switch (kind) {
        case AccountKind::local_service:
            return {.kind = kind, .name = "NT AUTHORITY\\LocalService"};
        case AccountKind::network_service:
            return {.kind = kind, .name = "NT AUTHORITY\\NetworkService"};
        default:
            return {.kind = AccountKind::local_system, .name = "LocalSystem"};
    }
}

AccountName virtual_account(std::string_view service) {
    return {.kind = AccountKind::virtual_account, .name = "NT SERVICE\\" + std::string(service)};
}

std::unexpected<Error> bad_account(std::string_view text) {
    return fail(ErrorKind::usage, "\"" + std::string(text) + "\" is no name of an account",
                "Write LocalSystem, \"NT AUTHORITY\\LocalService\", \"NT AUTHORITY\\NetworkService\", virtual, "
                ".\\user, DOMAIN\\user, user@domain or DOMAIN\\managed$.");
}

// Microsoft: "User name" of NetUserAdd; '@' and '\' divide the parts.
bool is_name_part(std::string_view part) {
    const auto is_bad = [](char c) { return std::string_view("\"/\\[]:;|=,+*?<>").contains(c) || (c >= 0 && c < ' '); };
    return !part.empty() && std::ranges::none_of(part, is_bad);
}

Result<AccountName> user_account(std::string_view text) {
    const std::size_t backslash = text.find('\\');
    const bool has_domain = backslash != std::string_view::npos;
    const std::string_view user = has_domain ? text.substr(backslash + 1) : text;
    if (!is_name_part(user) || (has_domain && !is_name_part(text.substr(0, backslash)))) return bad_account(text);
    const AccountKind kind = user.ends_with('$') ? AccountKind::managed : AccountKind::user;
    // A managed account belongs to a domain, so without one it is left to be looked up.
    const bool is_complete = has_domain || user.contains('@') || kind == AccountKind::managed;
    return AccountName{.kind = kind, .name = is_complete ? std::string(text) : ".\\" + std::string(text)};
}

}  // namespace

std::string_view name_of(AccountKind kind) {
    switch (kind) {
        case AccountKind::local_system:
            return "local-system";
        case AccountKind::local_service:
            return "local-service";
        case AccountKind::network_service:
            return "network-service";
        case AccountKind::virtual_account:
            return "virtual-account";
        case AccountKind::managed:
            return "managed";
        case AccountKind::user:
            return "user";
    }
    return "";
}

bool needs_password(AccountKind kind) {
    return kind == AccountKind::user;
}

bool needs_logon_right(AccountKind kind) {
    return kind == AccountKind::user || kind == AccountKind::managed;
}

Result<AccountName> parse_account(std::string_view text, std::string_view service) {
    const std::string lower = to_lower_ascii(text);
    const auto known = std::ranges::find(k_built_in, lower, &BuiltIn::text);
    if (known != k_built_in.end()) return built_in(known->kind);
    if (lower == "virtual") return virtual_account(service);
    if (lower.starts_with(k_virtual_domain)) {
        // A service's name may hold what a user's may not.
        if (lower.size() == k_virtual_domain.size()) return bad_account(text);
        return virtual_account(text.substr(k_virtual_domain.size()));
    }
    return user_account(text);
}

bool PasswordLine::add(char byte) {
    if (byte == '\n') return false;
    is_too_long_ = text_.view().size() >= k_longest_password;
    if (is_too_long_) return false;
    text_.append(std::string_view(&byte, 1));
    return true;
}

Result<Secret> PasswordLine::take() {
    if (is_too_long_) return fail(ErrorKind::usage, "the password is longer than any that Windows knows");
    std::string_view line = text_.view();
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.ends_with('\r')) line.remove_suffix(1);
    Secret password(line);
    text_.clear();
    if (password.empty()) {
        return fail(ErrorKind::usage, "no password was given",
                    "Windows lets no account without a password log on as a service.");
    }
    return password;
}

}  // namespace svcwrap::platform
