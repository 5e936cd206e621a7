#include "host/control_protocol.hpp"

#include <catch_amalgamated.hpp>

using namespace svcwrap;
using namespace svcwrap::host;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("Every request comes back from its line as it was") {
    for (std::size_t i = 0; i < k_control_command_count; ++i) {
        const auto command = static_cast<ControlCommand>(i);
        const auto parsed = parse_request(request_line(command));
        REQUIRE(parsed);
        CHECK(*parsed == command);
    }
    CHECK(request_line(ControlCommand::restart_child) == R"({"version":1,"command":"restart-child"})");
}

TEST_CASE("A line that is no request is refused with what is understood") {
    const auto line =
        GENERATE("", "status", "{}", "[]", "null", R"({"version":1})", R"({"version":2,"command":"status"})",
                 R"({"command":"status"})", R"({"version":1,"command":"explode"})", R"({"version":1,"command":7})",
                 R"({"version":"1","command":"status"})");
    CAPTURE(line);
    const auto parsed = parse_request(line);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == ErrorKind::usage);
    CHECK_THAT(parsed.error().remedy, ContainsSubstring("start-child") && ContainsSubstring("\"version\": 1"));
}

TEST_CASE("A success comes back with its result") {
    const auto answer = parse_answer(success_line(JsonObject{{"logs", JsonArray{"stdout"}}}));
    REQUIRE(answer);
    CHECK(to_json_text(*answer) == R"({"logs":["stdout"]})");
}

TEST_CASE("A failure comes back with all of its errors") {
    const Error first{.kind = ErrorKind::bad_config,
                      .message = "no \"such\" unit\n",
                      .os_code = 5,
                      .where = "a.toml:3:1",
                      .remedy = "mend it"};
    const Error second{.kind = ErrorKind::timed_out, .message = "late", .os_code = {}, .where = "", .remedy = ""};
    const auto answer = parse_answer(failure_line({first, second}));
    REQUIRE_FALSE(answer);
    REQUIRE(answer.error().size() == 2);
    CHECK(answer.error()[0].kind == ErrorKind::bad_config);
    CHECK(answer.error()[0].message == first.message);
    CHECK(answer.error()[0].os_code == 5U);
    CHECK(answer.error()[0].where == first.where);
    CHECK(answer.error()[0].remedy == first.remedy);
    CHECK(answer.error()[1].kind == ErrorKind::timed_out);
    CHECK_FALSE(answer.error()[1].os_code);
}

TEST_CASE("A failure without a reason still has an error") {
    CHECK(parse_answer(failure_line({})).error().size() == 1);
    CHECK(parse_answer(R"({"version":1,"ok":false})").error().size() == 1);
}

TEST_CASE("A line that is no answer is an error of reading") {
    const auto line =
        GENERATE("", "{}", "nonsense", R"({"version":2,"ok":true})", R"({"version":1})", R"({"version":1,"ok":"yes"})");
    CAPTURE(line);
    const auto answer = parse_answer(line);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().front().kind == ErrorKind::io_failed);
}
