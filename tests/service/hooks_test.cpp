// The user's programs at the moments of a run's life.
#include <catch_amalgamated.hpp>
#include <string>
#include <vector>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

const std::string k_never = "[restart]\npolicy = \"never\"\n";
const std::vector<std::string> k_moments{"pre_start", "post_start", "pre_stop",
                                         "post_stop", "on_failure", "on_give_up"};

std::string all_hooks() {
    std::string tables;
    for (const std::string& moment : k_moments) tables += hook_table(moment);
    return tables;
}

// The moments whose hooks have run, in their order, as the hooks themselves say.
std::vector<std::string> moments_in(const std::string& journal) {
    constexpr std::string_view said = "SVCWRAP_EVENT=";
    std::vector<std::string> moments;
    for (const std::string& line : lines_of(journal)) {
        if (const std::size_t at = line.find(said); at != std::string::npos) {
            moments.push_back(line.substr(at + said.size()));
        }
    }
    return moments;
}

// What the hook of that moment said, a line for each.
std::string said_at(const std::string& journal, const std::string& moment) {
    std::string text;
    for (const std::string& line : lines_of(journal)) {
        const std::size_t at = line.find("hook " + moment + ": | ");
        if (at != std::string::npos) text += line.substr(line.find("| ", at) + 2) + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("The hooks of a start and a stop run in their order, each told what there is to know") {
    const TestService service(graceful(), std::string(k_stop_by_ctrl_c) + all_hooks());
    service.start();
    service.wait_for_log(k_ready);
    service.wait_for_journal("SVCWRAP_EVENT=post_start");
    const std::string child = std::to_string(service.child(k_polite).id());
    service.stop();

    const std::string journal = service.journal();
    INFO("journal: " << journal);
    CHECK(moments_in(journal) == std::vector<std::string>{"pre_start", "post_start", "pre_stop", "post_stop"});
    CHECK(service.log().contains(k_goodbye));
    for (const std::string moment : {"pre_start", "post_start", "pre_stop", "post_stop"}) {
        CHECK(said_at(journal, moment).contains("SVCWRAP_NAME=" + service.name() + "\n"));
        CHECK(said_at(journal, moment).contains("SVCWRAP_RUN=1\n"));
    }
    CHECK_FALSE(said_at(journal, "pre_start").contains("SVCWRAP_PID="));
    CHECK(said_at(journal, "post_start").contains("SVCWRAP_PID=" + child + "\n"));
    CHECK(said_at(journal, "pre_stop").contains("SVCWRAP_PID=" + child + "\n"));
    CHECK(said_at(journal, "post_stop").contains("SVCWRAP_RESULT=stopped\n"));
    CHECK(said_at(journal, "post_stop").contains("SVCWRAP_EXIT_CODE=0\n"));
}

TEST_CASE("After a failure post_stop and on_failure are told how the program ended") {
    const TestService service(ending_with(3), k_never + all_hooks());
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    service.wait_for_journal("SVCWRAP_EVENT=on_failure");
    const std::string journal = service.journal();
    INFO("journal: " << journal);
    for (const std::string moment : {"post_stop", "on_failure"}) {
        CHECK(said_at(journal, moment).contains("SVCWRAP_RESULT=exit-code\n"));
        CHECK(said_at(journal, moment).contains("SVCWRAP_EXIT_KIND=exited\n"));
        CHECK(said_at(journal, moment).contains("SVCWRAP_EXIT_CODE=3\n"));
        CHECK(said_at(journal, moment).contains("SVCWRAP_EXIT_CODE_HEX=0x00000003\n"));
    }
    CHECK(said_at(journal, "on_give_up").empty());
    CHECK(said_at(journal, "pre_stop").empty());
}

TEST_CASE("When the limit of restarts is reached on_give_up runs, once and last") {
    const TestService service(ending_with(3), "[restart]\ndelay = \"10ms\"\nlimit = 1\n" + hook_table("post_stop") +
                                                  hook_table("on_failure") + hook_table("on_give_up"));
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    service.wait_for_journal("SVCWRAP_EVENT=on_give_up");
    INFO("journal: " << service.journal());
    CHECK(moments_in(service.journal()) ==
          std::vector<std::string>{"post_stop", "on_failure", "post_stop", "on_failure", "on_give_up"});
}

TEST_CASE("A pre_start that fails is a launch that failed: the program is not started, and start says why") {
    const TestService service(graceful(), k_never + hook_table("pre_start", 9));
    const Answer answer = service.command("start", {"--settle", "30s"});
    INFO(to_text(answer) << "\njournal: " << service.journal());
    CHECK(answer.exit_code == 8);
    CHECK(answer.error.contains("pre_start"));
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK_FALSE(service.log().contains(k_ready));
    CHECK(service.status_text({"last_end", "kind"}) == "launch-failed");
}

TEST_CASE("A pre_start whose failure is ignored lets the program start") {
    const TestService service(graceful(),
                              std::string(k_stop_by_ctrl_c) + hook_table("pre_start", 9, "ignore_failure = true\n"));
    service.start();
    service.wait_for_log(k_ready);
    service.wait_for_journal("exit code 9");
    service.stop();
}

TEST_CASE("A hook that hangs is ended at its timeout, with all that it started") {
    const std::string hook = "[hooks.pre_start]\ncommand = [" + toml_string(to_utf8(fixture("spawn_grandchild"))) +
                             ", \"600000\"]\ntimeout = \"1s\"\nignore_failure = true\n";
    const TestService service(graceful(), std::string(k_stop_by_ctrl_c) + hook);
    service.start();
    service.wait_for_log(k_ready);
    CHECK(wait_until([] { return processes_named(k_parent).empty(); }));
    service.wait_for_journal("hook pre_start: it took longer than 1s and was ended, ignored");
    service.stop();
}

TEST_CASE("The program of a hook may be searched on PATH, and one that is not there is told") {
    const TestService service(graceful(), std::string(k_stop_by_ctrl_c) +
                                              "[hooks]\npre_start.command = [\"cmd.exe\", \"/c\", \"echo from PATH\"]\n"
                                              "post_start.command = [\"svcwrap-no-such-tool.exe\"]\n");
    service.start();
    service.wait_for_journal("from PATH");
    service.wait_for_journal("svcwrap-no-such-tool.exe");
    service.wait_for_log(k_ready);
    service.stop();
}
