// From install to uninstall, as the SCM, the process list and the disk see it.
#include <catch_amalgamated.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

TEST_CASE("A console program is installed, started, asked about, stopped and uninstalled") {
    const TestService service;
    const std::string exe = to_utf8(svcwrap_exe());
    const Path config = service.folder() / to_path(service.name() + ".toml");

    const Answer installed =
        service.command("install", {"--exe", to_utf8(fixture("graceful")), "--start", "manual", "--stop", "ctrl-c"});
    INFO(to_text(installed));
    REQUIRE(installed.exit_code == 0);
    CHECK(std::filesystem::exists(config));
    CHECK(scm::image_path(service.name()).starts_with("\"" + exe + "\" "));
    CHECK(scm::image_path(service.name()).contains(to_utf8(config)));
    CHECK(scm::state_of(service.name()) == SERVICE_STOPPED);
    CHECK(service.command("status").exit_code == 3);

    const Answer started = service.command("start");
    INFO(to_text(started));
    REQUIRE(started.exit_code == 0);
    CHECK(scm::state_of(service.name()) == SERVICE_RUNNING);
    const Process wrapper = service.wrapper();
    const Process child = service.child(k_polite);
    CHECK(service.command("status").exit_code == 0);
    CHECK(service.status_number({"child", "process_id"}) == child.id());
    CHECK(service.status_number({"wrapper_process_id"}) == wrapper.id());
    service.wait_for_log(k_ready);

    const Answer stopped = service.command("stop");
    INFO(to_text(stopped));
    CHECK(stopped.exit_code == 0);
    CHECK(scm::state_of(service.name()) == SERVICE_STOPPED);
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
    CHECK_FALSE(child.is_alive());
    CHECK_FALSE(wrapper.is_alive());
    CHECK(service.log().contains(k_goodbye));
    CHECK(service.command("status").exit_code == 3);

    const Answer uninstalled = service.command("uninstall");
    INFO(to_text(uninstalled));
    CHECK(uninstalled.exit_code == 0);
    CHECK_FALSE(scm::exists(service.name()));
    CHECK(std::filesystem::exists(config));  // kept, as the answer says
    CHECK(uninstalled.output.contains(to_utf8(service.folder())));
    CHECK(service.command("status").exit_code == 4);
}

TEST_CASE("Uninstall stops a running service first, and --purge removes its folder") {
    const TestService service;
    REQUIRE(service.command("install", {"--exe", to_utf8(fixture("graceful")), "--start", "manual", "--stop", "ctrl-c"})
                .exit_code == 0);
    service.start();
    const Process wrapper = service.wrapper();
    const Process child = service.child(k_polite);

    const Answer answer = service.command("uninstall", {"--purge"});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 0);
    CHECK_FALSE(child.is_alive());
    CHECK_FALSE(wrapper.is_alive());
    CHECK_FALSE(scm::exists(service.name()));
    CHECK_FALSE(std::filesystem::exists(service.folder()));
}

TEST_CASE("A service that was uninstalled can be installed again under the same name") {
    TestService service(sleeping());
    REQUIRE(service.command("uninstall", {"--purge"}).exit_code == 0);
    const Answer again = service.install(make_config(service.name(), sleeping()));
    INFO(to_text(again));
    CHECK(again.exit_code == 0);
    CHECK(scm::exists(service.name()));
}

TEST_CASE("Installed with --start-now it runs at once") {
    const TestService service;
    const Answer answer = service.command(
        "install", {"--exe", to_utf8(fixture("graceful")), "--start", "manual", "--stop", "ctrl-c", "--start-now"});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 0);
    CHECK(scm::state_of(service.name()) == SERVICE_RUNNING);
    CHECK(service.child(k_polite).is_alive());
}

TEST_CASE("Starting twice and stopping twice changes nothing the second time and is no error") {
    const TestService service(sleeping());
    REQUIRE(service.command("start").exit_code == 0);
    const Process child = service.child(k_sleeper);
    CHECK(service.command("start").exit_code == 0);
    CHECK(child.is_alive());
    CHECK(children_of(service.scm().dwProcessId, k_sleeper) == std::vector<DWORD>{child.id()});

    CHECK(service.command("stop").exit_code == 0);
    CHECK_FALSE(child.is_alive());
    CHECK(service.command("stop").exit_code == 0);
    CHECK(scm::state_of(service.name()) == SERVICE_STOPPED);
}

TEST_CASE("Restart ends the old child and starts a new one") {
    const TestService service(sleeping());
    service.start();
    const Process before = service.child(k_sleeper);
    const Answer answer = service.command("restart");
    INFO(to_text(answer));
    CHECK(answer.exit_code == 0);
    CHECK_FALSE(before.is_alive());
    const Process after = service.child(k_sleeper);
    CHECK(after.is_alive());
    CHECK(after.id() != before.id());
}

TEST_CASE("Restart starts a service that does not run") {
    const TestService service(sleeping());
    CHECK(service.command("restart").exit_code == 0);
    CHECK(service.child(k_sleeper).is_alive());
}

TEST_CASE("A stop right after the start is obeyed, and no child is left") {
    const TestService service(sleeping());
    scm::start(service.name());
    const Process wrapper = service.wrapper();
    const Answer answer = service.command("stop");
    INFO(to_text(answer) << "\njournal: " << service.journal());
    CHECK(answer.exit_code == 0);
    CHECK(scm::state_of(service.name()) == SERVICE_STOPPED);
    CHECK_FALSE(wrapper.is_alive());
    CHECK(children_of(wrapper.id(), k_sleeper).empty());
}

TEST_CASE("Several services live beside each other, and stopping one leaves the others' children alone") {
    const TestService first(graceful(), k_stop_by_ctrl_c);
    const TestService second(graceful(), k_stop_by_ctrl_c);
    const TestService third(graceful(), k_stop_by_ctrl_c);
    std::vector<Process> children;
    for (const TestService* service : {&first, &second, &third}) {
        service->start();
        children.push_back(service->child(k_polite));
        service->wait_for_log(k_ready);
    }
    second.stop();
    CHECK(second.log().contains(k_goodbye));
    CHECK_FALSE(children.at(1).is_alive());
    for (const std::size_t other : {0U, 2U}) CHECK(children.at(other).is_alive());
    for (const TestService* service : {&first, &third}) {
        CHECK(scm::state_of(service->name()) == SERVICE_RUNNING);
        CHECK_FALSE(service->log().contains(k_goodbye));
        service->stop();
        CHECK(service->log().contains(k_goodbye));
    }
}
