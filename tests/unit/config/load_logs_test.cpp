#include <chrono>

#include "unit/config/config_testing.hpp"

using namespace svcwrap;
using namespace svcwrap::config;
using namespace std::chrono_literals;

TEST_CASE("Every setting of the logs arrives") {
    const auto logs = parse_good(minimal(R"([logs]
format = "json"
encoding = "oem"
timestamps = "utc"
line_limit = "1 MiB"
partial_after = "never"
rate_limit = "10000 lines/30s"
redact = ['password=\S+', "(?i)secret"]
on_full = "drop"
sync = "interval"
sync_interval = "250ms"
rotate = { interval = "weekly", at = "sunday 03:30" }
keep = { compress = "gzip", delay_compress = false }
disk = { warn_above = 70, compress_above = 0, prune_above = 90, stop_above = 99 }
)"))
                          .logs;
    CHECK(logs.format == logs::Format::json);
    CHECK(logs.encoding == logs::Encoding::oem);
    CHECK(logs.timestamps == logs::Timestamps::utc);
    CHECK(logs.line_limit == 1_MiB);
    CHECK(logs.partial_after == k_forever);
    CHECK(logs.rate_limit == logs::RateLimit{.lines = 10'000, .per = 30s});
    CHECK(logs.redact == std::vector<std::string>{R"(password=\S+)", "(?i)secret"});
    CHECK(logs.on_full == logs::FullPolicy::drop);
    CHECK(logs.sync == logs::SyncPolicy::interval);
    CHECK(logs.sync_interval == 250ms);
    CHECK(logs.rotate.interval == logs::RotateInterval::weekly);
    CHECK(logs.rotate.weekday == std::chrono::Sunday);
    CHECK(logs.rotate.at == 210min);
    CHECK(logs.keep.compress == logs::Compression::gzip);
    CHECK_FALSE(logs.keep.delay_compress);
    CHECK(logs.disk == logs::DiskOptions{.warn_above = 70, .compress_above = 0, .prune_above = 90, .stop_above = 99});
}

TEST_CASE("By itself nothing that the logs hold is dropped or removed for the sake of the disk") {
    const auto logs = parse_good(minimal()).logs;
    CHECK(logs.disk == logs::DiskOptions{.warn_above = 80, .compress_above = 85, .prune_above = 0, .stop_above = 0});
    CHECK(logs.on_full == logs::FullPolicy::block);
    CHECK(logs.format == logs::Format::raw);
    CHECK_FALSE(logs.rate_limit);
    CHECK(logs.redact.empty());
}

TEST_CASE("A pattern that cannot be had is an error at its own place") {
    const auto errors = parse_bad(minimal("[logs]\nredact = [\"fine\",\n    'a(b',\n    '(a)\\1', 'x*']\n"));
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].where == k_file + ":7:5");
    CHECK(errors[0].message.starts_with("logs.redact: "));
    CHECK(errors[1].where == k_file + ":8:5");
}

TEST_CASE("A rate that is none is refused, and an empty one is no limit") {
    CHECK_FALSE(parse_good(minimal("[logs]\nrate_limit = \"\"\n")).logs.rate_limit);
    CHECK(parse_good(minimal("[logs]\nrate_limit = \"1 line / 2m\"\n")).logs.rate_limit ==
          logs::RateLimit{.lines = 1, .per = 2min});
    for (const char* text : {"lines/30s", "0 lines/30s", "1.5 lines/30s", "10 rows/30s", "10 lines", "10 lines/",
                             "10 lines/0s", "10 lines/never", "-1 lines/1s"}) {
        INFO(text);
        const auto errors = parse_bad(minimal("[logs]\nrate_limit = \"" + std::string(text) + "\"\n"));
        REQUIRE(errors.size() == 1);
        CHECK(errors[0].message.starts_with("logs.rate_limit: "));
        CHECK(errors[0].where == k_file + ":6:14");
        CHECK(errors[0].remedy.contains("10000 lines/30s"));
    }
}

TEST_CASE("Raw UTF-16 is not looked into: what would have to is refused") {
    const std::string raw = "[logs]\nencoding = \"utf-16\"\n";
    CHECK(parse_good(minimal(raw)).logs.encoding == logs::Encoding::utf16);
    const auto errors = parse_bad(minimal(raw + "redact = ['x']\nrate_limit = \"1 lines/1s\"\n"));
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].message.starts_with("logs.redact: "));
    CHECK(errors[1].message.starts_with("logs.rate_limit: "));
    CHECK(errors[0].remedy.contains("text"));
    CHECK(parse_good(minimal(raw + "format = \"text\"\nredact = ['x']\n")).logs.redact.size() == 1);
}

TEST_CASE("The time of a rotation must fit its interval") {
    const auto with = [](const std::string& interval, const std::string& at) {
        return minimal("[logs.rotate]\ninterval = \"" + interval + "\"\nat = \"" + at + "\"\n");
    };
    CHECK(parse_good(with("hourly", "00:15")).logs.rotate.at == 15min);
    CHECK(parse_good(with("daily", "23:59")).logs.rotate.at == 1439min);
    CHECK(parse_good(with("weekly", "03:00")).logs.rotate.weekday == std::chrono::Monday);
    for (const auto& [interval, at] :
         {std::pair{"hourly", "01:00"}, std::pair{"daily", "Monday 03:30"}, std::pair{"weekly", "Caturday 03:30"},
          std::pair{"daily", "24:00"}, std::pair{"weekly", "Monday"}, std::pair{"daily", ""}}) {
        INFO(interval << " at " << at);
        const auto errors = parse_bad(with(interval, at));
        REQUIRE(errors.size() == 1);
        CHECK(errors[0].message.starts_with("logs.rotate.at: "));
        CHECK(errors[0].where == k_file + ":7:6");
    }
}

TEST_CASE("Bounds of the logs are kept") {
    for (const char* line : {"line_limit = \"255 B\"", "line_limit = \"2 MiB\"", "partial_after = \"1ms\"",
                             "sync_interval = \"0s\"", "disk.stop_above = 100", "disk.warn_above = -1"}) {
        INFO(line);
        const auto errors = parse_bad(minimal("[logs]\n" + std::string(line) + "\n"));
        REQUIRE(errors.size() == 1);
        CHECK(errors[0].message.contains("is out of range"));
    }
}

TEST_CASE("Standard input is closed, kept open, or a file") {
    using enum StandardInput;
    // minimal() ends within [process].
    CHECK(parse_good(minimal()).process.standard_input == closed);
    CHECK(parse_good(minimal("stdin = \"open\"\n")).process.standard_input == open);
    const auto from_file = parse_good(minimal("stdin = \"file\"\nstdin_file = \"in.txt\"\n")).process;
    CHECK(from_file.standard_input == file);
    CHECK(from_file.standard_input_file == native("etc/in.txt"));
}

TEST_CASE("Standard input that contradicts itself is refused") {
    const auto missing = parse_bad(minimal("stdin = \"file\"\n"));
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].message == "process.stdin_file is missing");
    const auto useless = parse_bad(minimal("stdin_file = \"in.txt\"\n"));
    REQUIRE(useless.size() == 1);
    CHECK(useless[0].message.contains("only stdin = \"file\" has it"));
    const auto step =
        parse_bad(minimal("stdin = \"file\"\nstdin_file = \"in.txt\"\n[stop]\nsteps = [{ method = \"stdin\" }]\n"));
    REQUIRE(step.size() == 1);
    CHECK(step[0].where == k_file + ":5:9");
    CHECK(step[0].message.contains("kept open"));
}
