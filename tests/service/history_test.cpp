// What is kept of the runs of a service, and what svcwrap makes of it.
#include <catch_amalgamated.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;
using svcwrap::Json;
using svcwrap::JsonArray;

namespace {

const std::string k_never = "[restart]\npolicy = \"never\"\n";

Json ask(const TestService& service, const std::string& verb) {
    const Answer answer = service.command(verb, {"--json"});
    INFO(to_text(answer));
    const auto json = svcwrap::parse_json(answer.output);
    REQUIRE(json);
    return *json;
}

JsonArray runs_of(const TestService& service) {
    const Json answer = ask(service, "history");
    INFO(svcwrap::to_json_text(answer) << "\njournal: " << service.journal());
    REQUIRE(answer.find("runs") != nullptr);
    return elements(*answer.find("runs"));
}

// The runs that `history --json` tells, when there are so many that have ended.
JsonArray ended_runs(const TestService& service, std::size_t wanted) {
    JsonArray runs;
    const bool enough = wait_until([&] {
        runs = runs_of(service);
        std::erase_if(runs, [](const Json& run) { return run.find("ended")->is_null(); });
        return runs.size() >= wanted;
    });
    INFO(svcwrap::to_json_text(runs));
    REQUIRE(enough);
    return runs;
}

// The run of that number.
Json run_number(const JsonArray& runs, std::int64_t number) {
    for (const Json& run : runs) {
        if (run.find("run")->as_int() == number) return run;
    }
    FAIL("there is no run " << number << " in " << svcwrap::to_json_text(runs));
    return {};
}

Json diagnosis_of(const TestService& service) {
    const Json answer = ask(service, "why");
    INFO(svcwrap::to_json_text(answer));
    REQUIRE(answer.find("diagnosis") != nullptr);
    return *answer.find("diagnosis");
}

}  // namespace

TEST_CASE("The history of a service tells of each run how it began, how it ended, and its last lines") {
    const TestService service(chatter(30, 20), k_never);
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    const Json run = run_number(ended_runs(service, 1), 1);
    INFO(svcwrap::to_json_text(run));
    CHECK(run.find("start_reason")->as_string() == "requested");
    CHECK(run.find("started")->as_string().ends_with("Z"));
    CHECK(run.find("lasted_ms")->as_int(-1) >= 0);
    CHECK(run.find("end")->find("kind")->as_string() == "exited");
    CHECK(run.find("end")->find("exit_code")->as_int(-1) == 0);
    CHECK(run.find("then")->as_string() == "stopped");
    CHECK(elements(*run.find("last_lines")).size() == 20);
    const Answer text = service.command("history", {"--output"});
    INFO(to_text(text));
    CHECK(text.exit_code == 0);
    CHECK(text.output.contains("last lines of output"));
}

TEST_CASE("The history tells restarts from starts, and why the last run was the last") {
    const TestService service(ending_with(3), "[restart]\ndelay = \"10ms\"\nlimit = 1\n");
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    const JsonArray runs = ended_runs(service, 2);
    const Json first = run_number(runs, 1);
    const Json second = run_number(runs, 2);
    CHECK(first.find("then")->as_string() == "restart");
    CHECK(second.find("start_reason")->as_string() == "policy");
    CHECK(second.find("then")->as_string() == "gave_up");
    CHECK(second.find("end")->find("exit_code")->as_int() == 3);

    const Json diagnosis = diagnosis_of(service);
    INFO(svcwrap::to_json_text(diagnosis));
    CHECK(diagnosis.find("code")->as_string() == "gave-up");
    CHECK(diagnosis.find("cause_code")->as_string() == "exited");
    CHECK(diagnosis.find("remedy")->as_string().contains("svcwrap start"));
    const Answer why = service.command("why");
    INFO(to_text(why));
    CHECK(why.output.contains("limit of restarts"));
}

TEST_CASE("The history remembers who asked for a stop, and goes on over starts of the service") {
    const TestService service(graceful(), k_stop_by_ctrl_c);
    for (const std::size_t round : {1U, 2U}) {
        service.start();
        CHECK(wait_until([&] { return count(service.log(), k_ready) == round; }));
        service.stop();
    }
    const JsonArray runs = ended_runs(service, 2);
    CHECK(runs.size() == 2);
    for (const Json& run : runs) {
        INFO(svcwrap::to_json_text(run));
        CHECK(run.find("stop_reason")->as_string() == "asked");
        CHECK(run.find("end")->find("asked_for")->as_bool());
        REQUIRE(elements(*run.find("stop_steps")).size() == 1);
        CHECK(elements(*run.find("stop_steps")).front().find("ended_it")->as_bool());
        CHECK_FALSE(run.find("was_killed")->as_bool(true));
    }
    CHECK(diagnosis_of(service).find("code")->as_string() == "stopped-by-request");
}

TEST_CASE("The history tells a restart by hand from one by schedule, and both from the first start") {
    // The shortest time that can be set.
    const TestService service(graceful(), std::string(k_stop_by_ctrl_c) + "[restart]\nevery = \"1m\"\n");
    service.start();
    service.wait_for_log(k_ready);
    const Answer answer = service.command("restart", {"--child-only"});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 0);
    CHECK(wait_until([&] { return count(service.log(), k_ready) == 3; }, Milliseconds(180'000)));
    service.stop();
    const JsonArray runs = ended_runs(service, 3);
    const std::vector<std::string> reasons{"requested", "asked", "scheduled"};
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        const Json run = run_number(runs, static_cast<std::int64_t>(i) + 1);
        INFO(svcwrap::to_json_text(run));
        CHECK(run.find("start_reason")->as_string() == reasons[i]);
        CHECK(run.find("then")->as_string() == (i + 1 < reasons.size() ? "restart" : "stopped"));
        CHECK(run.find("end")->find("asked_for")->as_bool());
        // A stop of the service is another thing than a restart.
        CHECK(run.find("stop_reason")->is_null() == (i + 1 < reasons.size()));
    }
}

TEST_CASE("A launch that fails stands in the history, and why names what is missing") {
    TestService service;
    const Path program = service.temp() / L"short-lived.exe";
    std::filesystem::copy_file(fixture("sleep_ms"), program);
    const Answer installed = service.install(make_config(service.name(), {program, {"600000"}}, k_never));
    INFO(to_text(installed));
    REQUIRE(installed.exit_code == 0);
    std::filesystem::remove(program);
    (void)service.command("start", {"--settle", "30s"});
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    const Json run = run_number(ended_runs(service, 1), 1);
    INFO(svcwrap::to_json_text(run));
    CHECK(run.find("end")->find("kind")->as_string() == "launch-failed");
    CHECK(run.find("process_id")->is_null());
    const Json diagnosis = diagnosis_of(service);
    INFO(svcwrap::to_json_text(diagnosis));
    CHECK(diagnosis.find("cause_code")->as_string().starts_with("launch-"));
    CHECK(svcwrap::to_json_text(diagnosis).contains("short-lived.exe"));
}

TEST_CASE("A crash is named in the history and by why") {
    const TestService service(crashing(), k_never);
    service.start();
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    const Json run = run_number(ended_runs(service, 1), 1);
    INFO(svcwrap::to_json_text(run));
    CHECK(run.find("end")->find("kind")->as_string() == "crashed");
    CHECK(run.find("end")->find("text")->as_string().contains("access violation"));
    CHECK(diagnosis_of(service).find("cause_code")->as_string() == "crashed");
}

TEST_CASE("A run whose wrapper was killed has no known end, and why says what happened") {
    const TestService service(sleeping());
    service.start();
    const Process child = service.child(k_sleeper);
    CHECK(wait_until([&] { return runs_of(service).size() == 1; }));
    const Process wrapper = service.wrapper();
    wrapper.terminate(1);
    REQUIRE(wrapper.wait_for_end());
    scm::wait_for_state(service.name(), SERVICE_STOPPED);
    CHECK(child.wait_for_end());
    const Json run = run_number(runs_of(service), 1);
    INFO(svcwrap::to_json_text(run));
    CHECK(run.find("end")->is_null());
    CHECK_FALSE(run.find("running")->as_bool(true));
    CHECK(diagnosis_of(service).find("code")->as_string() == "wrapper-died");
    service.start();
    CHECK(wait_until([&] { return runs_of(service).size() == 2; }));
}

TEST_CASE("A history file that was torn is put aside, and the service runs on with a new one") {
    const TestService service(graceful(), k_stop_by_ctrl_c);
    service.start();
    service.wait_for_log(k_ready);
    service.stop();
    const Path file = service.folder() / L"state" / L"history.json";
    const std::string whole = read_file(file);
    REQUIRE(whole.size() > 10);
    write_file(file, whole.substr(0, whole.size() / 2));
    service.start();
    CHECK(wait_until([&] { return count(service.log(), k_ready) == 2; }));
    service.stop();
    CHECK(ended_runs(service, 1).size() == 1);
    INFO("journal: " << service.journal());
    CHECK(service.journal().contains("history"));
}

TEST_CASE("Why of a service that waits for its next restart names the end and the time") {
    const TestService service(ending_with(3), "[restart]\ndelay = \"1h\"\nmax_delay = \"1h\"\n");
    service.start();
    service.wait_for_status({"child", "state"}, "backoff");
    const Json diagnosis = diagnosis_of(service);
    INFO(svcwrap::to_json_text(diagnosis));
    CHECK(diagnosis.find("code")->as_string() == "backoff");
    CHECK(svcwrap::to_json_text(diagnosis).contains("exit code 3"));
}
