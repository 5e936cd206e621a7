#include "logs/line_format.hpp"

#include <catch_amalgamated.hpp>
#include <random>

#include "base/json.hpp"
#include "base/utf8.hpp"
#include "support/fake_clock.hpp"

namespace svcwrap::logs {

namespace {

const WallTime k_now = testing::FakeClock::k_start + Duration(123);

std::string record_of(Format format, const Piece& piece, Source source = Source::output, bool is_first = true) {
    LineFormat lines(format, [](WallTime) { return std::chrono::hours(1); }, "MyApp");
    lines.set_timestamps(format == Format::json ? Timestamps::utc : Timestamps::local);
    lines.set_run(7, 4711);
    std::string out;
    (void)lines.append(out, piece, is_first, source, k_now);
    return out;
}

std::string json_of(std::string_view line) {
    return record_of(Format::json, {.text = line});
}

// What json says in front of the message and behind it.
std::string json_record(std::string_view time, std::string_view level, std::string_view rest) {
    return R"({"time":")" + std::string(time) + R"(","level":")" + std::string(level) +
           R"(","service":"MyApp","stream":"stdout","pid":4711,"run":7,"message":)" + std::string(rest) + "}\n";
}
constexpr std::string_view k_time = "2026-11-21T10:00:00.123Z";

}  // namespace

TEST_CASE("text is a time, a tag and the line") {
    CHECK(record_of(Format::text, {.text = "hello"}) == "2026-11-21T11:00:00.123+01:00 out hello\n");
    CHECK(record_of(Format::text, {.text = ""}, Source::error) == "2026-11-21T11:00:00.123+01:00 err \n");
    CHECK(record_of(Format::text, {.text = "par", .ended = false, .newline = false}) ==
          "2026-11-21T11:00:00.123+01:00 out+ par\n");
}

TEST_CASE("times show their zone") {
    CHECK(timestamp_text(k_now, std::chrono::minutes(-570), Timestamps::local) == "2026-11-21T00:30:00.123-09:30");
    CHECK(timestamp_text(k_now, std::chrono::minutes(345), Timestamps::local) == "2026-11-21T15:45:00.123+05:45");
    CHECK(timestamp_text(k_now, std::chrono::minutes(345), Timestamps::utc) == k_time);
}

TEST_CASE("a cached time changes with the millisecond, the style and the zone") {
    int asked = 0;
    TimestampCache cache([&](WallTime moment) {
        ++asked;
        return moment >= k_now + std::chrono::minutes(10) ? Duration(std::chrono::hours(2)) : Duration::zero();
    });
    CHECK(cache.text(k_now, Timestamps::local) == "2026-11-21T10:00:00.123+00:00");
    CHECK(cache.text(k_now, Timestamps::local) == "2026-11-21T10:00:00.123+00:00");
    CHECK(cache.text(k_now, Timestamps::utc) == k_time);
    CHECK(cache.text(k_now + Duration(1), Timestamps::local) == "2026-11-21T10:00:00.124+00:00");
    CHECK(asked == 1);
    CHECK(cache.text(k_now + std::chrono::minutes(11), Timestamps::local) == "2026-11-21T12:11:00.123+02:00");
}

TEST_CASE("json says who wrote the line") {
    CHECK(json_of("hello") == json_record(k_time, "info", R"("hello")"));
    const std::string record = record_of(Format::json, {.text = "oh"}, Source::error);
    CHECK(record.contains(R"("level":"error")"));
    CHECK(record.contains(R"("stream":"stderr")"));
    CHECK(record_of(Format::json, {.text = "par", .ended = false, .newline = false}) ==
          json_record(k_time, "info", R"("par","partial":true)"));
}

TEST_CASE("json escapes what it must, drops the carriage return and keeps ill-formed bytes beside the text") {
    CHECK(json_of("say \"hi\"\\ \t\x01 end\r") == json_record(k_time, "info", R"("say \"hi\"\\ \t\u0001 end")"));
    CHECK(json_of(std::string_view("a\0b", 3)) == json_record(k_time, "info", R"("a\u0000b")"));
    CHECK(json_of("gr\xC3\xBC\xC3\x9F") == json_record(k_time, "info", "\"gr\xC3\xBC\xC3\x9F\""));
    CHECK(json_of("bad \xFF!") == json_record(k_time, "info", "\"bad \xEF\xBF\xBD!\",\"base64\":\"YmFkIP8h\""));
}

TEST_CASE("every byte, at every place of a word, comes back from its JSON text") {
    for (int byte = 0; byte < 128; ++byte) {
        for (std::size_t place = 0; place < 17; ++place) {
            std::string text(17, 'x');
            text[place] = static_cast<char>(byte);
            std::string json;
            REQUIRE(append_json_text(json, text));
            const auto parsed = parse_json(json);
            REQUIRE(parsed);
            REQUIRE(parsed->as_string() == text);
        }
    }
}

TEST_CASE("random bytes of any length are in their JSON text what a slow look makes of them") {
    std::mt19937 random(17);
    constexpr std::string_view k_bytes("\0\t\r\x1f !\"\\a\x7f\x80\xa2\xbf\xc3\xe2\xed\xf0\xff", 18);
    for (int round = 0; round < 5000; ++round) {
        std::string text(static_cast<std::size_t>(round) % 71, 'a');
        for (char& c : text) {
            c = random() % 3 == 0 ? k_bytes[random() % k_bytes.size()] : c;
        }
        std::string json;
        const bool is_valid = append_json_text(json, text);
        const auto parsed = parse_json(json);
        REQUIRE(parsed);
        const std::string slow = replace_invalid_utf8(text);
        REQUIRE(parsed->as_string() == slow);
        REQUIRE(is_valid == (slow == text));
    }
}

TEST_CASE("a child's JSON object becomes part of the record") {
    struct Row {
        const char* story;
        const char* line;
        std::string record;
    };
    const Row rows[] = {
        {"zap", R"({"level":"warn","ts":1763719200.5,"msg":"m","n":1})",
         json_record("2025-11-21T10:00:00.500Z", "warn", R"("m","ts":1763719200.5,"n":1)")},
        {"ECS",
         R"({"@timestamp":"2026-01-02T03:04:05.678901Z","log.level":"ERROR","message":"m","ecs.version":"1.2.0"})",
         json_record("2026-01-02T03:04:05.678901Z", "error", R"("m","ecs.version":"1.2.0")")},
        {"logrus", R"({"level":"panic","msg":"m","time":"2026-01-02T03:04:05+01:00"})",
         json_record("2026-01-02T03:04:05+01:00", "fatal", R"("m")")},
        {"pino", R"( {"level":30,"time":1763719200123,"pid":5,"msg":"m"} )",
         json_record("2025-11-21T10:00:00.123Z", "info", R"("m","child.time":1763719200123,"child.pid":5)")},
        {"an unknown level stays", R"({"level":"loud","msg":"m"})",
         json_record(k_time, "info", R"("m","child.level":"loud")")},
        {"a time without a zone stays", R"({"time":"2026-01-02 03:04:05"})",
         json_record(k_time, "info", R"("","child.time":"2026-01-02 03:04:05")")},
        {"a message that is no text stays", R"({"message":{"a":[1,2]},"msg":"m"})",
         json_record(k_time, "info", R"("","child.message":{"a":[1,2]},"msg":"m")")},
        {"escapes stay", R"({"msg":"a\n\"b\"","\u006bey":"\/"})",
         json_record(k_time, "info", R"("a\n\"b\"","\u006bey":"\/")")},
        {"empty", "{}", json_record(k_time, "info", R"("")")},
        {"no object", "{oops}", json_record(k_time, "info", R"("{oops}")")},
        {"more behind it", R"({"a":1} {"b":2})", json_record(k_time, "info", R"("{\"a\":1} {\"b\":2}")")},
    };
    for (const Row& row : rows) {
        INFO(row.story);
        CHECK(json_of(row.line) == row.record);
        CHECK(parse_json(json_of(row.line)));
    }
}

TEST_CASE("objects are split by the letter of RFC 8259") {
    std::vector<JsonMember> members;
    for (const char* good :
         {R"({})", R"({"a":-0.5e+3,"b":[],"c":{"d":null},"e":[true,false,"x"]})", " {\"a\" : 1 } "}) {
        INFO(good);
        CHECK(split_json_object(good, members));
    }
    for (const char* bad :
         {"", "[]", "{", R"({"a"})", R"({"a":})", R"({"a":01})", R"({"a":1,})", R"({"a":.5})", R"({'a':1})",
          R"({"a":"\x"})", "{\"a\":\"\n\"}", R"({"a":tru})", R"({"a":1}x)", R"({"a":1e})", "{\"a\":\"\xFF\"}"}) {
        INFO(bad);
        CHECK_FALSE(split_json_object(bad, members));
    }
    CHECK_FALSE(split_json_object(R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}", members));
}

TEST_CASE("times of loggers are read") {
    const WallTime moment = k_now;
    CHECK(parse_log_time("2026-11-21T10:00:00.123Z") == moment);
    CHECK(parse_log_time("2026-11-21 11:00:00,123456789+01:00") == moment);
    CHECK(parse_log_time("2026-11-21t08:30:00.123-0130") == moment);
    CHECK(parse_log_time("2026-11-21T10:00:00Z") == moment - Duration(123));
    for (const char* bad : {"", "2026-11-21", "2026-11-21T10:00:00", "2026-13-21T10:00:00Z", "2026-11-21T25:00:00Z",
                            "2026-11-21T10:00:00.Z", "2026-11-21T10:00:00Zx", "2026-11-21T10:00Z"}) {
        INFO(bad);
        CHECK_FALSE(parse_log_time(bad));
    }
    CHECK(parse_epoch_time("1795255200.123") == moment);
    CHECK(parse_epoch_time("1795255200123") == moment);
    CHECK(parse_epoch_time("1795255200123456") == moment);
    CHECK(parse_epoch_time("1795255200123456789") == moment);
    CHECK_FALSE(parse_epoch_time("5"));
    CHECK_FALSE(parse_epoch_time("\"x\""));
}

TEST_CASE("base64 goes there and back") {
    for (const char* text : {"", "f", "fo", "foo", "foob", "\xFF\xFE\x80"}) {
        CHECK(from_base64(to_base64(text)) == text);
    }
    CHECK(to_base64("fooba") == "Zm9vYmE=");
    CHECK_FALSE(from_base64("abc"));
    CHECK_FALSE(from_base64("ab!="));
}

}  // namespace svcwrap::logs
