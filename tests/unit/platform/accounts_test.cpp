#include "platform/accounts.hpp"

#include <catch_amalgamated.hpp>
#include <set>

namespace svcwrap::platform {

namespace {

std::string account_of(std::string_view text) {
    const auto account = parse_account(text, "MyApp");
    return account ? std::string(name_of(account->kind)) + " " + account->name : "error";
}

Result<Secret> typed(std::string_view text) {
    PasswordLine line;
    for (const char byte : text) {
        if (!line.add(byte)) break;
    }
    return line.take();
}

}  // namespace

TEST_CASE("the built-in accounts have many names and mean the same") {
    for (const std::string_view text :
         {"", "LocalSystem", "localsystem", ".\\LocalSystem", "SYSTEM", "NT AUTHORITY\\SYSTEM"}) {
        INFO(text);
        CHECK(account_of(text) == "local-system LocalSystem");
    }
    for (const std::string_view text : {"LocalService", "NT AUTHORITY\\LocalService", "nt authority\\local service"}) {
        INFO(text);
        CHECK(account_of(text) == "local-service NT AUTHORITY\\LocalService");
    }
    for (const std::string_view text :
         {"networkservice", "NT AUTHORITY\\NetworkService", "NT AUTHORITY\\NETWORK SERVICE"}) {
        INFO(text);
        CHECK(account_of(text) == "network-service NT AUTHORITY\\NetworkService");
    }
}

TEST_CASE("\"virtual\" is the service's own virtual account") {
    CHECK(account_of("virtual") == "virtual-account NT SERVICE\\MyApp");
    CHECK(account_of("Virtual") == "virtual-account NT SERVICE\\MyApp");
    CHECK(account_of("nt service\\My App [1]") == "virtual-account NT SERVICE\\My App [1]");
    CHECK(account_of("NT SERVICE\\") == "error");
}

TEST_CASE("users are of this machine, of a domain, or named by their principal name") {
    CHECK(account_of("alice") == "user .\\alice");
    CHECK(account_of(".\\alice") == "user .\\alice");
    CHECK(account_of("CORP\\alice") == "user CORP\\alice");
    CHECK(account_of("alice@example.com") == "user alice@example.com");
    CHECK(account_of("CORP\\Jörg Ä") == "user CORP\\Jörg Ä");
}

TEST_CASE("a managed account ends in a dollar sign, and is never one of this machine") {
    CHECK(account_of("CORP\\app$") == "managed CORP\\app$");
    CHECK(account_of("app$") == "managed app$");
}

TEST_CASE("what cannot be a name is refused with the forms that can") {
    for (const std::string_view text : {"CORP\\", "\\alice", "a\\b\\c", "al\"ice", "a/b", "a;b", "CO*RP\\a", "a\nb"}) {
        INFO(text);
        const auto account = parse_account(text, "MyApp");
        REQUIRE_FALSE(account);
        CHECK(account.error().kind == ErrorKind::usage);
        CHECK(account.error().remedy.contains("DOMAIN\\user"));
    }
}

TEST_CASE("only users need a password, and only they and managed accounts the right to log on as a service") {
    using enum AccountKind;
    for (const AccountKind kind : {local_system, local_service, network_service, virtual_account}) {
        CHECK_FALSE(needs_password(kind));
        CHECK_FALSE(needs_logon_right(kind));
    }
    CHECK(needs_password(user));
    CHECK(needs_logon_right(user));
    CHECK_FALSE(needs_password(managed));
    CHECK(needs_logon_right(managed));
}

TEST_CASE("kinds of accounts have names of their own") {
    using enum AccountKind;
    std::set<std::string_view> names;
    for (const AccountKind kind : {local_system, local_service, network_service, virtual_account, managed, user}) {
        CHECK_FALSE(name_of(kind).empty());
        names.insert(name_of(kind));
    }
    CHECK(names.size() == 6);
}

TEST_CASE("a password is a line: its end and a byte order mark are none of it, blanks are") {
    CHECK(typed("s3cret\n")->view() == "s3cret");
    CHECK(typed("s3cret\r\nmore\n")->view() == "s3cret");
    CHECK(typed("s3cret")->view() == "s3cret");
    CHECK(typed("\xEF\xBB\xBFpäss\r\n")->view() == "päss");
    CHECK(typed(" a b \n")->view() == " a b ");
}

TEST_CASE("no password and one that is too long are errors, and neither says what was typed") {
    for (const std::string& text : {std::string("\n"), std::string("\r\n"), std::string(), std::string(5000, 'x')}) {
        const auto password = typed(text);
        REQUIRE_FALSE(password);
        CHECK(password.error().kind == ErrorKind::usage);
        CHECK_FALSE(to_text(password.error()).contains("xx"));
    }
    CHECK(typed(std::string(k_longest_password, 'x') + "\n")->view().size() == k_longest_password);
}

}  // namespace svcwrap::platform
