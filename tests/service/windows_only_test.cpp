// What only real Windows shows: recovery actions, preshutdown, the Event Log, and what accounts can do. Other cases of
// that kind stand beside what they belong to; all have the tag [windows-only].
#include <windows.h>

#include <sddl.h>

#include <array>
#include <catch_amalgamated.hpp>
#include <cstddef>
#include <filesystem>
#include <format>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "service/programs.hpp"
#include "service/test_service.hpp"

namespace svcwrap::testing {

namespace {

struct CloseServiceOf {
    void operator()(SC_HANDLE handle) const { CloseServiceHandle(handle); }
};
using ServiceHandle = std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, CloseServiceOf>;

// A level of QueryServiceConfig2, and the memory that it points into.
template <class T>
struct Level {
    std::vector<std::byte> memory;
    [[nodiscard]] const T& get() const { return *reinterpret_cast<const T*>(memory.data()); }
};

template <class T>
Level<T> query_level(const std::string& name, DWORD level) {
    const ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
    REQUIRE(manager);
    const ServiceHandle service(OpenServiceW(manager.get(), to_wide(name).c_str(), SERVICE_QUERY_CONFIG));
    REQUIRE(service);
    Level<T> answer{.memory = std::vector<std::byte>(8192)};
    DWORD needed = 0;
    REQUIRE(QueryServiceConfig2W(service.get(), level, reinterpret_cast<BYTE*>(answer.memory.data()),
                                 static_cast<DWORD>(answer.memory.size()), &needed) != 0);
    return answer;
}

struct LogEntry {
    DWORD id = 0;
    std::string source;
    std::string text;  // the string that was reported
};

LogEntry entry_of(const std::byte* bytes) {
    const auto* record = reinterpret_cast<const EVENTLOGRECORD*>(bytes);
    LogEntry entry{.id = record->EventID & 0xFFFFU,
                   .source = to_utf8(std::wstring_view(reinterpret_cast<const wchar_t*>(record + 1)))};
    if (record->NumStrings > 0) {
        entry.text = to_utf8(std::wstring_view(reinterpret_cast<const wchar_t*>(bytes + record->StringOffset)));
    }
    return entry;
}

// The newest events of svcwrap that speak of the service, newest first.
std::vector<LogEntry> events_of(const std::string& service) {
    std::vector<LogEntry> found;
    HANDLE log = OpenEventLogW(nullptr, L"Application");
    REQUIRE(log != nullptr);
    std::vector<std::byte> buffer(std::size_t{512} * 1024);
    DWORD read = 0;
    DWORD needed = 0;
    constexpr DWORD k_backwards = EVENTLOG_SEQUENTIAL_READ | EVENTLOG_BACKWARDS_READ;
    // A test's own events are among the newest half megabyte.
    if (ReadEventLogW(log, k_backwards, 0, buffer.data(), static_cast<DWORD>(buffer.size()), &read, &needed) != 0) {
        for (DWORD at = 0; at < read;) {
            const LogEntry entry = entry_of(buffer.data() + at);
            if (entry.source == "svcwrap" && entry.text.contains(service)) found.push_back(entry);
            at += reinterpret_cast<const EVENTLOGRECORD*>(buffer.data() + at)->Length;
        }
    }
    CloseEventLog(log);
    return found;
}

std::optional<LogEntry> event_of(const std::string& service, DWORD id) {
    for (const LogEntry& entry : events_of(service)) {
        if (entry.id == id) return entry;
    }
    return std::nullopt;
}

// What a viewer shows: the text that the message file has for the id, with the reported string in its place.
std::string as_viewers_show(const LogEntry& entry) {
    std::array<wchar_t, MAX_PATH> file{};
    REQUIRE(ExpandEnvironmentStringsW(L"%SystemRoot%\\System32\\EventCreate.exe", file.data(), MAX_PATH) != 0);
    HMODULE module = LoadLibraryExW(file.data(), nullptr, LOAD_LIBRARY_AS_DATAFILE);
    REQUIRE(module != nullptr);
    std::wstring text = to_wide(entry.text);
    std::array<DWORD_PTR, 1> strings{reinterpret_cast<DWORD_PTR>(text.data())};
    wchar_t* shown = nullptr;
    const DWORD size = FormatMessageW(
        FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_ARGUMENT_ARRAY, module, entry.id,
        0, reinterpret_cast<wchar_t*>(&shown), 0, reinterpret_cast<va_list*>(strings.data()));
    std::string result = size == 0 ? std::string() : to_utf8(std::wstring_view(shown, size));
    LocalFree(shown);
    FreeLibrary(module);
    while (!result.empty() && (result.back() == '\n' || result.back() == '\r')) result.pop_back();
    return result;
}

std::string sddl_of(const Path& path) {
    std::vector<std::byte> buffer(4096);
    DWORD needed = 0;
    REQUIRE(GetFileSecurityW(path.c_str(), OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, buffer.data(),
                             static_cast<DWORD>(buffer.size()), &needed) != 0);
    wchar_t* text = nullptr;
    REQUIRE(ConvertSecurityDescriptorToStringSecurityDescriptorW(buffer.data(), SDDL_REVISION_1,
                                                                 OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                                                                 &text, nullptr) != 0);
    std::string sddl = to_utf8(std::wstring_view(text));
    LocalFree(text);
    return sddl;
}

constexpr const char* k_only_windows = "Wine's services have no such settings, its Event Log keeps nothing";

}  // namespace

// Windows' error reporting asks nobody in session 0, so a crash needs no mode of its own, and leaves its report.
TEST_CASE("A child inherits the error mode in which no box waits, and crashes are still reported", "[windows-only]") {
    if (under_wine()) SKIP("Wine hands the error mode on to no child");
    const TestService service(telling_error_mode(), "[restart]\npolicy = \"never\"\n");
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(service.log() == std::format("error mode 0x{:x}\n", SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX));
}

TEST_CASE("The SCM starts a service again whose wrapper has crashed", "[windows-only]") {
    if (under_wine()) SKIP(k_only_windows);
    const TestService service(sleeping());
    service.start();
    const Process wrapper = service.wrapper();
    wrapper.terminate(1);
    REQUIRE(wrapper.wait_for_end());
    // After 5 seconds, with another process.
    CHECK(wait_until(
        [&] {
            const auto status = service.scm();
            return status.dwCurrentState == SERVICE_RUNNING && status.dwProcessId != 0 &&
                   status.dwProcessId != wrapper.id();
        },
        Milliseconds{120'000}));
}

TEST_CASE("The recovery actions are registered as documented, and an update changes them", "[windows-only]") {
    if (under_wine()) SKIP(k_only_windows);
    const TestService service(sleeping());
    const auto actions = query_level<SERVICE_FAILURE_ACTIONSW>(service.name(), SERVICE_CONFIG_FAILURE_ACTIONS);
    REQUIRE(actions.get().cActions == 3);
    const std::array<DWORD, 3> waits{5'000, 30'000, 60'000};
    for (std::size_t i = 0; i < waits.size(); ++i) {
        CHECK(actions.get().lpsaActions[i].Type == SC_ACTION_RESTART);
        CHECK(actions.get().lpsaActions[i].Delay == waits[i]);
    }
    CHECK(actions.get().dwResetPeriod == 86'400);
    CHECK_FALSE(query_level<SERVICE_FAILURE_ACTIONS_FLAG>(service.name(), SERVICE_CONFIG_FAILURE_ACTIONS_FLAG)
                    .get()
                    .fFailureActionsOnNonCrashFailures);
    service.rewrite(sleeping(), "[restart]\non_give_up = \"recover\"\n");
    REQUIRE(service.command("install", {"--update"}).exit_code == 0);
    CHECK(query_level<SERVICE_FAILURE_ACTIONS_FLAG>(service.name(), SERVICE_CONFIG_FAILURE_ACTIONS_FLAG)
              .get()
              .fFailureActionsOnNonCrashFailures);
}

TEST_CASE("A running service asks for preshutdown, with the time that its stop may take", "[windows-only]") {
    if (under_wine()) SKIP(k_only_windows);
    const TestService service(sleeping(), "[stop]\nsteps = [{ method = \"ctrl-c\", timeout = \"45s\" }]\n");
    const auto timeout = query_level<SERVICE_PRESHUTDOWN_INFO>(service.name(), SERVICE_CONFIG_PRESHUTDOWN_INFO);
    CHECK(timeout.get().dwPreshutdownTimeout >= 45'000);
    service.start();
    CHECK((service.scm().dwControlsAccepted & SERVICE_ACCEPT_PRESHUTDOWN) != 0);
    // The SCM alone may send these.
    CHECK(scm::control(service.name(), SERVICE_CONTROL_PRESHUTDOWN).error != NO_ERROR);
    CHECK(service.scm().dwCurrentState == SERVICE_RUNNING);
}

TEST_CASE("What svcwrap reports is read in the Event Log as it was written", "[windows-only]") {
    if (under_wine()) SKIP(k_only_windows);
    const TestService service(sleeping());
    std::optional<LogEntry> installed;
    REQUIRE(wait_until([&] { return (installed = event_of(service.name(), 50)).has_value(); }));
    CHECK(as_viewers_show(*installed) == installed->text);
    service.start();
    service.stop();
    for (const DWORD id : {1U, 2U}) {
        INFO(id);
        CHECK(wait_until([&] { return event_of(service.name(), id).has_value(); }));
    }
}

TEST_CASE("The folder of a service with a virtual account is open to it and to administrators alone",
          "[windows-only]") {
    if (under_wine()) SKIP("Wine maps permissions to Unix modes");
    TestService service;
    std::string config = make_config(service.name(), sleeping());
    config.insert(config.find("[service]\n") + 10, "account = \"virtual\"\n");
    REQUIRE(service.install(config).exit_code == 0);
    const std::string own = sddl_of(service.folder());
    INFO(own);
    CHECK(own.starts_with("O:BAD:P"));
    CHECK(own.contains("(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;"));
    CHECK(count(own, "(A;") == 3);
    CHECK(own.contains(";;;S-1-5-80-"));
    // It may write there, and only there.
    CHECK(count(sddl_of(service.folder() / L"state"), ";0x1301bf;") == 1);
    CHECK(count(own, ";0x1200a9;") == 1);
}

}  // namespace svcwrap::testing
