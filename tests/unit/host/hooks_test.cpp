#include "host/hooks.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <catch_amalgamated.hpp>
#include <memory>
#include <thread>

#include "fake_parts.hpp"
#include "host/line_reader.hpp"

using namespace svcwrap;
using namespace svcwrap::host;
using namespace svcwrap::testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using supervise::EndKind;
using supervise::RunEnd;

namespace {

struct World : FakeParts {
    config::ServiceConfig config;

    World() {
        config.file = "/data/story/story.toml";
        config.service.name = "story";
        config.process.working_directory = "/apps";
    }
};

std::string value_of(const platform::Environment& variables, std::string_view name) {
    const auto found = std::ranges::find(variables, name, &std::pair<std::string, std::string>::first);
    return found == variables.end() ? std::string("(none)") : found->second;
}

}  // namespace

TEST_CASE("The result of a run is told in systemd's words") {
    struct Row {
        RunEnd end;
        std::string_view result;
    };
    const auto row = GENERATE(Row{{.kind = EndKind::exited, .code = ExitCode{0}}, "success"},
                              Row{{.kind = EndKind::exited, .code = ExitCode{3}}, "exit-code"},
                              Row{{.kind = EndKind::crashed, .code = ExitCode{0xC0000005}}, "crash"},
                              Row{{.kind = EndKind::launch_failed}, "launch-failure"},
                              Row{{.kind = EndKind::start_timed_out}, "timeout"},
                              Row{{.kind = EndKind::exited, .code = ExitCode{3}, .asked_for = true}, "stopped"});
    CAPTURE(row.result);
    CHECK(result_of(row.end, {}) == row.result);
    CHECK(is_failure(row.result) == (row.result != "success" && row.result != "stopped"));
}

TEST_CASE("A hook's environment has the child's variables and what there is to tell about the run") {
    World world;
    world.config.process.environment = {{"PORT", "8080"}};
    const RunFacts facts{.run = 4,
                         .process_id = 77,
                         .end = RunEnd{.kind = EndKind::crashed, .code = ExitCode{0xC0000005}},
                         .result = "crash"};
    const auto variables = side_environment(world.config, world.parts, "post_stop", facts);
    CHECK(value_of(variables, "PORT") == "8080");
    CHECK(value_of(variables, "PATH") == "/usr/bin");
    CHECK(value_of(variables, "SVCWRAP_NAME") == "story");
    CHECK(value_of(variables, "SVCWRAP_CONFIG") == "/data/story/story.toml");
    CHECK(value_of(variables, "SVCWRAP_EVENT") == "post_stop");
    CHECK(value_of(variables, "SVCWRAP_RUN") == "4");
    CHECK(value_of(variables, "SVCWRAP_PID") == "77");
    CHECK(value_of(variables, "SVCWRAP_RESULT") == "crash");
    CHECK(value_of(variables, "SVCWRAP_EXIT_KIND") == "crashed");
    CHECK(value_of(variables, "SVCWRAP_EXIT_CODE") == "3221225477");
    CHECK(value_of(variables, "SVCWRAP_EXIT_CODE_HEX") == "0xC0000005");
}

TEST_CASE("A run that left no code has none in the environment, and one that goes on has no result") {
    World world;
    RunFacts facts{
        .run = 1, .process_id = 0, .end = RunEnd{.kind = EndKind::launch_failed}, .result = "launch-failure"};
    const auto failed = side_environment(world.config, world.parts, "post_stop", facts);
    CHECK(value_of(failed, "SVCWRAP_EXIT_KIND") == "launch-failed");
    CHECK(value_of(failed, "SVCWRAP_EXIT_CODE") == "(none)");
    CHECK(value_of(failed, "SVCWRAP_PID") == "(none)");
    facts.end.reset();
    CHECK(value_of(side_environment(world.config, world.parts, "pre_start", facts), "SVCWRAP_RESULT") == "(none)");
}

TEST_CASE("A hook runs although the environment file and the working folder are gone") {
    World world;
    world.config.process.environment_file = "/apps/gone.env";
    world.config.process.environment = {{"PORT", "8080"}};
    const ProgramOrder order = side_order(world.config, world.parts, {"notify", "x"}, "on_failure", {});
    CHECK(order.working_directory == "/data/story");
    CHECK(order.search_folder == "/data/story");
    CHECK(value_of(order.environment, "PORT") == "8080");
}

TEST_CASE("A program beside the child tells its lines and its exit code") {
    World world;
    world.launcher.add({.prints = {{.text = "one\r\ntwo"}}, .exit = ExitCode{3}});
    std::vector<std::string> lines;
    const ProgramOrder order{.command = {"/hooks/x", "arg"}, .search_folder = "/", .working_directory = "/"};
    const auto end = run_program(world.launcher, world.system, order, {},
                                 [&](std::string line) { lines.push_back(std::move(line)); });
    CHECK(end.fate == ProgramFate::exited);
    CHECK(end.code == ExitCode{3});
    CHECK_FALSE(end.is_success());
    CHECK(lines == std::vector<std::string>{"one", "two"});
    CHECK(world.launcher.specs().front().arguments == std::vector<std::string>{"arg"});
}

TEST_CASE("A program beside the child is ended by its timeout and by a stop, with its descendants") {
    World world;
    const bool by_stop = GENERATE(true, false);
    world.launcher.add({.left_behind = 2});
    ProgramOrder order{.command = {"/hooks/x"}, .search_folder = "/", .working_directory = "/"};
    order.timeout = by_stop ? k_forever : Duration(20ms);
    std::stop_source stop;
    std::jthread stopper;
    if (by_stop) {
        stopper = std::jthread([&] {
            (void)world.launcher.wait_for_child(0, 60s);
            stop.request_stop();
        });
    }
    const auto end = run_program(world.launcher, world.system, order, stop.get_token(), [](const std::string&) {});
    CHECK(end.fate == (by_stop ? ProgramFate::cancelled : ProgramFate::timed_out));
    CHECK(world.launcher.wait_for_child(0)->active_processes() == 0);
}

TEST_CASE("Lines are bounded in length and number, and what is left out is counted") {
    std::vector<std::string> lines;
    LineReader reader(2, 4, [&](std::string line) { lines.push_back(std::move(line)); });
    reader.push("abcdefgh\nx");
    reader.push("y\n\n1\n2");
    reader.finish();
    CHECK(lines == std::vector<std::string>{"abcd", "xy", "(3 more lines were left out)"});
}
