// A thousand crashes and restarts leave nothing behind in the wrapper.
#include <windows.h>
// after windows.h
#include <winternl.h>

#include <catch_amalgamated.hpp>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

constexpr Milliseconds k_endurance_patience{20 * 60'000};
const std::string k_at_once =
    "[restart]\ndelay = \"0s\"\n[logs.rotate]\nmax_size = \"64 KiB\"\n[logs.keep]\nfiles = 2\n";
const std::string k_later =
    "[restart]\ndelay = \"1h\"\nmax_delay = \"1h\"\n[logs.rotate]\nmax_size = \"64 KiB\"\n"
    "[logs.keep]\nfiles = 2\n";

// What a process holds, as the system counts it (SystemProcessInformation, the same source as that of the task
// manager).
struct Holdings {
    ULONG handles = 0;
    ULONG threads = 0;
};

std::optional<Holdings> holdings_of(DWORD process_id) {
    std::vector<std::byte> buffer(1 << 20);
    ULONG needed = 0;
    while (NtQuerySystemInformation(SystemProcessInformation, buffer.data(), static_cast<ULONG>(buffer.size()),
                                    &needed) == static_cast<NTSTATUS>(0xC0000004)) {  // STATUS_INFO_LENGTH_MISMATCH
        buffer.resize(buffer.size() * 2);
    }
    for (std::size_t at = 0;;) {
        const auto* entry = reinterpret_cast<const SYSTEM_PROCESS_INFORMATION*>(buffer.data() + at);
        if (static_cast<DWORD>(reinterpret_cast<ULONG_PTR>(entry->UniqueProcessId)) == process_id) {
            return Holdings{.handles = entry->HandleCount, .threads = entry->NumberOfThreads};
        }
        if (entry->NextEntryOffset == 0) return std::nullopt;
        at += entry->NextEntryOffset;
    }
}

std::size_t files_below(const Path& folder) {
    std::error_code error;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error))
        files += entry.is_regular_file();
    return files;
}

// The wrapper with its crashes held up, and what it holds then.
struct Rest {
    Holdings holdings;
    std::size_t files = 0;
    std::int64_t runs = 0;
};

void reload_with(const TestService& service, const Program& program, const std::string& tables) {
    service.rewrite(program, tables);
    const Answer answer = service.command("reload");
    INFO(to_text(answer) << "\njournal: " << service.journal());
    REQUIRE(answer.exit_code == 0);
}

// Lets it crash until it has had that many runs, then holds it up.
Rest crash_until(const TestService& service, const Program& program, std::int64_t runs) {
    const bool enough = wait_until(
        [&] {
            std::this_thread::sleep_for(Milliseconds(500));
            return service.status_number({"child", "run"}) >= runs;
        },
        k_endurance_patience);
    INFO("journal: " << service.journal());
    REQUIRE(enough);
    reload_with(service, program, k_later);
    service.wait_for_status({"child", "state"}, "backoff");
    const DWORD wrapper = service.scm().dwProcessId;
    REQUIRE(wait_until([&] { return processes_named(k_ender).empty(); }));
    Rest rest;
    const auto holdings = holdings_of(wrapper);
    REQUIRE(holdings);
    rest.holdings = *holdings;
    rest.files = files_below(service.folder()) + files_below(service.temp());
    rest.runs = service.status_number({"child", "run"});
    return rest;
}

}  // namespace

TEST_CASE("A thousand crashes and restarts leave no handle, thread, process or file behind") {
    const Program program = ending_with(3);
    const TestService service(program, k_at_once);
    service.start();
    const Rest early = crash_until(service, program, 100);
    reload_with(service, program, k_at_once);
    (void)service.command("start");  // the next run begins at once; that it ends again is the point
    const Rest late = crash_until(service, program, 1000);
    INFO("handles " << early.holdings.handles << " -> " << late.holdings.handles << ", threads "
                    << early.holdings.threads << " -> " << late.holdings.threads << ", files " << early.files << " -> "
                    << late.files);
    CHECK(late.runs >= 1000);
    CHECK(early.runs < late.runs);
    // One handle a run would be hundreds. A few come and go with the threads of the system's own pools.
    constexpr ULONG some = 16;
    CHECK(early.holdings.handles > 0);
    CHECK(late.holdings.handles <= early.holdings.handles + some);
    CHECK(late.holdings.threads <= early.holdings.threads + some);
    CHECK(late.files <= early.files + some);
    service.stop();
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}
