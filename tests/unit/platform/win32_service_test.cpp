#ifdef _WIN32
#include <atomic>
#include <catch_amalgamated.hpp>
#include <chrono>
#include <latch>
#include <thread>

#include "platform/win32/control_handler.hpp"
#include "platform/win32/security.hpp"
#include "platform/win32/service_calls.hpp"
#include "platform/win32/service_sid.hpp"

namespace svcwrap::platform::win32 {

TEST_CASE("HandlerEx answers as Windows wants it") {
    std::vector<ServiceControl> seen;
    ControlHandler controls;
    controls.set([&](ServiceControl control) {
        seen.push_back(control);
        return control != ServiceControl::pause;
    });
    CHECK(controls.handle(SERVICE_CONTROL_INTERROGATE) == NO_ERROR);
    CHECK(seen.empty());
    CHECK(controls.handle(SERVICE_CONTROL_STOP) == NO_ERROR);
    CHECK(controls.handle(SERVICE_CONTROL_PRESHUTDOWN) == NO_ERROR);
    CHECK(controls.handle(SERVICE_CONTROL_PAUSE) == ERROR_CALL_NOT_IMPLEMENTED);
    for (const DWORD code : {0UL, 7UL, 11UL, 13UL, 14UL, 128UL, 255UL}) {
        CHECK(controls.handle(code) == ERROR_CALL_NOT_IMPLEMENTED);
    }
    CHECK((seen == std::vector{ServiceControl::stop, ServiceControl::preshutdown, ServiceControl::pause}));
}

TEST_CASE("controls that come before the handler wait for it, in order, once") {
    ControlHandler controls;
    CHECK(controls.handle(SERVICE_CONTROL_PARAMCHANGE) == NO_ERROR);
    CHECK(controls.handle(SERVICE_CONTROL_STOP) == NO_ERROR);
    std::vector<ServiceControl> seen;
    const auto remember = [&](ServiceControl control) {
        seen.push_back(control);
        return true;
    };
    controls.set(remember);
    CHECK((seen == std::vector{ServiceControl::parameter_change, ServiceControl::stop}));
    controls.set(remember);
    CHECK(seen.size() == 2);
}

TEST_CASE("replacing the handler waits for the old one to return, and the old one is not called again") {
    ControlHandler controls;
    std::latch entered(1);
    std::atomic<bool> returned = false;
    std::atomic<int> calls = 0;
    controls.set([&](ServiceControl) {
        ++calls;
        entered.count_down();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        returned = true;
        return true;
    });
    std::jthread scm([&] { (void)controls.handle(SERVICE_CONTROL_STOP); });
    entered.wait();
    controls.set([](ServiceControl) { return false; });
    CHECK(returned);
    CHECK(controls.handle(SERVICE_CONTROL_PAUSE) == ERROR_CALL_NOT_IMPLEMENTED);
    CHECK(calls == 1);
}

TEST_CASE("a service's SID is computed as Windows does") {
    // The owner of Windows' own files, the same on every machine.
    constexpr auto k_trusted_installer = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
    CHECK(service_sid("TrustedInstaller") == k_trusted_installer);
    CHECK(service_sid("trustedinstaller") == k_trusted_installer);
}

TEST_CASE("a private folder is for SYSTEM, Administrators and the one account that is named") {
    constexpr auto k_ours = "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
    constexpr auto k_sid = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)";
    constexpr auto k_account = "NT SERVICE\\TrustedInstaller";
    CHECK(private_folder_sddl("", FolderRight::modify) == k_ours);
    CHECK(private_folder_sddl(k_account, FolderRight::modify) == std::string(k_ours) + "(A;OICI;0x1301bf;;;" + k_sid);
    CHECK(private_folder_sddl(k_account, FolderRight::read) == std::string(k_ours) + "(A;OICI;0x1200a9;;;" + k_sid);
    CHECK(private_folder_sddl("", FolderRight::read).and_then(parse_sddl).has_value());
}

TEST_CASE("the built-in accounts have the same SIDs in every language of Windows") {
    struct Row {
        const char* account;
        const char* sid;
    };
    for (const Row& row : {Row{"localsystem", "S-1-5-18"}, Row{".\\LocalSystem", "S-1-5-18"},
                           Row{"NT AUTHORITY\\LocalService", "S-1-5-19"}, Row{"nt authority\\localservice", "S-1-5-19"},
                           Row{"NT Authority\\NetworkService", "S-1-5-20"}}) {
        INFO(row.account);
        CHECK(private_folder_sddl(row.account, FolderRight::modify)->ends_with(std::string(";;;") + row.sid + ")"));
    }
}

TEST_CASE("multi-strings end with two NULs") {
    CHECK((to_multi_string({}) == std::wstring(L"\0\0", 2)));
    CHECK((to_multi_string({"Tcpip", "+Net"}) == std::wstring(L"Tcpip\0+Net\0\0", 12)));
}

TEST_CASE("built-in, virtual and managed accounts have no password") {
    for (const auto* account : {"", "LocalSystem", "localsystem", ".\\LOCALSYSTEM", "NT AUTHORITY\\LocalService",
                                "nt authority\\NetworkService", "NT SERVICE\\MyApp", "DOMAIN\\gmsa$"}) {
        CHECK(has_no_password(account));
    }
    for (const auto* account : {"DOMAIN\\user", ".\\bob", "user@example.org"}) {
        CHECK_FALSE(has_no_password(account));
    }
    CHECK_FALSE(account_argument("LocalSystem").has_value());
    CHECK_FALSE(account_argument(".\\localsystem").has_value());
    CHECK(account_argument(".\\bob") == ".\\bob");
}

TEST_CASE("recovery actions are restarts with their waits in milliseconds and a reset in seconds") {
    using std::chrono::seconds;
    const RecoveryActions recovery{.restarts = {seconds(5), seconds(30), seconds(60)},
                                   .reset_after = std::chrono::hours(24)};
    const FailureActions wanted = failure_actions(recovery);
    REQUIRE(wanted.info.cActions == 3);
    REQUIRE(wanted.info.lpsaActions == wanted.actions.data());
    const DWORD waits[] = {5'000, 30'000, 60'000};
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(wanted.info.lpsaActions[i].Type == SC_ACTION_RESTART);
        CHECK(wanted.info.lpsaActions[i].Delay == waits[i]);
    }
    CHECK(wanted.info.dwResetPeriod == 86'400);
    // Null would mean: as they are.
    CHECK(wanted.info.lpRebootMsg == nullptr);
    CHECK(wanted.info.lpCommand == nullptr);
}

TEST_CASE("no recovery actions are an empty list and not the old one") {
    const FailureActions wanted = failure_actions({});
    CHECK(wanted.info.cActions == 0);
    CHECK(wanted.info.lpsaActions != nullptr);
    CHECK(failure_actions({.restarts = {}, .reset_after = k_forever}).info.dwResetPeriod == INFINITE);
}

TEST_CASE("a change of the account sends no password at all for virtual and managed accounts") {
    // ChangeServiceConfig: null for these, an empty text for the built-in ones.
    CHECK(no_password_of("NT SERVICE\\MyApp") == nullptr);
    CHECK(no_password_of("DOMAIN\\gmsa$") == nullptr);
    for (const auto* account : {"LocalSystem", "NT AUTHORITY\\LocalService", "NT AUTHORITY\\NetworkService"}) {
        REQUIRE(no_password_of(account) != nullptr);
        CHECK(std::wstring(no_password_of(account)).empty());
    }
}

TEST_CASE("an access error of the SCM says how to get the right") {
    const auto failed = fail_service("start", "MyApp", ERROR_ACCESS_DENIED);
    CHECK(failed.error().kind == ErrorKind::access_denied);
    CHECK(failed.error().message.contains("MyApp"));
    CHECK(failed.error().remedy.contains("elevated"));
}

}  // namespace svcwrap::platform::win32
#endif
