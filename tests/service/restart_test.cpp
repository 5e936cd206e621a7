// Restarts after the end of the child.
#include <catch_amalgamated.hpp>
#include <chrono>
#include <set>
#include <string>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

// The ids of all children of that name that come and go, until there were so many.
std::set<DWORD> see_children(const TestService& service, const std::string& file_name, std::size_t wanted) {
    const DWORD wrapper = service.scm().dwProcessId;
    std::set<DWORD> seen;
    const bool enough = wait_until([&] {
        for (const DWORD id : children_of(wrapper, file_name)) seen.insert(id);
        return seen.size() >= wanted;
    });
    INFO("journal: " << service.journal());
    REQUIRE(enough);
    return seen;
}

}  // namespace

TEST_CASE("A program that fails is started again, and the journal and status count it") {
    const TestService service(ending_with(3, Milliseconds(300)), "[restart]\ndelay = \"100ms\"\n");
    service.start();
    CHECK(see_children(service, k_ender, 3).size() >= 3);
    CHECK(wait_until([&] { return count(service.journal(), "exit code 3") >= 2; }));
    CHECK(service.status_number({"child", "restarts"}) >= 2);
    CHECK(service.status_number({"last_end", "exit_code"}) == 3);
    CHECK(scm::state_of(service.name()) == SERVICE_RUNNING);
}

TEST_CASE("The wait before the next start doubles from restart to restart") {
    const TestService service(ending_with(3), "[restart]\ndelay = \"200ms\"\nmultiplier = 2.0\njitter = 0.0\n");
    const auto begin = std::chrono::steady_clock::now();
    service.start();
    for (const std::string wait : {"restart 1 in 0.2 s", "restart 2 in 0.4 s", "restart 3 in 0.8 s"}) {
        service.wait_for_journal(wait);
    }
    // The third wait has begun, so the first two are over.
    CHECK(std::chrono::steady_clock::now() - begin >= Milliseconds(600));
}

TEST_CASE("When the limit of restarts is reached the service stops with the program's exit code") {
    const TestService service(ending_with(3), "[restart]\ndelay = \"10ms\"\nlimit = 2\n");
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    INFO("journal: " << service.journal());
    CHECK(service.scm().dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR);
    CHECK(service.scm().dwServiceSpecificExitCode == 3);
    CHECK(count(service.journal(), "-> running") == 3);
}

TEST_CASE("With the policy always a program that ends well is started again") {
    const TestService service(ending_with(0, Milliseconds(300)), "[restart]\npolicy = \"always\"\ndelay = \"50ms\"\n");
    service.start();
    CHECK(see_children(service, k_ender, 2).size() >= 2);
}

TEST_CASE("A rule for an exit code goes before the policy") {
    const TestService service(
        ending_with(42, Milliseconds(200)),
        "[restart]\npolicy = \"always\"\n[[restart.rules]]\nexit_codes = [\"40-42\"]\naction = \"stop\"\n");
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
    CHECK(count(service.journal(), "-> running") == 1);
}

TEST_CASE("A stop while the next start is awaited is obeyed at once") {
    const TestService service(ending_with(3), "[restart]\ndelay = \"1h\"\nmax_delay = \"1h\"\n");
    service.start();
    service.wait_for_journal("-> backoff");
    service.stop();
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
    CHECK(count(service.journal(), "-> running") == 1);
}

TEST_CASE("The child's end is noticed though nobody asks: its handle is waited for") {
    const TestService service(sleeping(), "[restart]\ndelay = \"50ms\"\n");
    service.start();
    const Process child = service.child(k_sleeper);
    child.terminate(77);
    REQUIRE(child.wait_for_end());
    service.wait_for_journal("exit code 77");
    CHECK(wait_until([&] { return !children_of(service.scm().dwProcessId, k_sleeper).empty(); }));
    CHECK(service.child(k_sleeper).id() != child.id());
}
