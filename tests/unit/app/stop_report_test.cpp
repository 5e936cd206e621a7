#include "app/stop_report.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>

#include "app_world.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;
using supervise::EndKind;
using supervise::StepRecord;
using supervise::StopMethod;

namespace {

constexpr std::uint32_t k_root = 100;

supervise::RunEnd asked_end(std::uint32_t code) {
    return {.kind = EndKind::exited, .code = {code}, .detail = {}, .when = {}, .asked_for = true};
}

// A program that one step ended at once.
StopTrial stopped_by(StopMethod method, std::uint32_t code = 0,
                     const std::string& program = testing::at("apps/app.exe")) {
    StopTrial trial{.service = "App", .program = program, .root_id = k_root};
    trial.stop.steps = {{.method = method, .timeout = 20s}};
    trial.last.last_end = asked_end(code);
    trial.last.steps = {{.method = method, .took = 100ms, .failed = false, .ended_it = true}};
    return trial;
}

StopTrial killed(StopMethod method, const std::string& program = testing::at("apps/app.exe")) {
    StopTrial trial = stopped_by(method, k_exit_terminated.value, program);
    trial.last.steps = {{.method = method, .took = 20s}};
    trial.last.was_killed = true;
    trial.left = {{.id = k_root, .name = "app.exe"}, {.id = 101, .name = "helper.exe"}};
    return trial;
}

std::string all_advice(const StopTrial& trial) {
    std::string text;
    for (const std::string& line : stop_advice_after(trial)) text += line + "\n";
    return text;
}

}  // namespace

TEST_CASE("A program that one step ended in good time needs no advice") {
    const StopMethod method = GENERATE(StopMethod::ctrl_break, StopMethod::ctrl_c, StopMethod::close_window,
                                       StopMethod::standard_input, StopMethod::command);
    const StopTrial trial = stopped_by(method);
    CHECK(verdict_on(trial) == StopVerdict::ended_by_step);
    CHECK(stop_advice_after(trial).empty());
    CHECK(text_of(trial).starts_with("app.exe stopped: " + std::string(supervise::name_of(method)) + " ended it."));
    CHECK(to_json(trial).find("ended_by")->as_string() == supervise::name_of(method));
    CHECK(to_json(trial).find("ok")->as_bool());
}

TEST_CASE("A program without a handler for the console event is told apart by its exit code") {
    SECTION("an unknown one may try the rest") {
        const std::string advice = all_advice(stopped_by(StopMethod::ctrl_break, 0xC000013A));
        CHECK(advice.contains("has no handler"));
        CHECK(advice.contains("ctrl-c, close-window, stdin"));
    }
    SECTION("a known one should use what suits it") {
        const std::string advice =
            all_advice(stopped_by(StopMethod::ctrl_break, 0xC000013A, testing::at("py/python.exe")));
        CHECK(advice.contains("ctrl-c (Python raises"));
    }
    SECTION("the same code after another step says nothing of handlers") {
        CHECK(stop_advice_after(stopped_by(StopMethod::close_window, 0xC000013A)).empty());
    }
}

TEST_CASE("A killed program is advised by what was tried and what it is") {
    SECTION("an unknown one") {
        const StopTrial trial = killed(StopMethod::ctrl_break);
        CHECK(verdict_on(trial) == StopVerdict::killed);
        CHECK(all_advice(trial).contains("no step ended it: try ctrl-c, close-window"));
        CHECK(text_of(trial).contains("left over, ended by force: app.exe (100), helper.exe (101)"));
        CHECK(text_of(trial).contains("did not end it within 20 s"));
    }
    SECTION("Java, which prints a thread dump") {
        CHECK(
            all_advice(killed(StopMethod::ctrl_break, testing::at("jdk/java.exe"))).contains("ctrl-c (Java runs its"));
    }
    SECTION("the program ended, its helper did not") {
        StopTrial trial = killed(StopMethod::ctrl_break);
        trial.left.erase(trial.left.begin());
        CHECK(all_advice(trial).contains("lived on: helper.exe (101)"));
        CHECK(all_advice(trial).contains("stop.kill_tree = false"));
    }
    SECTION("a step that could not be carried out") {
        StopTrial trial = killed(StopMethod::close_window);
        trial.last.steps.front().failed = true;
        trial.last.steps.front().detail = "it has no window\n  look";
        CHECK(all_advice(trial).contains("close-window could not be carried out: it has no window\n"));
        CHECK(text_of(trial).contains("close-window: could not be carried out: it has no window ("));
        CHECK(std::get<JsonArray>(to_json(trial).find("stop_steps")->value()).front().find("detail")->as_string() ==
              "it has no window\n  look");
    }
}

TEST_CASE("Steps that only cost time, and steps that are short of it, are named") {
    StopTrial trial = stopped_by(StopMethod::ctrl_c);
    trial.stop.steps = {{.method = StopMethod::ctrl_break, .timeout = 5s},
                        {.method = StopMethod::ctrl_c, .timeout = 10s}};
    trial.last.steps = {{.method = StopMethod::ctrl_break, .took = 5s},
                        {.method = StopMethod::ctrl_c, .took = 9s, .failed = false, .ended_it = true}};
    CHECK(all_advice(trial).contains("ctrl-break did not end it (5 s lost at each stop): put ctrl-c first"));
    CHECK(all_advice(trial).contains("ctrl-c took 9 s of its 10s"));
    SECTION("a command that only prepares the end is no lost step") {
        trial.last.steps.front().method = StopMethod::command;
        CHECK_FALSE(all_advice(trial).contains("lost at each stop"));
    }
}

TEST_CASE("A step that ends by force is said to be one") {
    CHECK(all_advice(stopped_by(StopMethod::terminate)).contains("no chance to clean up"));
}

TEST_CASE("What ended by itself, or never began, is no stop") {
    StopTrial trial = stopped_by(StopMethod::ctrl_break, 3);
    trial.last.steps.clear();
    SECTION("it ended before it was asked to") {
        trial.last.last_end->asked_for = false;
        CHECK(verdict_on(trial) == StopVerdict::ended_early);
    }
    SECTION("it could not be started") {
        trial.root_id = 0;
        trial.last.last_end = supervise::RunEnd{.kind = EndKind::launch_failed};
        CHECK(verdict_on(trial) == StopVerdict::not_started);
    }
    CHECK_FALSE(to_json(trial).find("ok")->as_bool(true));
}

}  // namespace svcwrap::app
