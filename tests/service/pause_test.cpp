// PAUSE, CONTINUE and the other controls, sent to the service as the SCM sends them.
#include <catch_amalgamated.hpp>
#include <string>
#include <thread>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

// The whole configuration, since [service] is there already.
std::string config_with_pause(const TestService& service, const Program& program, const std::string& policy) {
    std::string text = make_config(service.name(), program, k_stop_by_ctrl_c);
    const std::string table = "[service]\n";
    return text.replace(0, table.size(), table + "pause = \"" + policy + "\"\n");
}

struct Pausable {
    TestService service;

    Pausable(const Program& program, const std::string& policy) {
        const Answer answer = service.install(config_with_pause(service, program, policy));
        INFO(to_text(answer));
        REQUIRE(answer.exit_code == 0);
    }
};

void pause(const TestService& service) {
    const auto answer = scm::control(service.name(), SERVICE_CONTROL_PAUSE);
    INFO("PAUSE: error " << answer.error << "\njournal: " << service.journal());
    REQUIRE(answer.error == NO_ERROR);
    scm::wait_for_state(service.name(), SERVICE_PAUSED);
}

void resume(const TestService& service) {
    const auto answer = scm::control(service.name(), SERVICE_CONTROL_CONTINUE);
    INFO("CONTINUE: error " << answer.error << "\njournal: " << service.journal());
    REQUIRE(answer.error == NO_ERROR);
    scm::wait_for_state(service.name(), SERVICE_RUNNING);
}

}  // namespace

TEST_CASE("By default a pause is refused, and the program runs on") {
    const TestService service(graceful(), k_stop_by_ctrl_c);
    service.start();
    service.wait_for_log(k_ready);
    CHECK((service.scm().dwControlsAccepted & SERVICE_ACCEPT_PAUSE_CONTINUE) == 0);
    CHECK(scm::control(service.name(), SERVICE_CONTROL_PAUSE).error == ERROR_INVALID_SERVICE_CONTROL);
    CHECK(service.scm().dwCurrentState == SERVICE_RUNNING);
    const Answer answer = service.command("pause");
    INFO(to_text(answer));
    CHECK(answer.exit_code != 0);
    CHECK(answer.error.contains("service.pause"));
    CHECK(service.child(k_polite).is_alive());
}

TEST_CASE("A suspended program stands still, and goes on after a continue") {
    const Pausable pausable(ticking(), "suspend");
    const TestService& service = pausable.service;
    service.start();
    service.wait_for_log("tick 2\n");
    const Process child = service.child(k_ticker);
    pause(service);
    CHECK(service.status_at({"child", "suspended"}).as_bool());
    // What it had written before arrives; then nothing more.
    const auto stands_still = [&] {
        const std::string before = service.log();
        std::this_thread::sleep_for(Milliseconds(700));
        return service.log() == before;
    };
    CHECK(wait_until(stands_still));
    const std::size_t ticks = count(service.log(), "tick");
    resume(service);
    CHECK(wait_until([&] { return count(service.log(), "tick") > ticks; }));
    CHECK(service.child(k_ticker).id() == child.id());
}

TEST_CASE("A suspended program is stopped by its steps: it is woken first") {
    const Pausable pausable(graceful(), "suspend");
    const TestService& service = pausable.service;
    service.start();
    service.wait_for_log(k_ready);
    pause(service);
    service.stop();
    INFO("journal: " << service.journal());
    CHECK(service.log().contains(k_goodbye));
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}

TEST_CASE("A pause that stops ends the program by its steps, and a continue starts it anew") {
    const Pausable pausable(graceful(), "stop");
    const TestService& service = pausable.service;
    service.start();
    service.wait_for_log(k_ready);
    const Process child = service.child(k_polite);
    const DWORD wrapper = service.scm().dwProcessId;
    pause(service);
    CHECK(child.wait_for_end());
    service.wait_for_log(k_goodbye);
    CHECK(children_of(wrapper, k_polite).empty());
    resume(service);
    CHECK(wait_until([&] { return count(service.log(), k_ready) == 2; }));
    CHECK(service.scm().dwProcessId == wrapper);
    CHECK(service.status_text({"child", "start_reason"}) == "continued");
    pause(service);
    service.stop();
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}

TEST_CASE("The commands pause and continue do the same") {
    const Pausable pausable(graceful(), "suspend");
    const TestService& service = pausable.service;
    service.start();
    service.wait_for_log(k_ready);
    const Answer paused = service.command("pause");
    INFO(to_text(paused));
    CHECK(paused.exit_code == 0);
    CHECK(scm::state_of(service.name()) == SERVICE_PAUSED);
    const Answer resumed = service.command("continue");
    INFO(to_text(resumed));
    CHECK(resumed.exit_code == 0);
    CHECK(scm::state_of(service.name()) == SERVICE_RUNNING);
}

TEST_CASE("INTERROGATE is answered with the state") {
    const TestService service(graceful(), k_stop_by_ctrl_c);
    service.start();
    const auto asked = scm::control(service.name(), SERVICE_CONTROL_INTERROGATE);
    CHECK(asked.error == NO_ERROR);
    CHECK(asked.status.dwCurrentState == SERVICE_RUNNING);
}

TEST_CASE("A control of no meaning changes nothing") {
    const TestService service(graceful(), k_stop_by_ctrl_c);
    service.start();
    const Process child = service.child(k_polite);
    (void)scm::control(service.name(), 200);
    CHECK(service.scm().dwCurrentState == SERVICE_RUNNING);
    CHECK(child.is_alive());
    service.stop();
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}

TEST_CASE("A control of no meaning is refused as not implemented", "[windows-only]") {
    if (under_wine()) SKIP("Wine's SCM does not pass on what a service answers to a control");
    const TestService service(graceful(), k_stop_by_ctrl_c);
    service.start();
    CHECK(scm::control(service.name(), 200).error == ERROR_CALL_NOT_IMPLEMENTED);
}
