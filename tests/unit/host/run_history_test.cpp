#include "host/run_history.hpp"

#include <catch_amalgamated.hpp>

#include "host/run_tail.hpp"

using namespace svcwrap;
using namespace svcwrap::host;
using namespace std::chrono_literals;
using platform::StandardStream;

namespace {

RunRecord full_record() {
    RunRecord record;
    record.run = 7;
    record.wrapper_process_id = 4711;
    record.process_id = 4712;
    record.start_reason = supervise::StartReason::scheduled;
    record.launched = WallTime(1'800'000'000'001ms);
    record.started = WallTime(1'800'000'000'002ms);
    record.ready = WallTime(1'800'000'000'003ms);
    record.ended = WallTime(1'800'000'000'004ms);
    record.end = supervise::RunEnd{.kind = supervise::EndKind::launch_failed,
                                   .code = {},
                                   .detail = "hook pre_start: exit code 5",
                                   .when = WallTime(1'800'000'000'004ms),
                                   .asked_for = true};
    record.aftermath = supervise::Aftermath::gave_up;
    record.stop_reason = supervise::StopReason::system_preshutdown;
    record.why = "the limit of restarts was reached";
    record.stop_steps = {{.method = supervise::StopMethod::standard_input, .took = 250ms, .failed = true},
                         {.method = supervise::StopMethod::pre_stop, .took = 3s, .ended_it = true}};
    record.was_killed = true;
    record.last_lines = {"one", "two \"quoted\" Grüße"};
    return record;
}

}  // namespace

TEST_CASE("A history comes back from its text as it was") {
    const RunRecord bare{.run = 8};
    const auto parsed = parse_history(history_text({full_record(), bare}));
    REQUIRE(parsed);
    REQUIRE(parsed->size() == 2);
    CHECK(to_json_text(to_json(parsed->at(0))) == to_json_text(to_json(full_record())));
    CHECK(to_json_text(to_json(parsed->at(1))) == to_json_text(to_json(bare)));
    CHECK(parsed->at(0).start_reason == supervise::StartReason::scheduled);
    CHECK(parsed->at(0).aftermath == supervise::Aftermath::gave_up);
    CHECK(parsed->at(0).stop_reason == supervise::StopReason::system_preshutdown);
    REQUIRE(parsed->at(0).stop_steps.size() == 2);
    CHECK(parsed->at(0).stop_steps[0].method == supervise::StopMethod::standard_input);
    CHECK(parsed->at(0).stop_steps[0].took == 250ms);
    CHECK(parsed->at(0).stop_steps[1].ended_it);
    CHECK_FALSE(parsed->at(1).end);
    CHECK_FALSE(parsed->at(1).aftermath);
}

TEST_CASE("A history that was torn anywhere is told from a whole one") {
    const std::string whole = history_text({full_record()});
    for (std::size_t length = 0; length + 1 < whole.size(); length += 7) {
        CAPTURE(length);
        CHECK_FALSE(parse_history(whole.substr(0, length)));
    }
}

TEST_CASE("A history that was edited is told from a whole one") {
    std::string text = history_text({full_record()});
    text.replace(text.find("\"run\":7"), 7, "\"run\":9");
    const auto parsed = parse_history(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == ErrorKind::io_failed);
    CHECK_FALSE(parse_history(R"({"version":2,"check_sum":"","runs":[]})"));
    CHECK_FALSE(parse_history(R"({"version":1,"check_sum":"","runs":{}})"));
}

TEST_CASE("The tail of a run keeps the last lines of both streams in their order, and mixes no lines") {
    RunTail tail;
    tail.push(StandardStream::output, "out 1\nout ");
    tail.push(StandardStream::error, "error 1\nerr");
    tail.push(StandardStream::output, "2\n");
    CHECK(tail.lines() == std::vector<std::string>{"out 1", "error 1", "out 2", "err"});
}

TEST_CASE("The tail of a run is bounded in lines and in bytes") {
    RunTail tail;
    for (int i = 0; i < 1000; ++i) tail.push(StandardStream::output, std::to_string(i) + "\n");
    tail.push(StandardStream::output, std::string(100'000, 'x'));
    const auto lines = tail.lines();
    REQUIRE(lines.size() == k_history_tail_lines);
    CHECK(lines.back() == std::string(k_history_line_bytes, 'x'));
    CHECK(lines.front() == "981");
}
