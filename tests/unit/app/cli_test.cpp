#include "app/cli.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>

#include "app_world.hpp"

namespace svcwrap::app {

using testing::AppWorld;

namespace {

Request parsed(std::vector<std::string> words) {
    words.insert(words.begin(), "svcwrap");
    auto result = parse_command_line(words);
    REQUIRE(result);
    REQUIRE(std::holds_alternative<Request>(*result));
    return std::get<Request>(*result);
}

}  // namespace

TEST_CASE("Every command has a help text with examples, and the overview names it") {
    AppWorld world;
    CHECK(world.run({"--help"}) == 0);
    const std::string overview = world.out;
    for (const std::string_view command : public_commands()) {
        CAPTURE(command);
        CHECK(overview.contains(command));
        CHECK(world.run({std::string(command), "--help"}) == 0);
        CHECK(world.out.contains("Examples:"));
        CHECK(world.out.contains("svcwrap " + std::string(command)));
        CHECK(world.err.empty());
        const std::string by_option = world.out;
        CHECK(world.run({"help", std::string(command)}) == 0);
        CHECK(world.out == by_option);
    }
    CHECK_FALSE(overview.contains("send-console-event"));
}

TEST_CASE("The version is one line") {
    AppWorld world;
    CHECK(world.run({"--version"}) == 0);
    CHECK(world.out == "svcwrap 0.1.0\n");
}

TEST_CASE("svcwrap alone shows its help and fails") {
    AppWorld world;
    CHECK(world.run({}) == 2);
    CHECK(world.out.contains("install"));
}

TEST_CASE("A wrong command line is told in one line with the help to read") {
    struct Row {
        std::vector<std::string> words;
        std::string said;
        std::string help;
    };
    const auto row = GENERATE(values<Row>({
        {{"instal", "App"}, "did you mean install?", "svcwrap --help"},
        {{"Status"}, "did you mean status?", "svcwrap --help"},
        {{"frobnicate"}, "unknown command frobnicate", "svcwrap --help"},
        {{"--frobnicate"}, "unknown option --frobnicate", "svcwrap --help"},
        {{"start"}, "NAME", "svcwrap start --help"},
        {{"start", "App", "--settel", "1s"}, "unknown option --settel; did you mean --settle?", "svcwrap start --help"},
        {{"start", "App", "Other"}, "too much: Other", "svcwrap start --help"},
        {{"history", "App", "-n", "-1"}, "--count: \"-1\" is no number", "svcwrap history --help"},
        {{"logs", "App", "--run", "x"}, "--run: \"x\" is no number", "svcwrap logs --help"},
        {{"start", "App", "--settle", "1"}, "--settle", "svcwrap start --help"},
        {{"start", "App", "--timeout", "-1s"}, "--timeout", "svcwrap start --help"},
        {{"stop", "App", "--", "x"}, "only install and run", "svcwrap stop --help"},
        {{"install", "App", "--start", "always"}, "auto", "svcwrap install --help"},
        {{"install", "App", "--stop", "kill"}, "ctrl-break", "svcwrap install --help"},
        {{"install", "App", "--exe", "a.exe", "--port"}, "behind --", "svcwrap install --help"},
        {{"send-console-event", "x", "c"}, "ID", "svcwrap send-console-event --help"},
        {{"send-console-event", "12", "d"}, "EVENT", "svcwrap send-console-event --help"},
    }));
    CAPTURE(row.words);
    AppWorld world;
    CHECK(world.run(row.words) == 2);
    CAPTURE(world.err);
    CHECK(world.out.empty());
    CHECK(world.err.contains(row.said));
    CHECK(world.err.ends_with("see " + row.help + "\n"));
    CHECK(std::ranges::count(world.err, '\n') == 2);  // the error and where to read on
}

TEST_CASE("A usage error is JSON where JSON was asked for") {
    AppWorld world;
    CHECK(world.run({"start", "--json"}) == 2);
    CHECK(world.err.empty());
    CHECK(world.json().find("error")->find("kind")->as_string() == "usage");
    CHECK_FALSE(world.json().find("ok")->as_bool(true));
}

TEST_CASE("What stands behind -- reaches the child untouched") {
    const std::vector<std::string> odd{"--json",    "--", "-x",     "",   "[a,b]", "%PATH%",
                                       "two words", "/c", "--help", "\"", "\\"};
    std::vector<std::string> words{"install", "App", "--exe", "a.exe", "--"};
    words.insert(words.end(), odd.begin(), odd.end());
    const auto request = std::get<InstallRequest>(parsed(words));
    CHECK(request.arguments == odd);
    CHECK_FALSE(request.json);
    words[0] = "run";
    words.erase(words.begin() + 1);
    CHECK(std::get<RunRequest>(parsed(words)).arguments == odd);
}

TEST_CASE("Values are taken as they stand, whatever they look like") {
    const auto request =
        std::get<InstallRequest>(parsed({"install", "--env", "A=[x,y]", "--env", "B=", "App", "--exe", "/c/app.exe",
                                         "--description", "[a] b", "--display-name", ""}));
    CHECK(request.name == "App");
    CHECK(request.executable == "/c/app.exe");
    CHECK(request.environment == std::vector<std::string>{"A=[x,y]", "B="});
    CHECK(request.description == "[a] b");
    CHECK(request.display_name == "");
}

TEST_CASE("Options are understood behind and before the name, with and without =") {
    const auto words =
        GENERATE(values<std::vector<std::string>>({{"start", "App", "--settle", "5s", "--timeout=2m", "--json"},
                                                   {"start", "--settle=5s", "--json", "--timeout", "2m", "App"}}));
    const auto request = std::get<StartRequest>(parsed(words));
    CHECK(request.name == "App");
    CHECK(request.limits.settle == std::chrono::seconds(5));
    CHECK(request.limits.timeout == std::chrono::minutes(2));
    CHECK(request.json);
}

TEST_CASE("The service's own command line is understood as make_image_path writes it") {
    const auto request =
        std::get<ServiceRequest>(parsed({"service", "--name", "My App", "--config", "C:\\a b\\My App.toml"}));
    CHECK(request.name == "My App");
    CHECK(request.config_file == "C:\\a b\\My App.toml");
}

TEST_CASE("The nearest command is near") {
    const auto [word, nearest] = GENERATE(table<std::string, std::string>({{"instal", "install"},
                                                                           {"unistall", "uninstall"},
                                                                           {"stauts", "status"},
                                                                           {"STOP", "stop"},
                                                                           {"restrat", "restart"},
                                                                           {"chekc", "check"},
                                                                           {"xyz", ""},
                                                                           {"", ""},
                                                                           {"service", ""}}));
    CAPTURE(word);
    CHECK(nearest_command(word) == nearest);
}

TEST_CASE("--version --verbose names the libraries in svcwrap") {
    testing::AppWorld world;
    CHECK(world.run({"--version", "--verbose"}) == 0);
    CHECK(world.out.starts_with("svcwrap "));
    CHECK(world.out.contains("toml++"));
    CHECK(world.out.contains("MIT"));
}

}  // namespace svcwrap::app
