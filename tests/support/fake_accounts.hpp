#pragma once
// Accounts in memory. For one thread.
#include <optional>
#include <set>
#include <string>

#include "platform/accounts.hpp"

namespace svcwrap::testing {

// Built-in and virtual accounts exist; of users and managed accounts those that were put. The SID of NT SERVICE\x is
// "S-1-5-80-x", of a user "S-1-5-21-name".
class FakeAccounts final : public platform::Accounts {
public:
    void put(const std::string& name) { users_.insert(name); }
    void give_logon_right(const std::string& name) { may_log_on_.insert(name); }
    [[nodiscard]] bool has_logon_right(const std::string& name) const { return may_log_on_.contains(name); }
    // Every further grant fails.
    void fail_grants(Error error) { grant_fault_ = std::move(error); }

    Result<platform::Account> resolve(std::string_view text, std::string_view service) override {
        auto name = platform::parse_account(text, service);
        if (!name) return std::unexpected(name.error());
        const bool must_exist = platform::needs_logon_right(name->kind);
        if (must_exist && !users_.contains(name->name)) {
            return fail(ErrorKind::not_found, "cannot find the account " + name->name);
        }
        return platform::Account{.kind = name->kind, .name = name->name, .sid = sid_of(*name)};
    }

    Result<std::string> service_sid(std::string_view service) override { return "S-1-5-80-" + std::string(service); }

    Result<bool> grant_service_logon(const platform::Account& account) override {
        if (grant_fault_) return std::unexpected(*grant_fault_);
        return may_log_on_.insert(account.name).second;
    }

private:
    [[nodiscard]] static std::string sid_of(const platform::AccountName& account) {
        switch (account.kind) {
            case platform::AccountKind::local_system:
                return "S-1-5-18";
            case platform::AccountKind::local_service:
                return "S-1-5-19";
            case platform::AccountKind::network_service:
                return "S-1-5-20";
            case platform::AccountKind::virtual_account:
                return "S-1-5-80-" + account.name.substr(account.name.find('\\') + 1);
            default:
                return "S-1-5-21-" + account.name;
        }
    }

    std::set<std::string> users_;
    std::set<std::string> may_log_on_;
    std::optional<Error> grant_fault_;
};

}  // namespace svcwrap::testing
