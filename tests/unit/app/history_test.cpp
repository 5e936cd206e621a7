#include <algorithm>
#include <catch_amalgamated.hpp>

#include "app_world.hpp"

namespace svcwrap::app {

using namespace std::chrono_literals;
using supervise::Aftermath;
using supervise::EndKind;
using supervise::StartReason;
using testing::AppWorld;
using testing::k_wrapper;

namespace {

const WallTime k_begin = testing::FakeClock::k_start;

host::RunRecord ended_run(std::uint64_t number, std::uint32_t code) {
    host::RunRecord run{.run = number, .wrapper_process_id = k_wrapper, .process_id = 500};
    run.launched = k_begin - 10min;
    run.started = run.launched;
    run.ended = *run.started + 90s;
    run.end = supervise::RunEnd{.kind = EndKind::exited, .code = {code}, .detail = {}, .when = *run.ended};
    run.aftermath = Aftermath::restart;
    run.why = "exit code " + std::to_string(code) + " (policy on-failure)";
    run.last_lines = {"last words of run " + std::to_string(number)};
    return run;
}

void put_history(AppWorld& world, const std::vector<host::RunRecord>& runs) {
    world.files.put(host::history_file_path(world.system.data, "App"), host::history_text(runs));
}

std::string line_with(const std::string& text, const std::string& word) {
    const auto at = text.find(word);
    if (at == std::string::npos) return {};
    const auto begin = at == 0 ? 0 : text.rfind('\n', at) + 1;
    return text.substr(begin, text.find('\n', at) - begin);
}

}  // namespace

TEST_CASE("history is a line a run, the newest last") {
    AppWorld world;
    world.put_running("App");
    host::RunRecord stopped = ended_run(2, 0xC000013A);
    stopped.start_reason = StartReason::policy;
    stopped.aftermath = Aftermath::stopped;
    stopped.stop_reason = supervise::StopReason::asked;
    stopped.was_killed = true;
    host::RunRecord now{.run = 3, .wrapper_process_id = k_wrapper, .start_reason = StartReason::asked};
    now.launched = k_begin - 5s;
    now.started = now.launched;
    put_history(world, {ended_run(1, 3), stopped, now});
    CHECK(world.run({"history", "App"}) == 0);
    CHECK(std::ranges::count(world.out, '\n') == 4);
    CHECK(line_with(world.out, "exit code 3").contains("1 min 30 s"));
    CHECK(line_with(world.out, "exit code 3").contains("service start"));
    CHECK(line_with(world.out, "exit code 3").contains("started again"));
    CHECK(line_with(world.out, "0xC000013A").contains("restart rules"));
    CHECK(line_with(world.out, "0xC000013A").contains("service stopped on request, killed"));
    CHECK(line_with(world.out, "by hand").contains("runs"));
    CHECK(world.out.find("exit code 3") < world.out.find("0xC000013A"));
    CHECK_FALSE(world.out.contains("last words"));
}

TEST_CASE("history shows the newest runs as many as were asked for, and their output") {
    AppWorld world;
    world.put_service("App");
    std::vector<host::RunRecord> runs;
    for (std::uint64_t i = 1; i <= 30; ++i) runs.push_back(ended_run(i, 100 + static_cast<std::uint32_t>(i)));
    put_history(world, runs);
    SECTION("twenty by default") {
        CHECK(world.run({"history", "App"}) == 0);
        CHECK(std::ranges::count(world.out, '\n') == 21);
        CHECK_FALSE(world.out.contains("exit code 110"));
        CHECK(world.out.contains("exit code 111"));
    }
    SECTION("two") {
        CHECK(world.run({"history", "App", "-n", "2", "--output"}) == 0);
        CHECK_FALSE(world.out.contains("run 28,"));
        CHECK(world.out.contains("last words of run 29"));
        CHECK(world.out.contains("last words of run 30"));
        CHECK(world.out.contains("policy on-failure"));
    }
    SECTION("all") {
        CHECK(world.run({"history", "App", "-n", "0", "--json"}) == 0);
        CHECK(std::get<JsonArray>(world.json().find("runs")->value()).size() == 30);
    }
    SECTION("a number that is none") {
        CHECK(world.run({"history", "App", "-n", "-1"}) == 2);
        CHECK(world.run({"history", "App", "-n", "x"}) == 2);
    }
}

TEST_CASE("A run whose wrapper died with it is told from one that runs") {
    AppWorld world;
    auto& service = world.put_running("App");
    host::RunRecord run{.run = 1, .wrapper_process_id = k_wrapper};
    run.launched = k_begin - 5s;
    put_history(world, {run});
    CHECK(world.run({"history", "App", "--json"}) == 0);
    CHECK(std::get<JsonArray>(world.json().find("runs")->value()).front().find("running")->as_bool());
    service.status = testing::status_of(platform::ServiceState::running, k_wrapper + 1);
    CHECK(world.run({"history", "App"}) == 0);
    CHECK(world.out.contains("the wrapper ended with it"));
}

TEST_CASE("A run that was never launched shows one line of why") {
    AppWorld world;
    world.put_service("App");
    host::RunRecord run = ended_run(1, 0);
    run.end = supervise::RunEnd{.kind = EndKind::launch_failed, .code = {}, .detail = "no such file\n  Check it"};
    put_history(world, {run});
    CHECK(world.run({"history", "App"}) == 0);
    CHECK(line_with(world.out, "could not be started").contains("no such file"));
    CHECK_FALSE(world.out.contains("Check it"));
}

TEST_CASE("history without runs, torn, forbidden, or of no service") {
    AppWorld world;
    world.put_service("App");
    CHECK(world.run({"history", "App"}) == 0);
    CHECK(world.out.contains("has not run yet"));
    put_history(world, {ended_run(1, 3)});
    const std::string path = host::history_file_path(world.system.data, "App");
    const std::string whole = world.files.contents(path);
    world.files.put(path, whole.substr(0, whole.size() / 2));
    CHECK(world.run({"history", "App"}) == 10);
    world.files.fail_every(testing::Operation::read_text, testing::access_denied_error("history"));
    CHECK(world.run({"history", "App"}) == 7);
    CHECK(world.err.contains("elevated prompt"));
    CHECK(world.run({"history", "Other"}) == 4);
}

}  // namespace svcwrap::app
