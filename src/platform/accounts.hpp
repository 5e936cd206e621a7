#pragma once
// The accounts that services run as.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace svcwrap::platform {

enum class AccountKind : std::uint8_t {
    local_system,
    local_service,
    network_service,
    virtual_account,  // NT SERVICE\name: exists with the service, no password
    managed,          // (g)MSA, "DOMAIN\name$": the domain keeps its password
    user,             // local or of a domain, with a password
};
[[nodiscard]] std::string_view name_of(AccountKind kind);  // "virtual-account"

struct AccountName {
    AccountKind kind = AccountKind::local_system;
    // As the SCM takes it: "LocalSystem", "NT AUTHORITY\LocalService", "NT SERVICE\MyApp", ".\alice", "DOMAIN\alice",
    // "alice@example.com", "DOMAIN\gmsa$".
    std::string name;
};

// Only users have one that somebody must give.
[[nodiscard]] bool needs_password(AccountKind kind);
// The built-in accounts and virtual ones have "log on as a service" by what they are.
[[nodiscard]] bool needs_logon_right(AccountKind kind);

// What a text in the settings means, by its form alone: empty or any name of SYSTEM is LocalSystem; "virtual" is
// NT SERVICE\SERVICE; names compare without case; a name without a domain is one of this machine. Errors: usage (an
// empty part, a character that no account name has).
[[nodiscard]] Result<AccountName> parse_account(std::string_view text, std::string_view service);

struct Account {
    AccountKind kind = AccountKind::local_system;
    std::string name;  // as in AccountName
    std::string sid;
};

// Thread-safe. Every call may block on a domain controller.
class Accounts {
public:
    virtual ~Accounts() = default;
    // parse_account, and then asks the system: a built-in account is known by its SID under the name that it has in the
    // language of Windows too. A virtual account need not exist yet. Errors: usage, not_found.
    [[nodiscard]] virtual Result<Account> resolve(std::string_view text, std::string_view service) = 0;
    // The SID of NT SERVICE\service, whether or not the service exists. Error: internal.
    [[nodiscard]] virtual Result<std::string> service_sid(std::string_view service) = 0;
    // Gives the account the right to log on as a service (SeServiceLogonRight) unless it has it. True: it was given
    // now. Errors: access_denied (not elevated), scm_failed. A group policy may take it away again.
    [[nodiscard]] virtual Result<bool> grant_service_logon(const Account& account) = 0;
};

[[nodiscard]] std::unique_ptr<Accounts> make_accounts();

// The most that a password may have: Windows itself takes 256 characters (lmcons.h, PWLEN).
inline constexpr std::size_t k_longest_password = 1024;  // bytes of UTF-8

// Asks at the console, on standard error, and reads a line without showing it. Blocks. Errors: usage (there is no
// console, or the user pressed Ctrl-C or ended the input), io_failed.
[[nodiscard]] Result<Secret> ask_password(std::string_view prompt);
// The first line of standard input, for scripts: without its line end and a byte order mark. Errors: usage (nothing
// there, too long), io_failed.
[[nodiscard]] Result<Secret> read_password_line();

// Takes bytes of a password's line one after the other; what both readers work with. Not thread-safe.
class PasswordLine {
public:
    // False: the line has ended, or is too long; no more bytes are wanted.
    [[nodiscard]] bool add(char byte);
    // Errors: usage (empty, too long).
    [[nodiscard]] Result<Secret> take();

private:
    Secret text_;
    bool is_too_long_ = false;
};

}  // namespace svcwrap::platform
