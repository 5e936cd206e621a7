// What a running wrapper tells and does when it is asked.
#include <catch_amalgamated.hpp>
#include <filesystem>
#include <string>
#include <system_error>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;
using svcwrap::Json;

namespace {

const std::string k_long_backoff = "[restart]\ndelay = \"1h\"\nmax_delay = \"1h\"\n";

std::size_t files_in(const Path& folder) {
    std::error_code error;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) files += entry.is_regular_file();
    return files;
}

}  // namespace

TEST_CASE("The status of a running service is the wrapper's own: child, times, last lines") {
    const TestService service(graceful(), k_stop_by_ctrl_c);
    service.start();
    service.wait_for_log(k_ready);
    const bool told =
        wait_until([&] { return svcwrap::to_json_text(service.status_at({"last_lines"})).contains("\"ready\""); });
    const Json status = service.status();
    INFO(svcwrap::to_json_text(status));
    CHECK(told);
    CHECK(status.find("live")->as_bool());
    CHECK(status.find("up")->as_bool());
    const Json& child = *status.find("child");
    CHECK(child.find("state")->as_string() == "running");
    CHECK(child.find("process_id")->as_int() == service.child(k_polite).id());
    CHECK(child.find("uptime_ms")->as_int(-1) >= 0);
    CHECK(child.find("run")->as_int() == 1);
    CHECK(child.find("restarts")->as_int(-1) == 0);
    CHECK(child.find("start_reason")->as_string() == "requested");
    CHECK(child.find("next_launch")->is_null());
    CHECK_FALSE(child.find("suspended")->as_bool(true));
    CHECK(status.find("last_end")->is_null());
    CHECK(elements(*status.find("waiting")).empty());
    CHECK(status.find("problem")->is_null());
    const Answer text = service.command("status");
    INFO(to_text(text));
    CHECK(text.output.contains("ready"));
}

TEST_CASE("While a restart is awaited the status names the last end and the next start") {
    const TestService service(ending_with(3), k_long_backoff);
    service.start();
    service.wait_for_status({"child", "state"}, "backoff");
    const Json status = service.status();
    INFO(svcwrap::to_json_text(status));
    CHECK(status.find("live")->as_bool());
    CHECK_FALSE(status.find("up")->as_bool(true));
    CHECK(status.find("child")->find("next_launch")->as_string().ends_with("Z"));
    CHECK(status.find("child")->find("process_id")->is_null());
    CHECK(status.find("last_end")->find("exit_code")->as_int() == 3);
    CHECK_FALSE(status.find("problem")->is_null());
    const Answer text = service.command("status");
    INFO(to_text(text));
    CHECK(text.exit_code == 3);
    CHECK(text.output.contains("exit code 3"));
}

TEST_CASE("A start of a service that waits for its next restart starts the program at once") {
    const TestService service(ending_with(3), k_long_backoff);
    service.start();
    service.wait_for_status({"child", "state"}, "backoff");
    const DWORD wrapper = service.scm().dwProcessId;
    const Answer answer = service.command("start", {"--settle", "30s"});
    INFO(to_text(answer) << "\njournal: " << service.journal());
    CHECK(answer.exit_code == 8);  // it was started, and it ended again
    CHECK(answer.error.contains("exit code 3"));
    CHECK(service.status_number({"child", "run"}) == 2);
    CHECK(service.status_text({"child", "start_reason"}) == "asked");
    CHECK(service.scm().dwProcessId == wrapper);
}

TEST_CASE("A restart of the child alone goes by the stop steps and leaves the service up") {
    const TestService service(graceful(), k_stop_by_ctrl_c);
    service.start();
    service.wait_for_log(k_ready);
    const Process child = service.child(k_polite);
    const DWORD wrapper = service.scm().dwProcessId;
    const Answer answer = service.command("restart", {"--child-only"});
    INFO(to_text(answer) << "\njournal: " << service.journal());
    CHECK(answer.exit_code == 0);
    CHECK_FALSE(child.is_alive());
    CHECK(child.exit_code() == 0);
    service.wait_for_log(k_goodbye);
    CHECK(service.scm().dwCurrentState == SERVICE_RUNNING);
    CHECK(service.scm().dwProcessId == wrapper);
    CHECK(service.child(k_polite).id() != child.id());
    CHECK(service.status_number({"child", "run"}) == 2);
    CHECK(service.status_text({"child", "start_reason"}) == "asked");
}

TEST_CASE("Rotate begins a new log file at the next end of a line") {
    const TestService service(ticking());
    service.start();
    service.wait_for_log("tick 2\n");
    REQUIRE(files_in(service.logs()) == 1);
    const Answer answer = service.command("rotate");
    INFO(to_text(answer) << "\njournal: " << service.journal());
    CHECK(answer.exit_code == 0);
    CHECK(wait_until([&] { return files_in(service.logs()) == 2; }));
    CHECK(wait_until([&] { return service.log().starts_with("tick "); }));
    CHECK_FALSE(service.log().contains("tick 1\n"));
}

TEST_CASE("The status of a service whose wrapper was killed says what is known, and its program is gone") {
    const TestService service(sleeping());
    service.start();
    const Process child = service.child(k_sleeper);
    const Process wrapper = service.wrapper();
    wrapper.terminate(1);
    REQUIRE(wrapper.wait_for_end());
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(child.wait_for_end());
    const Answer answer = service.command("status", {"--json"});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 3);
    CHECK_FALSE(service.status_at({"live"}).as_bool(true));
    CHECK_FALSE(service.status_at({"up"}).as_bool(true));
    CHECK_FALSE(service.status_at({"problem"}).is_null());
}

TEST_CASE("Commands for a running wrapper say so when the service does not run") {
    const TestService service(sleeping());
    for (const std::string verb : {"rotate", "pause", "continue"}) {
        const Answer answer = service.command(verb);
        INFO(verb << ": " << to_text(answer));
        CHECK(answer.exit_code != 0);
        CHECK_FALSE(answer.error.empty());
    }
    const Answer restart = service.command("restart", {"--child-only"});
    INFO(to_text(restart));
    CHECK(restart.exit_code != 0);
}
