// Each way of asking a program to stop, through the SCM.
#include <catch_amalgamated.hpp>
#include <string>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

std::string steps(const std::string& list) {
    return "[stop]\nsteps = [" + list + "]\n";
}

// The step that runs the fixture "hook", with a second step in case it does not help.
std::string command_step(const std::string& arguments, const std::string& timeout) {
    return "{ method = \"command\", command = [" + toml_string(to_utf8(fixture("hook"))) + arguments +
           "], timeout = \"" + timeout + "\" }";
}

// Stops the service when its program has said that; the program.
Process run_and_stop(const TestService& service, std::string_view said, const std::string& file_name) {
    service.start();
    service.wait_for_log(said);
    Process child = service.child(file_name);
    service.stop();
    return child;
}

// The program ended by itself, and the service well.
void check_gentle_end(const TestService& service, const Process& child) {
    INFO("log: " << service.log() << "\njournal: " << service.journal());
    CHECK(child.exit_code() == 0);
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
    CHECK_FALSE(service.journal().contains("-> killing"));
}

}  // namespace

TEST_CASE("A stop by standard input writes the text, and the program that waits for it ends") {
    const TestService service(reading_input(), steps(R"({ method = "stdin", text = "quit\r\n", timeout = "60s" })"));
    const Process child = run_and_stop(service, k_reading, k_reader);
    check_gentle_end(service, child);
    CHECK(service.log().contains("quitting\n"));
}

TEST_CASE("A stop by standard input without a text closes it") {
    const TestService service(reading_input(), steps(R"({ method = "stdin", timeout = "60s" })"));
    const Process child = run_and_stop(service, k_reading, k_reader);
    INFO("log: " << service.log() << "\njournal: " << service.journal());
    CHECK(child.exit_code() == 4);  // the end of the input, and not the text
    CHECK_FALSE(service.journal().contains("-> killing"));
}

TEST_CASE("A stop by closing its windows lets a program with a window end by itself") {
    const TestService service(windowed(), steps(R"({ method = "close-window", timeout = "60s" })"));
    const Process child = run_and_stop(service, k_has_window, k_windowed);
    check_gentle_end(service, child);
    CHECK(service.log().contains("closed\n"));
}

TEST_CASE("The step close-window of a program without a window is over at once, and the next step is tried") {
    const TestService service(
        graceful(), steps(R"({ method = "close-window", timeout = "1h" }, { method = "ctrl-c", timeout = "60s" })"));
    const Process child = run_and_stop(service, k_ready, k_polite);
    check_gentle_end(service, child);
    CHECK(service.log().contains(k_asked_by_ctrl_c));
}

TEST_CASE("A stop by command runs it with svcwrap's variables, its output goes to the journal, and the stop goes on") {
    const TestService service(
        graceful(), steps(command_step(", \"please\"", "10s") + R"(, { method = "ctrl-c", timeout = "60s" })"));
    const Process child = run_and_stop(service, k_ready, k_polite);
    check_gentle_end(service, child);
    const std::string journal = service.journal();
    INFO("journal: " << journal);
    CHECK(journal.contains("arg=please"));
    CHECK(journal.contains("SVCWRAP_NAME=" + service.name()));
    CHECK(journal.contains("SVCWRAP_EVENT=stop"));
    CHECK(journal.contains("SVCWRAP_PID=" + std::to_string(child.id())));
}

TEST_CASE("A stop command that hangs is ended with its step") {
    const TestService service(stubborn(), steps(command_step(", \"--sleep\", \"600000\"", "10s")));
    service.start();
    service.wait_for_log(k_deaf);
    service.stop();
    CHECK(wait_until([] { return processes_named("hook.exe").empty(); }));
    INFO("journal: " << service.journal());
    CHECK(service.journal().contains("SVCWRAP_EVENT=stop"));  // it did run
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}

TEST_CASE("A stop command that ends with a failure is told, and the next step is tried") {
    const TestService service(
        graceful(), steps(command_step(", \"--code\", \"3\"", "10s") + R"(, { method = "ctrl-c", timeout = "60s" })"));
    const Process child = run_and_stop(service, k_ready, k_polite);
    check_gentle_end(service, child);
    CHECK(service.log().contains(k_asked_by_ctrl_c));
    INFO("journal: " << service.journal());
    CHECK(service.journal().contains("SVCWRAP_EVENT=stop"));
    CHECK(service.journal().contains("exit code 3"));
}

TEST_CASE("A stop command that is not there is told, and the next step is tried at once") {
    const TestService service(graceful(), steps(R"({ method = "command", command = ["svcwrap-no-such-tool.exe"], )"
                                                R"(timeout = "1h" }, { method = "ctrl-c", timeout = "60s" })"));
    const Process child = run_and_stop(service, k_ready, k_polite);
    check_gentle_end(service, child);
    CHECK(service.journal().contains("svcwrap-no-such-tool.exe"));
}

TEST_CASE("The step wait asks for nothing, and the step terminate ends what is left") {
    const TestService service(graceful(), steps(R"({ method = "wait", timeout = "300ms" }, { method = "terminate" })"));
    const Process child = run_and_stop(service, k_ready, k_polite);
    CHECK_FALSE(child.is_alive());
    CHECK_FALSE(service.log().contains("stopping by"));
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}

TEST_CASE("The time of all steps together ends a stop whose steps would take longer") {
    const TestService service(stubborn(),
                              "[stop]\ntimeout = \"1s\"\nsteps = [{ method = \"wait\", timeout = \"1h\" }]\n");
    const Process child = run_and_stop(service, k_deaf, k_stubborn);
    CHECK_FALSE(child.is_alive());
    CHECK(service.scm().dwWin32ExitCode == NO_ERROR);
}

TEST_CASE("With kill_tree = false what the program started lives on after a stop") {
    const TestService service(parent(), "[stop]\nkill_tree = false\nsteps = [{ method = \"terminate\" }]\n");
    service.start();
    const Family family = family_below(service.scm().dwProcessId);
    service.stop();
    CHECK_FALSE(family.child.is_alive());
    CHECK(family.grandchild.is_alive());
}
