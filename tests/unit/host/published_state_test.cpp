#include "host/published_state.hpp"

#include <catch_amalgamated.hpp>

#include "host/journal.hpp"

using namespace svcwrap;
using namespace svcwrap::host;
using namespace std::chrono_literals;

namespace {

PublishedState full_state() {
    PublishedState state;
    state.service = "My \"App\" Ümläut";
    state.config_file = R"(C:\ProgramData\svcwrap\MyApp\MyApp.toml)";
    state.wrapper_process_id = 4711;
    state.state = supervise::State::backoff;
    state.since = WallTime(1'800'000'000'123ms);
    state.reason = "exit code 3, restart in 2 s";
    state.run = 5;
    state.restarts = 4;
    state.child_process_id = 0;
    state.child_started = WallTime(1'799'999'999'000ms);
    state.last_end = supervise::RunEnd{.kind = supervise::EndKind::crashed,
                                       .code = ExitCode{0xC0000005},
                                       .detail = "access violation",
                                       .when = WallTime(1'799'999'999'500ms),
                                       .asked_for = true};
    state.next_launch = WallTime(1'800'000'002'123ms);
    state.program = R"(C:\apps\app.exe)";
    state.logs = {{.stream = "stdout",
                   .path = "C:\\l\\stdout.log",
                   .bytes = 10,
                   .lines = 2,
                   .rotations = 1,
                   .lost_bytes = 3,
                   .dropped_bytes = 4,
                   .suppressed_lines = 5,
                   .invalid_lines = 6}};
    state.housekeeping = {
        .compressed_files = 7, .plain_bytes = 8, .compressed_bytes = 9, .repaired_files = 1, .errors = 2};
    state.journal = R"(C:\l\svcwrap.log)";
    state.control_address = R"(\\.\pipe\svcwrap-1)";
    state.start_reason = supervise::StartReason::continued;
    state.stop_reason = supervise::StopReason::system_preshutdown;
    state.gave_up = true;
    state.suspended = true;
    state.trouble = "a hook failed";
    state.history = R"(C:\l\history.json)";
    state.stop_steps = {
        {.method = supervise::StopMethod::close_window, .took = 20ms, .failed = true, .detail = "it has none"}};
    state.was_killed = true;
    state.launch_overdue = true;
    return state;
}

}  // namespace

TEST_CASE("Every kind of end comes back from its JSON as it was") {
    for (std::size_t kind = 0; kind < supervise::k_end_kind_count; ++kind) {
        PublishedState before = full_state();
        before.last_end->kind = static_cast<supervise::EndKind>(kind);
        const auto after = published_state_from_json(to_json(before));
        REQUIRE(after);
        REQUIRE(after->last_end);
        CHECK(after->last_end->kind == before.last_end->kind);
    }
}

TEST_CASE("A published state comes back from its JSON as it was") {
    const PublishedState before = full_state();
    const auto json = parse_json(to_pretty_json_text(to_json(before)));
    REQUIRE(json);
    const auto after = published_state_from_json(*json);
    REQUIRE(after);
    CHECK(after->service == before.service);
    CHECK(after->launch_overdue);
    CHECK(after->stop_steps.at(0).detail == "it has none");
    CHECK(after->config_file == before.config_file);
    CHECK(after->wrapper_process_id == 4711);
    CHECK(after->state == before.state);
    CHECK(after->since == before.since);
    CHECK(after->reason == before.reason);
    CHECK(after->run == 5);
    CHECK(after->restarts == 4);
    CHECK(after->child_started == before.child_started);
    REQUIRE(after->last_end);
    CHECK(after->last_end->kind == supervise::EndKind::crashed);
    CHECK(after->last_end->code == ExitCode{0xC0000005});
    CHECK(after->last_end->detail == "access violation");
    CHECK(after->last_end->when == before.last_end->when);
    CHECK(after->last_end->asked_for);
    CHECK(after->next_launch == before.next_launch);
    REQUIRE(after->logs.size() == 1);
    CHECK(after->logs[0].path == "C:\\l\\stdout.log");
    CHECK(after->logs[0].lost_bytes == 3);
    CHECK(to_json_text(to_json(after->logs[0])) == to_json_text(to_json(before.logs[0])));
    CHECK(to_json_text(to_json(after->housekeeping)) == to_json_text(to_json(before.housekeeping)));
    CHECK(after->housekeeping.compressed_bytes == 9);
    CHECK(after->journal == before.journal);
    CHECK(after->stop_reason == supervise::StopReason::system_preshutdown);
    CHECK(after->start_reason == supervise::StartReason::continued);
    // Every member, by way of the text.
    CHECK(to_json_text(to_json(*after)) == to_json_text(to_json(before)));
}

TEST_CASE("A state without a child, an end or a next launch says so") {
    PublishedState state = full_state();
    state.child_started.reset();
    state.last_end.reset();
    state.next_launch.reset();
    const auto after = published_state_from_json(to_json(state));
    REQUIRE(after);
    CHECK_FALSE(after->child_started);
    CHECK_FALSE(after->last_end);
    CHECK_FALSE(after->next_launch);
}

TEST_CASE("A state file of another version or of no known state is refused") {
    const auto text =
        GENERATE("{}", "[]", "null", R"({"version":2,"state":"running"})", R"({"version":1,"state":"flying"})");
    CAPTURE(text);
    const auto json = parse_json(text);
    REQUIRE(json);
    const auto state = published_state_from_json(*json);
    REQUIRE_FALSE(state);
    CHECK(state.error().kind == ErrorKind::io_failed);
}

TEST_CASE("A line of the journal cannot be forged by what a child says") {
    CHECK(escape_controls("a\nb\tc\r\x1B[31m") == "a\\nb\\tc\\x0D\\x1B[31m");
    CHECK(escape_controls("Grüße") == "Grüße");
    CHECK(escape_controls("\xFFz") == "\uFFFDz");
}

TEST_CASE("Every counter of a log is published under its own name") {
    const logs::StreamCounters counters{.bytes_in = 1,
                                        .bytes = 2,
                                        .lines = 3,
                                        .rotations = 4,
                                        .rotations_deferred = 5,
                                        .write_errors = 6,
                                        .sync_errors = 7,
                                        .removed_files = 8,
                                        .housekeeping_errors = 9,
                                        .lost_bytes = 10,
                                        .dropped_bytes = 11,
                                        .suppressed_lines = 12,
                                        .redactions = 13,
                                        .split_lines = 14,
                                        .partial_lines = 15,
                                        .invalid_lines = 16};
    const auto log = published_log("stdout", "/l/stdout.log", counters);
    CHECK(to_json_text(to_json(log)) ==
          R"({"stream":"stdout","path":"/l/stdout.log","bytes_in":1,"bytes":2,"lines":3,"rotations":4,)"
          R"("rotations_deferred":5,"write_errors":6,"sync_errors":7,"removed_files":8,"housekeeping_errors":9,)"
          R"("lost_bytes":10,"dropped_bytes":11,"suppressed_lines":12,"redactions":13,"split_lines":14,)"
          R"("partial_lines":15,"invalid_lines":16})");
}
