// The whole tree of a service's processes, and what remains of it: nothing.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <string>
#include <vector>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

// The ids of the grandchildren, in the order of the runs.
std::vector<DWORD> grandchildren_in(const std::string& log) {
    std::vector<DWORD> ids;
    for (const std::string& line : lines_of(log)) {
        if (line.starts_with("grandchild ")) ids.push_back(static_cast<DWORD>(std::stoul(line.substr(11))));
    }
    return ids;
}

}  // namespace

TEST_CASE("A stop ends the grandchildren too") {
    const TestService service(parent(), "[stop]\nsteps = [{ method = \"ctrl-c\", timeout = \"500ms\" }]\n");
    service.start();
    const Family family = family_below(service.scm().dwProcessId);
    service.stop();
    CHECK_FALSE(family.child.is_alive());
    CHECK_FALSE(family.grandchild.is_alive());
}

TEST_CASE(
    "When the wrapper is killed, child and grandchild end with it and the SCM sees the service stopped as failed") {
    const TestService service(parent());
    service.start();
    const Family family = family_below(service.scm().dwProcessId);
    service.wrapper().terminate(1);
    CHECK(family.child.wait_for_end());
    CHECK(family.grandchild.wait_for_end());
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(service.scm().dwWin32ExitCode != NO_ERROR);
    CHECK(service.command("status").exit_code == 3);

    SECTION("and it can be started again") {
        CHECK(service.command("start").exit_code == 0);
        CHECK(service.child(k_parent).is_alive());
    }
}

TEST_CASE("What a program leaves behind when it dies is gone before the next start") {
    const TestService service(dying_parent(), "[restart]\ndelay = \"50ms\"\n");
    service.start();
    // The grandchildren hold the output, so waiting for its end would wait for ever.
    for (std::size_t run = 1; run <= 3; ++run) {
        CHECK(wait_until([&] { return grandchildren_in(service.log()).size() > run; }));
        const std::vector<DWORD> said = grandchildren_in(service.log());
        const std::vector<DWORD> alive = processes_named(k_dying_parent);
        INFO("log: " << service.log() << "\njournal: " << service.journal());
        REQUIRE(said.size() > run);
        CHECK_FALSE(std::ranges::contains(alive, said.at(run - 1)));
    }
    CHECK(wait_until([&] { return count(service.journal(), "left behind") >= 3; }));
    service.stop();
}

TEST_CASE("A grandchild that keeps the output open after the child's end does not hold up the stop") {
    const TestService service(dying_parent(), "[restart]\ndelay = \"1h\"\nmax_delay = \"1h\"\n");
    service.start();
    service.wait_for_journal("-> backoff");
    service.stop();
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
    CHECK_FALSE(service.journal().contains("still holds the output"));
}
