// The way of the output from the child's pipes to the files, with every setting that changes it.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <chrono>

#include "scenarios/stage.hpp"

using namespace svcwrap;
using namespace svcwrap::testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Matches;
using host::ControlCommand;
using supervise::Outcome;
using supervise::State;

namespace {

// What write_config() has to say so that the logs stay where they are.
const std::string k_logs = "[logs]\ndirectory = '" + at("/data/svcwrap/story/logs") + "'\n";

// The state as the running service tells it when it is asked: the file knows it as it was at the last change.
host::PublishedState state_told(Stage& stage) {
    const auto answer = stage.ask(ControlCommand::status);
    REQUIRE(answer);
    auto state = host::published_state_from_json(*answer->find("state"));
    REQUIRE(state);
    return *std::move(state);
}

std::int64_t counter(Stage& stage, std::string_view name) {
    const auto logs = state_told(stage).logs;
    REQUIRE(logs.size() == 1);
    return parse_json(to_json_text(to_json(logs[0])))->find(name)->as_int(-1);
}

std::vector<std::string> last_lines(Stage& stage) {
    const auto answer = stage.ask(ControlCommand::status);
    REQUIRE(answer);
    std::vector<std::string> lines;
    for (const Json& line : *std::get_if<JsonArray>(&answer->find("last_lines")->value())) {
        lines.push_back(*std::get_if<std::string>(&line.value()));
    }
    return lines;
}

}  // namespace

TEST_CASE("In raw format both streams come through one pipe, byte for byte") {
    Stage stage;
    stage.start();
    const auto child = stage.child(0);
    CHECK(child->spec().standard_error == platform::OutputTo::merge);
    child->print("a\r\nb");
    stage.wait_until([&] { return stage.output() == "a\r\nb"; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("In text format every line has its time and its stream, in one file") {
    Stage stage;
    stage.config.logs.format = logs::Format::text;
    stage.config.logs.timestamps = logs::Timestamps::utc;
    stage.start();
    const auto child = stage.child(0);
    CHECK(child->spec().standard_error == platform::OutputTo::pipe);
    child->print("to output\n");
    stage.wait_until([&] { return stage.output().contains("to output"); });
    child->print("to error\n", true);
    stage.wait_until([&] { return stage.output().contains("to error"); });
    child->print("without an end");
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK_THAT(stage.output(), Matches(R"(\S+Z out to output\n\S+Z err to error\n\S+Z out\S? without an end\n?)"));
    CHECK(stage.files.names_in(at("/data/svcwrap/story/logs")) ==
          std::vector<std::string>{"stdout.log", "svcwrap.log"});
}

TEST_CASE("In json format a line names its service, its stream, its process and its run") {
    Stage stage;
    stage.config.logs.format = logs::Format::json;
    stage.config.logs.standard_error = logs::ErrorTarget::file;
    stage.start();
    const auto child = stage.child(0);
    child->print("bad news\n", true);
    stage.wait_until([&] { return stage.whole_log("stderr").ends_with("}\n"); });
    const auto line = parse_json(stage.whole_log("stderr"));
    REQUIRE(line);
    CHECK(to_json_text(*line->find("service")) == R"("story")");
    CHECK(to_json_text(*line->find("stream")) == R"("stderr")");
    CHECK(to_json_text(*line->find("pid")) == std::to_string(child->id()));
    CHECK(to_json_text(*line->find("run")) == "1");
    CHECK(to_json_text(*line->find("message")) == R"("bad news")");
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("The lines of the next run bear its number and its process") {
    Stage stage;
    stage.config.logs.format = logs::Format::json;
    stage.start();
    stage.child(0)->print("first\nunfinished");
    stage.wait_until([&] { return stage.output().contains("first"); });  // the pipes of two runs are read side by side
    stage.child(0)->exit(ExitCode{1});
    const auto second = stage.child(1);
    second->print("second\n");
    stage.wait_until([&] { return stage.output().contains("second"); });
    CHECK_THAT(stage.output(), ContainsSubstring(R"("run":1,"message":"unfinished")"));
    CHECK_THAT(stage.output(), ContainsSubstring("\"pid\":" + std::to_string(second->id()) + R"(,"run":2,)"));
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("A line whose end does not come is written after a quiet while, without further output") {
    Stage stage;
    stage.config.logs.format = logs::Format::text;
    stage.config.logs.partial_after = 20ms;
    stage.start();
    stage.child(0)->print("password: ");
    stage.wait_until([&] { return stage.output().contains("password: "); });
    stage.wait_until([&] { return counter(stage, "partial_lines") == 1; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("The log of a service that fell silent is rotated when its hour comes") {
    Stage stage;
    stage.start();
    stage.child(0)->print("before the hour\n");
    stage.wait_until([&] { return stage.output() == "before the hour\n"; });
    stage.write_config(k_logs + "rotate.interval = \"hourly\"\n");
    REQUIRE(stage.ask(ControlCommand::reload));
    stage.child(0)->print("planned\n");
    stage.wait_until([&] { return stage.whole_log().ends_with("planned\n"); });
    const auto real = stage.clock.wall_now();
    stage.clock.set_ahead(std::chrono::ceil<std::chrono::hours>(real) - real - 300ms);
    stage.child(0)->print("the last line\n");
    stage.wait_until([&] { return !stage.rotated_logs().empty(); });
    stage.wait_until([&] { return stage.whole_log() == "before the hour\nplanned\nthe last line\n"; });
    stage.wait_until([&] { return counter(stage, "rotations") >= 1; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("on_rotate runs once for each rotated file and is told its path") {
    Stage stage;
    stage.config.hooks.on_rotate = hook(at("/hooks/rotated"));
    stage.config.logs.rotate.max_size = 4_KiB;
    stage.start();
    const auto child = stage.child(0);
    stage.launcher.set_fallback({.prints = {{.text = "taken away\n"}}, .exit = ExitCode{0}});
    child->print(std::string(4000, 'x') + "\n" + std::string(4000, 'y') + "\n" + std::string(100, 'z') + "\n");
    stage.wait_until([&] { return stage.launches_of(at("/hooks/rotated")).size() == 2; });
    const auto hooks = stage.launches_of(at("/hooks/rotated"));
    const auto files = stage.rotated_logs();
    REQUIRE(files.size() == 2);
    CHECK(variable(hooks[0], "SVCWRAP_FILE") == files[0]);
    CHECK(variable(hooks[1], "SVCWRAP_FILE") == files[1]);
    CHECK(variable(hooks[0], "SVCWRAP_EVENT") == "on_rotate");
    stage.wait_for_journal("hook on_rotate: | taken away");
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("An on_rotate hook that hangs keeps neither the output nor the stop waiting") {
    Stage stage;
    stage.config.hooks.on_rotate = hook(at("/hooks/rotated"));
    stage.config.logs.rotate.max_size = 4_KiB;
    stage.start();
    const auto child = stage.child(0);
    for (int i = 0; i < 5; ++i) child->print(std::string(4000, 'x') + "\n");
    stage.wait_until([&] { return stage.whole_log().size() == 5 * 4001; });
    stage.wait_until([&] { return stage.launches_of(at("/hooks/rotated")).size() == 1; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(stage.launches_of(at("/hooks/rotated")).size() == 1);
}

TEST_CASE("Rotated files are compressed in the background, and that is counted") {
    Stage stage;
    stage.config.logs.keep.compress = logs::Compression::gzip;
    stage.config.logs.keep.delay_compress = false;
    stage.config.logs.rotate.max_size = 4_KiB;
    stage.start();
    stage.child(0)->print(std::string(4000, 'x') + "\n" + std::string(100, 'y') + "\n");
    stage.wait_until([&] {
        const auto files = stage.rotated_logs();
        return files.size() == 1 && files[0].ends_with(".log.gz");
    });
    stage.wait_until([&] { return state_told(stage).housekeeping.compressed_files == 1; });
    CHECK(state_told(stage).housekeeping.plain_bytes == 4001);
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("A full disk is trouble while it lasts, and nothing is lost over it") {
    Stage stage;
    const auto child = stage.start_and_wait();
    stage.files.fail_every(Operation::append_write, disk_full_error(Stage::k_log));
    child->print("no room for this\n");
    stage.wait_for_trouble("the disk is full");
    stage.files.heal();
    stage.wait_until([&] { return stage.output() == "no room for this\n"; });
    stage.wait_for_no_trouble();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    CHECK(stage.state_file().logs.at(0).lost_bytes == 0);
}

TEST_CASE("With on_full = drop a full disk does not hold up the child, and the gap is told") {
    Stage stage;
    stage.config.logs.on_full = logs::FullPolicy::drop;
    stage.start();
    const auto child = stage.child(0);
    child->print("kept\n");
    stage.wait_until([&] { return stage.output() == "kept\n"; });
    stage.files.fail_every(Operation::append_write, disk_full_error(Stage::k_log));
    child->print("dropped\n");
    stage.wait_until([&] { return counter(stage, "dropped_bytes") == 8; });
    stage.files.heal();
    // Without further output: the record is written by itself.
    stage.wait_until([&] { return stage.output().contains("8 bytes dropped between"); });
    child->print("kept again\n");
    stage.wait_until([&] { return stage.output().ends_with("kept again\n"); });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("A rate limit leaves lines out, counts them and says so without further output") {
    Stage stage;
    stage.config.logs.rate_limit = logs::RateLimit{.lines = 2, .per = 300ms};
    stage.start();
    stage.child(0)->print("1\n2\n3\n4\n5\n");
    stage.wait_until([&] { return stage.output().contains("3 lines suppressed by the rate limit"); });
    CHECK(stage.output().starts_with("1\n2\n"));
    stage.wait_until([&] { return counter(stage, "suppressed_lines") == 3; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("What is redacted shows up nowhere: not in the log, the status, the history or a hook's output") {
    Stage stage;
    stage.config.logs.redact = {R"(password=\S+)"};
    stage.config.hooks.post_stop = hook(at("/hooks/after"));
    stage.start();
    const auto child = stage.child(0);
    stage.launcher.set_fallback({.prints = {{.text = "seen password=hunter2\n"}}, .exit = ExitCode{0}});
    child->print("user=me password=hun");
    child->print("ter2 end\n");
    stage.wait_until([&] { return stage.output() == "user=me [redacted] end\n"; });
    CHECK(last_lines(stage) == std::vector<std::string>{"user=me [redacted] end"});
    stage.wait_until([&] { return counter(stage, "redactions") == 1; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    REQUIRE(stage.history().size() == 1);
    CHECK(stage.history()[0].last_lines == std::vector<std::string>{"user=me [redacted] end"});
    stage.wait_for_journal("hook post_stop: | seen [redacted]");
    for (const std::string& file : {Stage::k_log, Stage::k_journal, Stage::k_state, Stage::k_history}) {
        CHECK_FALSE(stage.files.contents(file).contains("hunter2"));
    }
}

TEST_CASE("A reload changes the live settings of an open log at once") {
    Stage stage;
    stage.start();
    const auto child = stage.child(0);
    child->print("token=abc\n");
    stage.wait_until([&] { return stage.output() == "token=abc\n"; });
    stage.write_config(k_logs + "redact = ['token=\\S+']\nrotate.max_size = \"4 KiB\"\n");
    REQUIRE(stage.ask(ControlCommand::reload));
    CHECK(last_lines(stage) == std::vector<std::string>{"[redacted]"});
    child->print("token=def\n");
    stage.wait_until([&] { return stage.output().ends_with("\n[redacted]\n"); });
    child->print(std::string(4000, 'x') + "\n" + std::string(4000, 'y') + "\n");
    stage.wait_until([&] { return !stage.rotated_logs().empty(); });
    CHECK(stage.launcher.launches() == 1);
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("A new format waits for the next launch, and the log goes on in it") {
    Stage stage;
    stage.start();
    const auto first = stage.child(0);
    first->print("raw\n");
    stage.wait_until([&] { return stage.output() == "raw\n"; });
    stage.write_config(k_logs + "format = \"text\"\n");
    REQUIRE(stage.ask(ControlCommand::reload));
    first->print("still raw\n");
    stage.wait_until([&] { return stage.output() == "raw\nstill raw\n"; });
    REQUIRE(stage.ask(ControlCommand::restart_child));
    const auto second = stage.child(1);
    CHECK(second->spec().standard_error == platform::OutputTo::pipe);
    second->print("tagged\n", true);
    stage.wait_until([&] { return stage.output().ends_with(" err tagged\n"); });
    CHECK(stage.output().starts_with("raw\nstill raw\n"));
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("The trouble of a log is over when a reload has it opened anew") {
    Stage stage;
    stage.start();
    const auto first = stage.child(0);
    first->print("held\n");
    stage.wait_until([&] { return stage.output() == "held\n"; });
    stage.files.hold_file(Stage::k_log);
    REQUIRE(stage.ask(ControlCommand::rotate));
    stage.wait_for_trouble("can't be rotated");
    stage.files.hold_file(Stage::k_log, false);
    stage.write_config(k_logs + "format = \"text\"\n");
    REQUIRE(stage.ask(ControlCommand::reload));
    REQUIRE(stage.ask(ControlCommand::restart_child));
    stage.child(1)->print("new\n");
    stage.wait_until([&] { return stage.output().ends_with(" out new\n"); });
    stage.wait_for_no_trouble();
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}

TEST_CASE("Output that waits for the disk in a log that a reload replaced is counted lost at a stop") {
    Stage stage;
    stage.start();
    const auto first = stage.child(0);
    stage.files.set_fault([](const FileCall& call) {
        const bool is_log = call.operation == Operation::append_write && normalize_path(call.path) == Stage::k_log;
        return is_log ? std::optional(disk_full_error(call.path)) : std::nullopt;
    });
    first->print("waits\n");
    stage.wait_for_trouble("the disk is full");
    stage.write_config("[logs]\ndirectory = '" + at("/data/svcwrap/story/elsewhere") + "'\n");
    REQUIRE(stage.ask(ControlCommand::reload));
    REQUIRE(stage.ask(ControlCommand::restart_child));
    stage.child(1)->print("new\n");
    stage.wait_until([&] { return stage.files.contents(at("/data/svcwrap/story/elsewhere/stdout.log")) == "new\n"; });
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
    stage.wait_for_journal("6 bytes are missing from the log " + Stage::k_log);
    CHECK_FALSE(stage.journal_says("hangs in the disk"));
}

TEST_CASE("Standard input is closed, kept open or a file, as the configuration says") {
    using config::StandardInput;
    using platform::InputFrom;
    Stage stage;
    SECTION("closed") {
        stage.start();
        CHECK(stage.child(0)->spec().standard_input == InputFrom::nothing);
    }
    SECTION("open, though no stop step needs it, and it stays so") {
        stage.config.process.standard_input = StandardInput::open;
        stage.launcher.add({.obeys_end_of_input = true});
        stage.start();
        const auto child = stage.child(0);
        CHECK(child->spec().standard_input == InputFrom::pipe);
        child->print("still here\n");
        stage.wait_until([&] { return stage.output() == "still here\n"; });
        CHECK_FALSE(child->exit_code());
    }
    SECTION("closed, but for the stop step that needs it") {
        stage.config.supervise.stop.steps = {{.method = supervise::StopMethod::standard_input, .timeout = 10min}};
        stage.launcher.add({.obeys_control_break = false, .obeys_end_of_input = true});
        stage.start();
        CHECK(stage.child(0)->spec().standard_input == InputFrom::pipe);
        stage.wait_for_state(State::running);
    }
    SECTION("a file") {
        stage.config.process.standard_input = StandardInput::file;
        stage.config.process.standard_input_file = "/apps/input.txt";
        stage.start();
        CHECK(stage.child(0)->spec().standard_input == InputFrom::file);
        CHECK(stage.child(0)->spec().input_file == "/apps/input.txt");
    }
    CHECK(stage.stop_and_wait().outcome == Outcome::success);
}
