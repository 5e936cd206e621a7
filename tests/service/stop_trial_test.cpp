// svcwrap test-stop: the stop steps tried out on the real program.
#include <catch_amalgamated.hpp>
#include <string>
#include <vector>

#include "service/programs.hpp"
#include "service/test_service.hpp"
#include "support/temp_folder.hpp"

using namespace svcwrap::testing;
using svcwrap::Json;

namespace {

struct Trial {
    Answer answer;
    Json json;
};

// Of a configuration that no service has.
// `after`: how long the program is left running, long enough for it to say that it is ready.
Trial try_stop(const Program& program, const std::string& tables, const std::string& after = "10s") {
    const TempFolder folder;
    const Path file = to_path(folder.path()) / L"trial.toml";
    write_file(file, make_config("svcwrap-trial", program, tables));
    Trial trial;
    trial.answer = run_svcwrap({"test-stop", "--config", to_utf8(file), "--after", after, "--json"});
    INFO(to_text(trial.answer));
    const auto json = svcwrap::parse_json(trial.answer.output);
    REQUIRE(json);
    trial.json = *json;
    return trial;
}

}  // namespace

TEST_CASE("A stop that works is tried out: the step that ended the program is named") {
    const Trial trial = try_stop(graceful(), std::string(k_stop_by_ctrl_c));
    INFO(to_text(trial.answer));
    CHECK(trial.answer.exit_code == 0);
    CHECK(trial.json.find("ok")->as_bool());
    CHECK(trial.json.find("ended_by")->as_string() == "ctrl-c");
    CHECK(elements(*trial.json.find("left_over")).empty());
    CHECK(wait_until([] { return processes_named(k_polite).empty(); }, Milliseconds(10'000)));  // it lives a minute
}

TEST_CASE("A stop that does not work is told: the program had to be ended, and what to try instead") {
    const Trial trial = try_stop(stubborn(), "[stop]\nsteps = [{ method = \"ctrl-c\", timeout = \"500ms\" }]\n", "20s");
    INFO(to_text(trial.answer));
    CHECK(trial.answer.exit_code == 1);
    CHECK_FALSE(trial.json.find("ok")->as_bool(true));
    CHECK(trial.json.find("ended_by")->is_null());
    CHECK_FALSE(elements(*trial.json.find("advice")).empty());
    CHECK(wait_until([] { return processes_named(k_stubborn).empty(); }));
}

TEST_CASE("A program that ends before the stop is no trial") {
    const Trial trial = try_stop(ending_with(3), std::string(k_stop_by_ctrl_c), "10m");
    INFO(to_text(trial.answer));
    CHECK(trial.answer.exit_code == 8);
    CHECK(trial.answer.output.contains("exit code 3"));
}

TEST_CASE("A service's stop is tried out by its name, and the service itself is left alone") {
    const TestService service(graceful(), k_stop_by_ctrl_c);
    const Answer answer = service.command("test-stop", {"--after", "10s"});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 0);
    CHECK(answer.output.contains("ctrl-c"));
    CHECK(scm::state_of(service.name()) == SERVICE_STOPPED);
    CHECK(service.log().empty());
}
