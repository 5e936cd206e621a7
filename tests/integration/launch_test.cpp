// How a child is started: what it sees of its arguments, folder and environment, and what its end tells.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <filesystem>
#include <random>

#include "base/path.hpp"
#include "integration/child_run.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::testing {

namespace {

std::string expected_echo(const std::vector<std::string>& arguments) {
    std::string text;
    for (const std::string& argument : arguments) {
        text += std::to_string(argument.size()) + ":" + argument + "\n";
    }
    return text;
}

// Arguments made of the characters that quoting rules stumble over.
std::vector<std::string> nasty_arguments(std::mt19937& random, std::size_t count) {
    static const std::vector<std::string> parts{"\"", "\\", " ",  "\t",   "a",    "%PATH%", "^", "&", "'",
                                                "ä",  "日", "😀", "\\\\", "\\\"", "*",      "?", "|", "<",
                                                ">",  "(",  ")",  "!",    "=",    ",",      "\n"};
    std::vector<std::string> arguments;
    for (std::size_t i = 0; i < count; ++i) {
        std::string argument;
        for (std::size_t length = random() % 8; length > 0; --length) {
            argument += parts[random() % parts.size()];
        }
        arguments.push_back(argument);
    }
    return arguments;
}

bool has_line(const std::string& text, const std::string& line) {
    return std::ranges::contains(lines_of(text), line);
}

// What file name a copy of a fixture needs to be startable.
std::string program_name(const std::string& stem) {
#ifdef _WIN32
    return stem + ".exe";
#else
    return stem;
#endif
}

std::filesystem::path to_path(const std::string& text) {
    return std::filesystem::path(std::u8string(text.begin(), text.end()));
}

}  // namespace

TEST_CASE("a child gets exactly the arguments that the spec names") {
    const std::vector<std::string> arguments{
        "plain", "",     "two words", "tail\\",   "tail space\\", "q\"x", "\\\"", "tab\there", "C:\\Program Files\\x\\",
        "ünï",   "日本", "😀",        "a\\\\\"b", "%PATH%",       "*",    "&|<>^"};
    const auto result = run(spec_of("echo_args", arguments));
    CHECK(result.output == expected_echo(arguments));
    CHECK(describe(result.code) == describe(ExitCode{0}));
}

TEST_CASE("random nasty arguments arrive unchanged") {
    const auto seed = Catch::getSeed();
    std::mt19937 random(seed);
    for (int round = 0; round < 8; ++round) {
        const auto arguments = nasty_arguments(random, 40);
        const auto result = run(spec_of("echo_args", arguments));
        INFO("seed " << seed << ", round " << round);
        REQUIRE(result.output == expected_echo(arguments));
    }
}

TEST_CASE("exit codes arrive as they are, 259 included") {
#ifdef _WIN32
    const std::uint32_t code = GENERATE(0U, 1U, 3U, 255U, 259U, 0xC000013AU, 0xFFFFFFFFU);
#else
    const std::uint32_t code = GENERATE(0U, 1U, 3U, 255U);
#endif
    CHECK(describe(run(spec_of("exit_with", {std::to_string(code)})).code) == describe(ExitCode{code}));
}

#ifdef _WIN32
TEST_CASE("a crash ends a child with its exception code") {
    const auto result = run(spec_of("crash"));
    CHECK(describe(result.code) == describe(ExitCode{0xC0000005}));
    CHECK(result.output.starts_with("about to crash\n"));
}
#endif

TEST_CASE("a child starts in the working directory of the spec") {
    const TempFolder folder;
    auto spec = spec_of("print_env");
    spec.working_directory = folder.path();
    CHECK(has_line(run(spec).output, "cwd=" + folder.path()));
}

TEST_CASE("a child has the environment of the spec and nothing else of ours") {
    auto spec = spec_of("print_env");
    spec.environment.emplace_back("svcwrap_test_größe", "日本 = 😀");
    spec.environment.emplace_back("SVCWRAP_TEST_EMPTY", "");
    const auto output = run(spec).output;
    CHECK(has_line(output, "svcwrap_test_größe=日本 = 😀"));
    CHECK(has_line(output, "SVCWRAP_TEST_EMPTY="));

    spec.environment = {{"ONLY", "this"}};
#ifdef _WIN32
    spec.environment.emplace_back("SystemRoot", "C:\\windows");
#endif
    const auto bare = run(spec).output;
    CHECK(has_line(bare, "ONLY=this"));
    CHECK_FALSE(bare.contains("SVCWRAP_TEST_EMPTY"));
    CHECK_FALSE(bare.contains("\nPATH="));
}

TEST_CASE("a program with a name that is not ASCII can be started") {
    const TempFolder folder;
    const std::string copy = folder.path_of(program_name("größe 日本"));
    std::filesystem::copy_file(to_path(fixture_path("echo_args")), to_path(copy));
    auto spec = spec_of("echo_args", {"x"});
    spec.executable = copy;
    CHECK(run(spec).output == expected_echo({"x"}));
}

TEST_CASE("a program whose path is longer than 260 characters can be started") {
    if (is_wine()) {
        SKIP("Wine's CreateProcess cuts the path of a program at 260 characters; Windows does not");
    }
    const TempFolder folder;
    const auto files = platform::make_file_system();
    std::string deep = folder.path();
    for (int i = 0; i < 6; ++i) {
        deep = join_path(deep, std::string(50, static_cast<char>('a' + i)));
    }
    REQUIRE(files->make_folders(deep).has_value());
    const std::string copy = join_path(deep, program_name("program"));
    REQUIRE(copy.size() > 300);
    const auto bytes = files->read_text(fixture_path("echo_args"), 64_MiB);
    REQUIRE(bytes.has_value());
    REQUIRE(files->write_whole(copy, *bytes).has_value());
#ifndef _WIN32
    std::filesystem::permissions(copy, std::filesystem::perms::owner_all);
#endif
    auto spec = spec_of("echo_args", {"x"});
    spec.executable = copy;
    CHECK(run(spec).output == expected_echo({"x"}));
}

TEST_CASE("a launch that fails names its stage and the path") {
    boost::asio::io_context loop;
    const auto launcher = platform::make_process_launcher();
    SECTION("no such program") {
        auto spec = spec_of("echo_args");
        spec.executable = fixture_path("no_such_program");
        const auto launched = launcher->launch(spec, loop);
        REQUIRE_FALSE(launched.has_value());
        CHECK(launched.error().kind == ErrorKind::launch_failed);
        CHECK(launched.error().where == name_of(platform::LaunchStage::resolve_executable));
        CHECK(launched.error().message.contains(spec.executable));
        CHECK(launched.error().os_code == 2U);
    }
    SECTION("no such working directory") {
        auto spec = spec_of("echo_args");
        spec.working_directory = fixture_path("no_such_folder");
        const auto launched = launcher->launch(spec, loop);
        REQUIRE_FALSE(launched.has_value());
        CHECK(launched.error().kind == ErrorKind::launch_failed);
        CHECK(launched.error().where == name_of(platform::LaunchStage::create_process));
        CHECK(launched.error().message.contains(spec.executable));
    }
    SECTION("not a program") {
        const TempFolder folder;
        folder.write("text.exe", "this is no program");
        std::filesystem::permissions(folder.path_of("text.exe"), std::filesystem::perms::owner_all);
        auto spec = spec_of("echo_args");
        spec.executable = folder.path_of("text.exe");
        const auto launched = launcher->launch(spec, loop);
        REQUIRE_FALSE(launched.has_value());
        CHECK(launched.error().kind == ErrorKind::launch_failed);
        CHECK(launched.error().where == name_of(platform::LaunchStage::create_process));
    }
}

}  // namespace svcwrap::testing
