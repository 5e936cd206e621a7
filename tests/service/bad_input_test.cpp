// What is wrong is refused, with its place and its exit code, and nothing is left behind.
#include <catch_amalgamated.hpp>
#include <filesystem>
#include <format>
#include <regex>
#include <string>
#include <vector>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

void check_nothing_is_left(const TestService& service) {
    CHECK_FALSE(scm::exists(service.name()));
    CHECK_FALSE(std::filesystem::exists(service.folder()));
}

struct Mistake {
    std::string what;
    std::string tables;  // begins on line 7 of the file
    int line;
    std::string hint;  // stands in the message
};

std::vector<Mistake> mistakes() {
    return {
        {"a syntax error", "[logs\n", 7, ""},
        {"an unclosed string", "[logs]\ndirectory = \"logs\n", 8, ""},
        {"an unknown key", "[restart]\npolcy = \"never\"\n", 8, "policy"},
        {"an unknown table", "[restrat]\npolicy = \"never\"\n", 7, "restart"},
        {"text for a number", "[restart]\nlimit = \"three\"\n", 8, "limit"},
        {"a number for a duration", "[restart]\ndelay = 5\n", 8, "delay"},
        {"a duration without a unit that exists", "[restart]\ndelay = \"5 parsecs\"\n", 8, "parsecs"},
        {"a word that is no choice", "[restart]\npolicy = \"sometimes\"\n", 8, "on-failure"},
        {"a number out of range", "[restart]\njitter = 7.5\n", 8, "jitter"},
        {"a key that stands twice", "[restart]\nlimit = 1\nlimit = 2\n", 9, "limit"},
        {"a stop method that does not exist", "[stop]\nsteps = [{ method = \"ask-nicely\", timeout = \"1s\" }]\n", 8,
         "ctrl-break"},
    };
}

}  // namespace

TEST_CASE("A mistake in the configuration is refused by check and by install, with file, line and column") {
    const Mistake mistake = GENERATE(from_range(mistakes()));
    TestService service;
    CAPTURE(mistake.what);
    const std::regex place(std::format("service\\.toml:{}:[1-9][0-9]*: ", mistake.line));

    const Answer installed = service.install(make_config(service.name(), sleeping(), mistake.tables));
    INFO(to_text(installed));
    CHECK(installed.exit_code == 5);
    CHECK(std::regex_search(installed.error, place));
    CHECK(installed.error.contains(mistake.hint));
    CHECK(installed.output.empty());
    check_nothing_is_left(service);

    const Answer checked = run_svcwrap({"check", to_utf8(service.config_file())});
    CHECK(checked.exit_code == 5);
    CHECK(checked.error == installed.error);
}

TEST_CASE("All mistakes of a configuration are told at once") {
    TestService service;
    const std::string tables = "[restart]\npolcy = \"never\"\njitter = 7.5\n[logs]\ndirectry = 'x'\n";
    const Answer answer = service.install(make_config(service.name(), sleeping(), tables));
    INFO(to_text(answer));
    CHECK(answer.exit_code == 5);
    for (const std::string place : {"service.toml:8:", "service.toml:9:", "service.toml:11:"}) {
        CAPTURE(place);
        CHECK(answer.error.contains(place));
    }
}

TEST_CASE("A good configuration passes check, which changes nothing") {
    TestService service;
    write_file(service.config_file(), make_config(service.name(), sleeping(), k_stop_by_ctrl_c));
    const Answer answer = run_svcwrap({"check", to_utf8(service.config_file())});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 0);
    check_nothing_is_left(service);
}

TEST_CASE("A program that does not exist is not installed") {
    TestService service;
    const std::string missing = to_utf8(service.temp() / L"missing.exe");
    SECTION("named by an option") {
        const Answer answer = service.command("install", {"--exe", missing});
        INFO(to_text(answer));
        CHECK(answer.exit_code == 4);
        CHECK(answer.error.contains(missing));
    }
    SECTION("named by a configuration") {
        const Answer answer =
            service.install(make_config(service.name(), {.executable = to_path(missing), .arguments = {}}));
        INFO(to_text(answer));
        CHECK(answer.exit_code == 4);
        CHECK(answer.error.contains(missing));
    }
    check_nothing_is_left(service);
}

TEST_CASE("A file that is no program is not installed, and a script's interpreter is named") {
    TestService service;
    const auto [file, hint] = GENERATE(table<std::string, std::string>({
        {"text.exe", "MZ"},
        {"script.py", "python.exe"},
        {"notes.txt", ""},
    }));
    const Path path = service.temp() / to_path(file);
    write_file(path, "this is a text\n");
    const Answer answer = service.command("install", {"--exe", to_utf8(path)});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 2);
    CHECK(answer.error.contains(to_utf8(path)));
    CHECK(answer.error.contains(hint));
    check_nothing_is_left(service);
}

TEST_CASE("A name that is taken is refused, and the service that has it stays as it is") {
    TestService service(sleeping());
    const std::string before = scm::image_path(service.name());
    const Answer answer = service.command("install", {"--exe", to_utf8(fixture("sleep_ms"))});
    INFO(to_text(answer));
    CHECK(answer.exit_code == 6);
    CHECK(answer.error.contains(service.name()));
    CHECK(scm::image_path(service.name()) == before);
}

TEST_CASE("Every command about a service that does not exist says so with exit code 4") {
    const std::string verb = GENERATE("start", "stop", "restart", "status", "uninstall");
    const TestService service;
    const Answer answer = service.command(verb);
    INFO(verb << ": " << to_text(answer));
    CHECK(answer.exit_code == 4);
    CHECK(answer.error.contains(service.name()));
    CHECK(answer.error.contains("1060"));
}

TEST_CASE("A name that cannot be a service's is refused") {
    const std::string name = GENERATE(as<std::string>{}, "a/b", "a\\b", "..", "", "new\nline", std::string(257, 'n'));
    const std::string sleep = to_utf8(fixture("sleep_ms"));
    const Answer answer = run_svcwrap({"install", name, "--exe", sleep, "--start", "manual"});
    INFO("name: " << name << "\n" << to_text(answer));
    CHECK(answer.exit_code == 2);
    CHECK_FALSE(answer.error.empty());
    CHECK_FALSE(scm::exists(name));
}

TEST_CASE("A command line that makes no sense is refused with exit code 2") {
    const std::string line =
        GENERATE("fly", "start", "status --colour", "install x", "install x --exe a.exe --config b.toml");
    const Answer answer = run_svcwrap_line(line);
    INFO(line << ": " << to_text(answer));
    CHECK(answer.exit_code == 2);
    CHECK_FALSE(answer.error.empty());
}
