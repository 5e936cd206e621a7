#ifdef _WIN32
#include <windows.h>

#include <array>
#include <catch_amalgamated.hpp>

#include "platform/accounts.hpp"
#include "platform/event_log.hpp"
#include "platform/win32/event_source.hpp"
#include "platform/win32/sids.hpp"

namespace svcwrap::platform::win32 {

namespace {

constexpr const wchar_t* k_key = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\svcwrap-test";

// Empty if there is no such value.
std::wstring message_file() {
    std::array<wchar_t, 200> text{};
    DWORD size = sizeof text;
    const LSTATUS code = RegGetValueW(HKEY_LOCAL_MACHINE, k_key, L"EventMessageFile",
                                      RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, nullptr, text.data(), &size);
    return code == ERROR_SUCCESS ? text.data() : L"";
}

}  // namespace

TEST_CASE("built-in accounts and virtual ones have the SIDs that Windows gives them") {
    const auto accounts = make_accounts();
    const auto sid_of = [&](std::string_view text) {
        const auto account = accounts->resolve(text, "MyApp");
        return account ? account->sid : to_text(account.error());
    };
    CHECK(sid_of("LocalSystem") == "S-1-5-18");
    CHECK(sid_of("LocalService") == "S-1-5-19");
    CHECK(sid_of("NT AUTHORITY\\NetworkService") == "S-1-5-20");
    CHECK(sid_of("virtual") == accounts->service_sid("myapp"));
    CHECK(sid_of("virtual").starts_with("S-1-5-80-"));
}

TEST_CASE("this user is found by name, on this machine too") {
    const auto own = own_user_sid();
    REQUIRE(own);
    const auto named = look_up_sid(*own);
    REQUIRE(named);
    const auto account = make_accounts()->resolve(named->domain + "\\" + named->name, "MyApp");
    REQUIRE(account);
    CHECK(account->sid == *own);
    CHECK(account->kind == AccountKind::user);
}

TEST_CASE("an account that does not exist is not found, with its name in the message") {
    const auto account = make_accounts()->resolve("NOWHERE\\nobody-of-that-name", "MyApp");
    REQUIRE_FALSE(account);
    CHECK(account.error().kind == ErrorKind::not_found);
    CHECK(account.error().message.contains("NOWHERE\\nobody-of-that-name"));
}

TEST_CASE("a group that Windows knows is no account, or all of its members would be trusted") {
    const auto accounts = make_accounts();
    for (const std::string_view name : {"NT AUTHORITY\\Authenticated Users", "NT AUTHORITY\\INTERACTIVE"}) {
        const auto account = accounts->resolve(name, "MyApp");
        INFO(name);
        REQUIRE_FALSE(account);
        CHECK(account.error().kind == ErrorKind::usage);
    }
}

TEST_CASE("a SID goes to bytes and back") {
    for (const std::string text : {"S-1-1-0", "S-1-5-32-544", "S-1-5-21-1-2-4294967295-1001"}) {
        const auto sid = sid_from_text(text);
        REQUIRE(sid);
        CHECK(sid_to_text(sid->get()) == text);
    }
    CHECK_FALSE(sid_from_text("S-x"));
}

TEST_CASE("a source of the Event Log names EventCreate.exe as its message file, and goes again") {
    REQUIRE(register_event_source(L"svcwrap-test"));
    CHECK(message_file() == L"%SystemRoot%\\System32\\EventCreate.exe");
    CHECK(register_event_source(L"svcwrap-test"));
    REQUIRE(remove_event_source(L"svcwrap-test"));
    CHECK(message_file().empty());
    CHECK(remove_event_source(L"svcwrap-test"));
}

TEST_CASE("an event can be reported") {
    CHECK(make_event_log()->report({.id = 1000, .level = EventLevel::information, .text = "a test of svcwrap"}));
}

}  // namespace svcwrap::platform::win32
#endif
