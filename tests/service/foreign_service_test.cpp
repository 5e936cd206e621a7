// Services that others have installed are none of svcwrap's business.
#include <catch_amalgamated.hpp>
#include <string>

#include "service/test_service.hpp"

using namespace svcwrap::testing;

TEST_CASE("A service of somebody else is refused by every command and stays as it is") {
    const std::string verb = GENERATE("start", "stop", "restart", "status", "uninstall");
    const TestService foreign;  // only its name and its clean-up
    const std::string line = "\"" + to_utf8(fixture("sleep_ms")) + "\" 1000";
    scm::create(foreign.name(), line);

    const Answer answer = foreign.command(verb);
    INFO(verb << ": " << to_text(answer));
    CHECK(answer.exit_code == 4);
    CHECK(answer.error.contains("not a svcwrap service"));
    CHECK(answer.error.contains("sleep_ms"));
    CHECK(scm::image_path(foreign.name()) == line);
    CHECK(scm::state_of(foreign.name()) == SERVICE_STOPPED);
}

TEST_CASE("The name of a service of somebody else is taken") {
    const TestService foreign;
    const std::string line = "\"" + to_utf8(fixture("sleep_ms")) + "\" 1000";
    scm::create(foreign.name(), line);

    const Answer answer = foreign.command("install", {"--exe", to_utf8(fixture("sleep_ms"))});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 6);
    CHECK(scm::image_path(foreign.name()) == line);
    CHECK_FALSE(std::filesystem::exists(foreign.folder()));
}

TEST_CASE("The list of all services names svcwrap's own and no other") {
    const TestService own({.executable = fixture("sleep_ms"), .arguments = {"600000"}});
    const TestService foreign;
    scm::create(foreign.name(), "\"" + to_utf8(fixture("sleep_ms")) + "\" 1000");

    const Answer answer = run_svcwrap({"status"});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 0);
    CHECK(answer.output.contains(own.name()));
    CHECK_FALSE(answer.output.contains(foreign.name()));
}
