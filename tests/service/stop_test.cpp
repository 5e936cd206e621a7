// Gentle stops, and what happens when gentleness does not help.
#include <catch_amalgamated.hpp>
#include <chrono>
#include <string>

#include "service/programs.hpp"
#include "service/test_service.hpp"
#include "support/temp_folder.hpp"

using namespace svcwrap::testing;

TEST_CASE("A stop by Ctrl-C lets the program say goodbye") {
    const TestService service(graceful(), k_stop_by_ctrl_c);
    service.start();
    service.wait_for_log(k_ready);
    const Process child = service.child(k_polite);
    service.stop();
    INFO("log: " << service.log() << "\njournal: " << service.journal());
    CHECK(service.log().contains(k_goodbye));
    CHECK(child.exit_code() == 0);
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}

TEST_CASE("A stop by Ctrl-Break lets the program say goodbye", "[windows-only]") {
    if (under_wine()) SKIP("Wine ends a program at Ctrl-Break without calling its handler");
    const TestService service(graceful(), "[stop]\nsteps = [{ method = \"ctrl-break\", timeout = \"60s\" }]\n");
    service.start();
    service.wait_for_log(k_ready);
    service.stop();
    CHECK(service.log().contains(k_goodbye));
}

TEST_CASE("After a stop the same service can be stopped by Ctrl-C again") {
    const TestService service(graceful(), k_stop_by_ctrl_c);
    for (const std::size_t round : {1U, 2U}) {
        service.start();
        CHECK(wait_until([&] { return count(service.log(), k_ready) == round; }));
        service.stop();
        CHECK(count(service.log(), k_goodbye) == round);
    }
}

TEST_CASE("A program that ignores every step is ended after the last one, the steps in their order") {
    const TestService service(stubborn(),
                              "[stop]\nsteps = [{ method = \"ctrl-c\", timeout = \"300ms\" }, { method = \"ctrl-c\", "
                              "timeout = \"400ms\" }]\n");
    service.start();
    service.wait_for_log(k_deaf);
    const Process child = service.child(k_stubborn);
    const auto begin = std::chrono::steady_clock::now();
    service.stop();
    CHECK(std::chrono::steady_clock::now() - begin >= Milliseconds(700));
    CHECK_FALSE(child.is_alive());
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);

    const std::string journal = service.journal();
    INFO("journal: " << journal);
    const std::size_t first = journal.find("ctrl-c did not end it within 0.3 s");
    const std::size_t second = journal.find("-> killing: ctrl-c did not end it within 0.4 s");
    CHECK(first < second);
    CHECK(second != std::string::npos);
}

TEST_CASE("A program that is deaf to Ctrl-C by its flag is asked by the next step") {
    const TestService service({.executable = fixture("deaf_to_ctrl_c"), .arguments = {}},
                              "[stop]\nsteps = [{ method = \"ctrl-c\", timeout = \"10s\" }, { method = \"ctrl-break\", "
                              "timeout = \"10s\" }]\n");
    service.start();
    service.wait_for_log("deaf to c\n");
    const Process child = service.child("deaf_to_ctrl_c.exe");
    service.stop();
    const std::string journal = service.journal();
    INFO("log: " << service.log() << "\njournal: " << journal);
    CHECK_FALSE(child.is_alive());
    CHECK(journal.contains("(ctrl-c): sent"));
    CHECK(journal.contains("ctrl-c did not end it"));
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
    if (under_wine()) return;  // there the handler of Ctrl-Break is not called
    CHECK_FALSE(journal.contains("-> killing"));
    CHECK(service.log().contains("stopping by break"));
    CHECK(child.exit_code() == 0);
}

TEST_CASE("A batch file and the program that it runs are stopped by Ctrl-C, and nobody waits for an answer") {
    const TempFolder folder;
    folder.write("run it.cmd", "@echo off\r\n\"" + to_utf8(fixture("graceful")) + "\"\r\necho after it\r\n");
    const TestService service({.executable = to_path(folder.path_of("run it.cmd")), .arguments = {}}, k_stop_by_ctrl_c);
    service.start();
    service.wait_for_log(k_ready);
    const Process shell = service.child("cmd.exe");
    const Process program = child_of(shell.id(), k_polite);
    service.stop();
    const std::string journal = service.journal();
    INFO("log: " << service.log() << "\njournal: " << journal);
    CHECK(service.log().contains(k_goodbye));
    CHECK(program.exit_code() == 0);
    CHECK_FALSE(shell.is_alive());
    CHECK_FALSE(journal.contains("-> killing"));
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}

TEST_CASE("The step terminate ends the program without asking it") {
    const TestService service(graceful(), "[stop]\nsteps = [{ method = \"terminate\", timeout = \"10s\" }]\n");
    service.start();
    service.wait_for_log(k_ready);
    const Process child = service.child(k_polite);
    service.stop();
    CHECK_FALSE(child.is_alive());
    CHECK_FALSE(service.log().contains(k_goodbye));
}

TEST_CASE("While the program takes its time the SCM sees a stop under way with a hint how long") {
    const TestService service(stubborn(), k_stop_by_ctrl_c);
    service.start();
    service.wait_for_log(k_deaf);
    const Process child = service.child(k_stubborn);
    scm::stop(service.name());
    scm::wait_for_state(service.name(), SERVICE_STOP_PENDING);
    const SERVICE_STATUS_PROCESS pending = service.scm();
    CHECK(pending.dwWaitHint > 0);
    CHECK(pending.dwCheckPoint > 0);
    CHECK((pending.dwControlsAccepted & SERVICE_ACCEPT_STOP) == 0);
    child.terminate(0);
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
}

TEST_CASE("Two stops at the same time both succeed") {
    const TestService service(stubborn(), "[stop]\nsteps = [{ method = \"ctrl-c\", timeout = \"1s\" }]\n");
    service.start();
    service.wait_for_log(k_deaf);
    Subprocess other(svcwrap_exe(), "svcwrap.exe stop " + service.name());
    const Answer answer = service.command("stop");
    other.finish();
    INFO(to_text(answer) << "\nthe other: " << other.error_output());
    CHECK(answer.exit_code == 0);
    CHECK(other.process().exit_code() == 0);
    CHECK(scm::state_of(service.name()) == SERVICE_STOPPED);
}
