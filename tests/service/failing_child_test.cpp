// A program that does not stay up: what start says, what the SCM shows.
#include <catch_amalgamated.hpp>
#include <filesystem>
#include <string>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

constexpr std::string_view k_never = "[restart]\npolicy = \"never\"\n";

struct Death {
    std::string what;
    Program program;
    DWORD code;
    std::string words;
};

std::vector<Death> deaths() {
    return {
        {"an exit code", ending_with(3), 3, "exit code 3 (often abort() or an uncaught C++ exception)"},
        {"a large exit code", ending_with(259), 259, "exit code 259"},
        {"an access violation", crashing(), 0xC0000005, "0xC0000005"},
    };
}

// On a busy machine a program may take longer than a second to come up and die; start returns when it sees that.
const std::vector<std::string> k_watched{"--settle", "30s"};

}  // namespace

TEST_CASE("A program that ends at once makes start fail with exit code 8 and the decoded reason") {
    const Death death = GENERATE(from_range(deaths()));
    CAPTURE(death.what);
    const TestService service(death.program, k_never);
    const Answer answer = service.command("start", k_watched);
    INFO(to_text(answer) << "\njournal: " << service.journal());
    CHECK(answer.exit_code == 8);
    CHECK(answer.error.contains(death.words));
    CHECK(answer.error.contains("svcwrap.log"));

    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(service.scm().dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR);
    CHECK(service.scm().dwServiceSpecificExitCode == death.code);
    CHECK(service.journal().contains(death.words));
    CHECK(service.command("status").exit_code == 3);
    CHECK(service.status_number({"last_end", "exit_code"}) == death.code);
}

TEST_CASE("A crash is told in words") {
    const TestService service(crashing(), k_never);
    const Answer answer = service.command("start", k_watched);
    INFO(to_text(answer));
    CHECK(answer.error.contains("access violation"));
    CHECK(service.journal().contains("access violation"));
}

TEST_CASE("A program that ends at once with success stops its service as a success, and start says that it ended") {
    const TestService service(ending_with(0));
    const Answer answer = service.command("start", k_watched);
    INFO(to_text(answer));
    CHECK(answer.exit_code == 8);
    CHECK(answer.error.contains("exit code 0"));
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}

TEST_CASE("A program that fails and will be restarted makes start fail, though the service goes on trying") {
    const TestService service(ending_with(3), "[restart]\ndelay = \"10m\"\n");
    const Answer answer = service.command("start", k_watched);
    INFO(to_text(answer));
    CHECK(answer.exit_code == 8);
    CHECK(answer.error.contains("exit code 3"));
    CHECK(scm::state_of(service.name()) == SERVICE_RUNNING);
    CHECK(service.command("status").exit_code == 3);
}

TEST_CASE("A program that has vanished since its installation makes start fail with its path") {
    TestService service;
    const Path program = service.temp() / L"vanishing.exe";
    std::filesystem::copy_file(fixture("sleep_ms"), program);
    REQUIRE(service.install(make_config(service.name(), {.executable = program, .arguments = {"600000"}}, k_never))
                .exit_code == 0);
    REQUIRE(std::filesystem::remove(program));

    const Answer answer = service.command("start", k_watched);
    INFO(to_text(answer) << "\njournal: " << service.journal());
    CHECK(answer.exit_code == 8);
    CHECK(answer.error.contains(to_utf8(program)));
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(service.scm().dwWin32ExitCode == ERROR_PROCESS_ABORTED);
    CHECK(service.journal().contains(to_utf8(program)));
}

TEST_CASE("A configuration that was broken after the installation is refused by start, and by the service itself") {
    const TestService service(sleeping());
    write_file(service.config_file(), make_config(service.name(), sleeping(), "[restart]\npolcy = \"never\"\n"));
    const Answer answer = service.command("start", k_watched);
    INFO(to_text(answer) << "\njournal: " << service.journal());
    CHECK(answer.exit_code == 5);
    CHECK(answer.error.contains("service.toml:8:"));
    CHECK_FALSE(service.journal().contains("service.toml:8:"));
    scm::start(service.name());  // as Windows does at boot: it looks at nothing before
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(service.scm().dwWin32ExitCode == ERROR_BAD_CONFIGURATION);
    CHECK(service.journal().contains("service.toml:8:"));
    CHECK(service.command("check").exit_code == 5);
}
