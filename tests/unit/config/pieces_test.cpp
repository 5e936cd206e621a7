#include <catch_amalgamated.hpp>

#include "base/argv.hpp"
#include "base/utf8.hpp"
#include "config/exit_match.hpp"
#include "config/resolve_path.hpp"
#include "config/service_config.hpp"
#include "config/suggest.hpp"

using namespace svcwrap;
using namespace svcwrap::config;
using supervise::ExitClass;
using supervise::ExitCodeRange;

TEST_CASE("Exit codes of a rule are read as numbers, ranges and classes") {
    struct Row {
        std::string text;
        std::uint32_t first;
        std::uint32_t last;
    };
    const auto row = GENERATE(values<Row>({
        {"3", 3, 3},
        {"100-110", 100, 110},
        {"0xC0000005", 0xC0000005, 0xC0000005},
        {"0xc0000000-0XCFFFFFFF", 0xC0000000, 0xCFFFFFFF},
        {"-1", 0xFFFFFFFF, 0xFFFFFFFF},
        {"-1073741819", 0xC0000005, 0xC0000005},
        {"-5--1", 0xFFFFFFFB, 0xFFFFFFFF},
        {"-2147483648", 0x80000000, 0x80000000},
        {"4294967295", 0xFFFFFFFF, 0xFFFFFFFF},
        {"0-4294967295", 0, 0xFFFFFFFF},
    }));
    INFO(row.text);
    const auto match = parse_exit_match(row.text);
    REQUIRE(match);
    const auto* range = std::get_if<ExitCodeRange>(&*match);
    REQUIRE(range);
    CHECK(range->first == row.first);
    CHECK(range->last == row.last);
    CHECK(std::get<ExitClass>(parse_exit_match("crash").value()) == ExitClass::crash);
    CHECK(std::get<ExitClass>(parse_exit_match("timeout").value()) == ExitClass::timeout);
    CHECK(std::get<ExitClass>(parse_exit_match("launch-failure").value()) == ExitClass::launch_failure);
    CHECK(std::get<ExitClass>(parse_exit_match("probe-failure").value()) == ExitClass::probe_failure);
}

TEST_CASE("What is no exit code is refused with the forms that are allowed") {
    const std::string text = GENERATE("", " ", "x", "3x", "3-", "-", "--1", "3 - 4", "5-3", "4294967296", "-2147483649",
                                      "0x", "-0x1", "0x1FFFFFFFF", "+3", "1.5", "Crash", "3-4-5", "-1-5");
    INFO(text);
    const auto match = parse_exit_match(text);
    REQUIRE_FALSE(match);
    CHECK(match.error().message.starts_with("\"" + text + "\" is "));
    CHECK(match.error().remedy.contains("launch-failure"));
}

TEST_CASE("A service name must do as a service's and as a folder's name") {
    for (const std::string name :
         {"a", "My App 1", "Ünïcode", "COM", "COM10", "CONSOLE", "NULs", "a.b", "-", "日本", "$x'(1)"}) {
        INFO(name);
        CHECK(check_service_name(name));
    }
    CHECK(check_service_name(std::string(250, 'x')));
    for (const std::string name :
         {"",       "a/b",   "a\\b",     "a<",   "a>",  "a:b", "a\"",    "a|",   "a?",  "a*",
          "a\nb",   "a\x7F", "a.",       "a ",   " a",  ".",   "..",     "CON",  "con", "nul.txt",
          "NUL .x", "COM1",  "lpt9.log", "COM¹", "AUX", "PRN", "CONIN$", "a\xFF"}) {
        INFO(name);
        const auto ok = check_service_name(name);
        REQUIRE_FALSE(ok);
        CHECK(ok.error().kind == ErrorKind::usage);
        CHECK(is_valid_utf8(ok.error().message));
    }
    CHECK_FALSE(check_service_name(std::string("a\0b", 3)));
    CHECK_FALSE(check_service_name(std::string(257, 'x')));
    CHECK_FALSE(check_service_name(std::string(251, 'x')));
    // 125 characters outside the basic plane are 250 UTF-16 units.
    std::string smileys;
    for (int i = 0; i < 125; ++i) smileys += "\xF0\x9F\x98\x80";
    CHECK(check_service_name(smileys));
    CHECK_FALSE(check_service_name(smileys + "x"));
}

TEST_CASE("Paths of a Windows configuration are resolved against its folder") {
    struct Row {
        std::string path;
        std::string resolved;  // empty: refused
    };
    const auto row = GENERATE(values<Row>({
        {R"(C:\x\..\y.exe)", R"(C:\y.exe)"},
        {"D:/x/y.exe", R"(D:\x\y.exe)"},
        {R"(\\server\share\y.exe)", R"(\\server\share\y.exe)"},
        {R"(\\?\C:\y.exe)", R"(\\?\C:\y.exe)"},
        {R"(bin\y.exe)", R"(E:\conf\bin\y.exe)"},
        {"./y.exe", R"(E:\conf\y.exe)"},
        {R"(..\y.exe)", R"(E:\y.exe)"},
        {"y.exe", ""},
        {"", ""},
        {"C:y.exe", ""},
        {R"(C:bin\y.exe)", ""},
        {R"(\y.exe)", ""},
        {"/y.exe", ""},
    }));
    INFO(row.path);
    const auto path = resolve_program(row.path, R"(E:\conf)", PathStyle::windows);
    REQUIRE(path.has_value() == !row.resolved.empty());
    if (path) CHECK(*path == row.resolved);
    if (!path) CHECK_FALSE(path.error().remedy.empty());
    CHECK(resolve_path("logs", R"(E:\conf)", PathStyle::windows) == R"(E:\conf\logs)");
}

TEST_CASE("A path that was written in double quotes by mistake is recognized by its control characters") {
    for (const auto resolve : {resolve_path, resolve_program, resolve_command}) {
        const auto path = resolve("C:\new\tools\app.exe", R"(E:\conf)", PathStyle::windows);
        REQUIRE_FALSE(path);
        CHECK(path.error().message.contains("control character"));
        CHECK(path.error().remedy.contains("single quotes"));
    }
}

TEST_CASE("A misspelt word leads to the one that was meant, a foreign one to none") {
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("poilcy", "policy") == 1);
    CHECK(edit_distance("Max-Delay", "max_delay") == 0);
    CHECK(suggest_key("restart.", "dely") == "restart.delay");
    CHECK(suggest_key("", "servce") == "service");
    CHECK(suggest_key("", "name") == "service.name");
    CHECK(suggest_key("process.", "memory") == "limits.memory");
    CHECK(suggest_key("logs.", "on-start") == "logs.rotate.on_start");
    CHECK(suggest_key("process.", "args") == "process.arguments");
    CHECK(suggest_key("limits.", "zzzzzzzz").empty());
    CHECK(suggest_key("limits.", std::string(100'000, 'x')).empty());
}

TEST_CASE("A command's program is searched on PATH only if it has no folder part") {
    const auto windows = PathStyle::windows;
    CHECK(resolve_command("ctl.exe", R"(C:\etc)", windows).value() == "ctl.exe");
    CHECK(resolve_command("ctl", "/etc", PathStyle::posix).value() == "ctl");
    CHECK(resolve_command(R"(.\ctl.exe)", R"(C:\etc)", windows).value() == R"(C:\etc\ctl.exe)");
    CHECK(resolve_command("tools/ctl.exe", R"(C:\etc)", windows).value() == R"(C:\etc\tools\ctl.exe)");
    CHECK(resolve_command(R"(D:\ctl.exe)", R"(C:\etc)", windows).value() == R"(D:\ctl.exe)");
    for (const std::string path : {"", "C:ctl.exe", R"(\ctl.exe)", "a\"b"}) {
        INFO(path);
        CHECK_FALSE(resolve_command(path, R"(C:\etc)", windows));
    }
}
