// What is left on disk of the runs, and files that cannot be written.
#include <catch_amalgamated.hpp>

#include "scenarios/stage.hpp"

using namespace svcwrap;
using namespace svcwrap::testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using supervise::Outcome;
using supervise::State;
using supervise::StopMethod;

TEST_CASE("The history tells each run: why it began, how it ended, what it said last, and what followed") {
    Stage stage;
    stage.launcher.add({.prints = {{.text = "first\nlast words"}}, .exit = ExitCode{3}});
    stage.start();
    stage.child(1)->print("second\n");
    stage.wait_for_run(2);
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    const auto runs = stage.history();
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].run == 1);
    CHECK(runs[0].start_reason == supervise::StartReason::requested);
    CHECK(runs[0].started);
    REQUIRE(runs[0].end);
    CHECK(runs[0].end->code == ExitCode{3});
    CHECK(runs[0].aftermath == supervise::Aftermath::restart);
    CHECK(runs[0].last_lines == std::vector<std::string>{"first", "last words"});
    CHECK(runs[1].start_reason == supervise::StartReason::policy);
    CHECK(runs[1].ready);
    CHECK(runs[1].aftermath == supervise::Aftermath::stopped);
    CHECK(runs[1].stop_reason == supervise::StopReason::asked);
    REQUIRE(runs[1].stop_steps.size() == 1);
    CHECK(runs[1].stop_steps[0].ended_it);
    CHECK(runs[1].last_lines == std::vector<std::string>{"second"});
}

TEST_CASE("A history that was torn is put aside and begun anew") {
    Stage stage;
    stage.files.put(Stage::k_history, "{\"version\": 1, \"runs\": [{\"ru");
    stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(stage.files.has(Stage::k_history + ".damaged"));
    CHECK(stage.history().size() == 1);
    stage.wait_for_journal("history.json.damaged");
}

TEST_CASE("The runs of earlier lives stay in the history, which is bounded") {
    Stage stage;
    std::vector<host::RunRecord> earlier(host::k_history_runs);
    for (std::size_t i = 0; i < earlier.size(); ++i) earlier[i].run = 1000 + i;
    stage.files.put(Stage::k_history, host::history_text(earlier));
    stage.start_and_wait();
    (void)stage.stop_and_wait();
    const auto runs = stage.history();
    REQUIRE(runs.size() == host::k_history_runs);
    CHECK(runs.front().run == 1001);
    CHECK(runs.back().run == 1);
    CHECK(runs.back().end);
}

TEST_CASE("A state file that cannot be written is written as soon as it can, though nothing happens meanwhile") {
    Stage stage;
    stage.files.fail_every(Operation::put_whole, disk_full_error(Stage::k_state));
    stage.start();
    (void)stage.child(0);
    stage.wait_for_journal("the state file cannot be written");
    CHECK_FALSE(stage.published());
    stage.files.heal();
    stage.wait_for_state(State::running);
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("A child that waits for a word on its standard input gets it, and its end") {
    Stage stage;
    stage.config.supervise.stop.steps = {{.method = StopMethod::standard_input, .timeout = 10min, .text = "quit\n"}};
    stage.launcher.add({.obeys_end_of_input = true});
    const auto child = stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(child->received_input() == "quit\n");
    CHECK(child->events().empty());
}

TEST_CASE("A child with windows is asked to close them; one without goes on to the next step at once") {
    Stage stage;
    stage.config.supervise.stop.steps = {{.method = StopMethod::close_window, .timeout = 10min}, {.timeout = 10min}};
    const bool has_window = GENERATE(true, false);
    stage.launcher.add({.obeys_close_window = has_window});
    const auto child = stage.start_and_wait();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(child->window_closings() == 1);
    CHECK(child->events().size() == (has_window ? 0U : 1U));
}

TEST_CASE("A stop command runs beside the child with its pid, and is ended with its step") {
    Stage stage;
    stage.config.supervise.stop.steps = {
        {.method = StopMethod::command, .timeout = 10min, .command = {"/apps/ask", "nicely"}}};
    stage.launcher.add({});
    stage.launcher.add({.prints = {{.text = "asking\n"}}});  // never ends by itself
    const auto child = stage.start_and_wait();
    stage.host().request_stop(supervise::StopReason::asked);
    const auto command = stage.child(1);
    child->exit(ExitCode{0});
    CHECK(stage.wait_for_end().outcome == Outcome::success);
    const auto specs = stage.launcher.specs();
    REQUIRE(specs.size() == 2);
    CHECK(specs[1].arguments == std::vector<std::string>{"nicely"});
    CHECK(variable(specs[1], "SVCWRAP_PID") == std::to_string(child->id()));
    stage.wait_until([&] { return command->is_released() && command->active_processes() == 0; });
}
