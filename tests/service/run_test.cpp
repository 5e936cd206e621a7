// `svcwrap run`: the same supervision in the foreground, here without a console, its output in a pipe.
#include <catch_amalgamated.hpp>
#include <string>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

std::string run_line(const Program& program) {
    std::string line = "svcwrap.exe run --exe \"" + to_utf8(program.executable) + "\" --";
    for (const std::string& argument : program.arguments) line += " " + argument;
    return line;
}

}  // namespace

TEST_CASE("run shows the program's output and ends with it") {
    const TestService folder;
    write_file(folder.config_file(), make_config(folder.name(), chatter(4, 0, "both"), "[logs]\nstderr = \"file\"\n"));
    const Answer answer = run_svcwrap({"run", "--config", to_utf8(folder.config_file())});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 0);
    CHECK(answer.output == "000000001\n000000003\n");
    CHECK(answer.error.contains("000000002\n"));
    CHECK(answer.error.contains("000000004\n"));
    CHECK_FALSE(scm::exists(folder.name()));
}

TEST_CASE("run ends with exit code 1 and the decoded reason when the program fails for good") {
    const TestService folder;
    write_file(folder.config_file(), make_config(folder.name(), ending_with(3), "[restart]\npolicy = \"never\"\n"));
    const Answer answer = run_svcwrap({"run", "--config", to_utf8(folder.config_file())});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 1);
    CHECK(answer.error.contains("exit code 3"));
}

TEST_CASE("run of a program without a configuration passes its output through") {
    const Answer answer = run_svcwrap({"run", "--exe", to_utf8(fixture("echo_args")), "--", "two words"});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 0);
    CHECK(echoed_arguments(answer.output) == std::vector<std::string>{"two words"});
}

TEST_CASE("When run is killed, the program and its children end with it") {
    Subprocess run(svcwrap_exe(), run_line(parent()));
    const Family family = family_below(run.process().id());
    run.process().terminate(1);
    CHECK(family.child.wait_for_end());
    CHECK(family.grandchild.wait_for_end());
}

TEST_CASE("Ctrl-C at run stops the program gently") {
    const TestService folder;
    write_file(folder.config_file(), make_config(folder.name(), graceful(), k_stop_by_ctrl_c));
    Subprocess run(svcwrap_exe(), "svcwrap.exe run --config \"" + to_utf8(folder.config_file()) + "\"");
    const Process child = child_of(run.process().id(), k_polite);
    REQUIRE(wait_until([&] { return run.output().contains(k_ready); }));
    // svcwrap has a console of its own without a window (CREATE_NO_WINDOW), which is where Ctrl-C is pressed.
    REQUIRE(run_svcwrap({"send-console-event", std::to_string(run.process().id()), "c"}).exit_code == 0);
    run.finish();
    INFO("output: " << run.output() << "\nerrors: " << run.error_output());
    CHECK(run.process().exit_code() == 0);
    CHECK(run.output().contains(k_goodbye));
    CHECK_FALSE(child.is_alive());
}

TEST_CASE("run refuses a service that runs already") {
    const TestService service(sleeping());
    service.start();
    const Answer answer = service.command("run");
    INFO(to_text(answer));
    CHECK(answer.exit_code == 6);
    CHECK(answer.error.contains("svcwrap stop " + service.name()));
}

TEST_CASE("The command that is for the SCM alone says so when a user calls it") {
    const Answer answer = run_svcwrap({"service", "--name", "x", "--config", "C:\\x.toml"});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 11);
    CHECK(answer.error.contains("svcwrap run x"));
}
