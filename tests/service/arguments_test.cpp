// Arguments and paths through the whole chain: svcwrap's command line, TOML, the child's command line.
#include <catch_amalgamated.hpp>
#include <string>
#include <vector>

#include "service/programs.hpp"
#include "service/test_service.hpp"

using namespace svcwrap::testing;

namespace {

void copy_program(const Path& from, const Path& to) {
    make_folder(to.parent_path());
    INFO(to_utf8(to));
    REQUIRE(CopyFileW(from.c_str(), long_path(to).c_str(), FALSE));
}

// Paths of what is in it are longer than 260 characters.
Path deep_folder(const TestService& service) {
    Path folder = service.temp();
    while (folder.native().size() < 280) folder /= L"a-folder-with-a-rather-long-name";
    return folder;
}

// What the service's program was given, when it has said it.
std::vector<std::string> heard_by(const TestService& service, std::size_t wanted) {
    std::vector<std::string> heard;
    const bool complete = wait_until([&] {
        heard = echoed_arguments(service.log());
        return heard.size() >= wanted;
    });
    INFO("log: " << service.log() << "\njournal: " << service.journal());
    CHECK(complete);
    return heard;
}

}  // namespace

TEST_CASE("Arguments from the command line of install arrive at the program exactly") {
    const TestService service;
    // By hand, so that svcwrap's own quoting is not what checks it.
    const std::string line =
        "install " + service.name() + " --exe \"" + to_utf8(fixture("echo_args")) +
        R"(" --start manual -- plain "two words" "say \"hi\"" "" "ends\\" back\slash "a\\\"b" )" +
        "\"tab\there\" \"\xC3\xA4\xC3\xB6\xC3\xBC \xE6\x97\xA5\xE6\x9C\xAC\" %PATH% ^& --json -h '";
    const std::vector<std::string> expected{"plain",  "two words", "say \"hi\"",
                                            "",       "ends\\",    "back\\slash",
                                            "a\\\"b", "tab\there", "\xC3\xA4\xC3\xB6\xC3\xBC \xE6\x97\xA5\xE6\x9C\xAC",
                                            "%PATH%", "^&",        "--json",
                                            "-h",     "'"};
    const Answer installed = run_svcwrap_line(line);
    INFO(to_text(installed));
    REQUIRE(installed.exit_code == 0);
    (void)service.command("start");  // the program ends at once, as it should
    CHECK(heard_by(service, expected.size()) == expected);
}

TEST_CASE("Arguments from a configuration arrive at the program exactly") {
    const std::vector<std::string> expected{"",      " ",  "\"",           "\\",  "\\\\", "\\\"",
                                            "a b\\", "\t", "\xE2\x82\xAC", "{x}", "#"};
    const TestService service(echoing(expected));
    (void)service.command("start");
    CHECK(heard_by(service, expected.size()) == expected);
}

TEST_CASE("A program in a folder with an unusual name is run, its working directory too") {
    const std::string folder = GENERATE("with spaces", "it's (x86) & co",
                                        "\xC3\xA4\xC3\xB6\xC3\xBC-\xE6\x97\xA5\xE6\x9C\xAC", "percent %TEMP% sign");
    TestService service;
    const Path place = service.temp() / to_path(folder);
    copy_program(fixture("echo_args"), place / L"the program.exe");
    const Answer installed =
        service.command("install", {"--exe", to_utf8(place / L"the program.exe"), "--start", "manual", "--", "here"});
    INFO(to_text(installed));
    REQUIRE(installed.exit_code == 0);
    (void)service.command("start");
    CHECK(heard_by(service, 1) == std::vector<std::string>{"here"});
}

TEST_CASE("A configuration in a folder with an unusual name is used") {
    const std::string folder = GENERATE("with spaces", "\xC3\xA4\xC3\xB6\xC3\xBC \xE6\x97\xA5\xE6\x9C\xAC");
    const TestService service;
    const Path file = service.temp() / to_path(folder) / L"my service.toml";
    write_file(file, make_config(service.name(), echoing({"here"}), "[logs]\ndirectory = '..\\logs'\n"));
    const Answer installed = service.command("install", {"--config", to_utf8(file)});
    INFO(to_text(installed));
    REQUIRE(installed.exit_code == 0);
    CHECK(scm::image_path(service.name()).contains("\"" + to_utf8(file) + "\""));
    (void)service.command("start");
    CHECK(heard_by(service, 1) == std::vector<std::string>{"here"});
}

TEST_CASE("A program whose path is longer than 260 characters is run", "[windows-only]") {
    if (under_wine()) SKIP("Wine's CreateProcess finds no program with so long a path");
    const TestService service;
    const Path program = deep_folder(service) / L"deep.exe";
    copy_program(fixture("echo_args"), program);
    const Answer installed = service.command("install", {"--exe", to_utf8(program), "--cwd", to_utf8(service.temp()),
                                                         "--start", "manual", "--", "deep down"});
    INFO(to_text(installed));
    REQUIRE(installed.exit_code == 0);
    (void)service.command("start");
    CHECK(heard_by(service, 1) == std::vector<std::string>{"deep down"});
}

TEST_CASE("A configuration and logs whose paths are longer than 260 characters are used") {
    const TestService service;
    const Path file = deep_folder(service) / L"service.toml";
    write_file(file, make_config(service.name(), echoing({"here"})));
    const Answer installed = service.command("install", {"--config", to_utf8(file)});
    INFO(to_text(installed));
    REQUIRE(installed.exit_code == 0);
    (void)service.command("start");
    const Path log = file.parent_path() / L"logs" / L"stdout.log";
    CHECK(wait_until([&] { return read_file(log) == "4:here\n"; }));
}

TEST_CASE("The program sees the environment of the configuration and the name of its service") {
    const Program program{.executable = fixture("print_env"), .arguments = {}};
    const TestService service(
        program, "[process.environment]\nFIRST = \"one\"\nSECOND = \"%FIRST% and two\"\nUMLAUT = \"\xC3\xA4\"\n");
    (void)service.command("start");
    for (const std::string line : {"FIRST=one", "SECOND=one and two", "UMLAUT=\xC3\xA4"})
        service.wait_for_log(line + "\n");
    service.wait_for_log("SVCWRAP_NAME=" + service.name() + "\n");
}
