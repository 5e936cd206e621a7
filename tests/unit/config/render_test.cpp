#include <random>

#include "config/toml_text.hpp"
#include "unit/config/config_testing.hpp"

using namespace svcwrap;
using namespace svcwrap::config;

namespace {

void check_round_trip(const ServiceOptions& service, const ProcessOptions& process,
                      const supervise::StopOptions& stop) {
    const auto config = parse_good(render_new_config(service, process, stop));
    const auto& s = config.service;
    CHECK(s.name == service.name);
    CHECK(s.display_name == service.display_name);
    CHECK(s.description == service.description);
    CHECK(s.start == service.start);
    CHECK(s.account == service.account);
    CHECK(s.dependencies == service.dependencies);
    CHECK(s.required_privileges == service.required_privileges);
    CHECK(s.sid_type == service.sid_type);
    const auto& p = config.process;
    CHECK(p.executable == process.executable);
    CHECK(p.arguments == process.arguments);
    CHECK(p.working_directory == process.working_directory);
    CHECK(p.priority == process.priority);
    CHECK(p.cpu_affinity == process.cpu_affinity);
    CHECK(p.inherit_environment == process.inherit_environment);
    CHECK(p.environment_file == process.environment_file);
    CHECK(p.environment == process.environment);
    REQUIRE(config.supervise.stop.steps.size() == stop.steps.size());
    for (std::size_t i = 0; i < stop.steps.size(); ++i) {
        CHECK(config.supervise.stop.steps[i].method == stop.steps[i].method);
        CHECK(config.supervise.stop.steps[i].timeout == stop.steps[i].timeout);
        CHECK(config.supervise.stop.steps[i].text == stop.steps[i].text);
        CHECK(config.supervise.stop.steps[i].command == stop.steps[i].command);
    }
}

const std::vector<std::string> k_nasty{"",
                                       " ",
                                       "two words",
                                       R"(C:\Program Files\x\)",
                                       R"(\\server\share)",
                                       R"("quoted")",
                                       "it's",
                                       R"(it's "both" \ and)",
                                       "'''",
                                       "\"\"\"",
                                       "tab\tline\nreturn\r\x01\x7F",
                                       "# no comment",
                                       "%PATH%",
                                       "ü日\xF0\x9F\x98\x80",
                                       R"(\u0041)",
                                       "]",
                                       "a = 1"};

}  // namespace

TEST_CASE("A new configuration reads back to what it was made from") {
    ServiceOptions service{.name = "My App", .display_name = "My 'App' \"x\"", .description = "line\nbreak"};
    ProcessOptions process{
        .executable = native("apps/it's/app.exe"), .arguments = k_nasty, .working_directory = native("apps")};
    check_round_trip(service, process, {});
    service.start = platform::StartMode::manual;
    service.account = R"(DOMAIN\gmsa$)";
    service.dependencies = {"Tcpip", "+Group"};
    service.required_privileges = {"SeDebugPrivilege"};
    service.sid_type = platform::SidType::none;
    process.priority = platform::Priority::high;
    process.cpu_affinity = {1, 63};
    process.inherit_environment = false;
    process.environment_file = native("a file.env");
    process.environment = {{"Z", "1"}, {"A b", "%Z%"}, {"ProgramFiles(x86)", R"(C:\)"}, {"Ü\"", "\""}, {"a.b", "'"}};
    check_round_trip(service, process,
                     {.steps = {{supervise::StopMethod::ctrl_c, std::chrono::milliseconds(1500)},
                                {supervise::StopMethod::terminate, std::chrono::hours(2)}}});
    check_round_trip(service, process, {.steps = {}});
    supervise::StopStep command{.method = supervise::StopMethod::command, .timeout = std::chrono::seconds(3)};
    command.command = {native("bin/it's.exe"), "", "\"", "%x%"};
    supervise::StopStep input{.method = supervise::StopMethod::standard_input};
    input.text = "quit 'now'\r\n\t\"";
    check_round_trip(service, process, {.steps = {command, input, {.method = supervise::StopMethod::wait}}});
}

TEST_CASE("Any text reads back from its TOML") {
    std::mt19937 random(5);
    ServiceOptions service{.name = "App", .display_name = "App", .description = {}};
    for (int round = 0; round < 300; ++round) {
        ProcessOptions process{.executable = native("x/y.exe"), .arguments = {}, .working_directory = native("x")};
        for (int i = 0; i < 5; ++i) {
            process.arguments.push_back(k_nasty[random() % k_nasty.size()] + k_nasty[random() % k_nasty.size()]);
        }
        const auto config = parse_config(render_new_config(service, process, {}), k_file);
        REQUIRE(config);
        REQUIRE(config->process.arguments == process.arguments);
    }
}

TEST_CASE("A Windows path is written as a literal string where it can be") {
    CHECK(toml_text(R"(C:\apps\app.exe)") == R"('C:\apps\app.exe')");
    CHECK(toml_text(R"(C:\it's\app.exe)") == R"("C:\\it's\\app.exe")");
    CHECK(toml_text("plain") == "\"plain\"");
    CHECK(toml_text("\x7F\x01") == "\"\\u007F\\u0001\"");
    CHECK(toml_text("\xFF") == "\"\xEF\xBF\xBD\"");
    CHECK(toml_key("A_b-1") == "A_b-1");
    CHECK(toml_key("a.b") == "\"a.b\"");
    CHECK(toml_key("") == "\"\"");
}

TEST_CASE("A new configuration shows the settings that it does not set as comments") {
    const auto text =
        render_new_config({.name = "App", .display_name = {}, .description = {}}, {.executable = native("x/y")}, {});
    CHECK(text.contains("\n# policy = \"on-failure\"  # "));
    CHECK(text.contains("\n[logs.rotate]\n# max_size = \"10 MiB\""));
    CHECK(text.contains("\nname = \"App\"\n"));
    CHECK(text.contains("\n[hooks]\n# pre_start.command = []  # "));
    CHECK_FALSE(text.contains("ignore_failure"));
    CHECK(parse_good(text).service.display_name == "App");
}
