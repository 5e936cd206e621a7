#ifdef _WIN32
#include "platform/win32/command_line.hpp"

#include <catch_amalgamated.hpp>

namespace svcwrap::platform::win32 {

namespace {

const std::string k_system = "C:\\Windows\\System32";

LaunchSpec spec_of(std::string executable, std::vector<std::string> arguments) {
    LaunchSpec spec;
    spec.executable = std::move(executable);
    spec.arguments = std::move(arguments);
    return spec;
}

}  // namespace

TEST_CASE("a batch file runs in cmd.exe of System32, quoted so that /s gives the line back") {
    struct Row {
        std::string argument;
        std::string quoted;
    };
    const auto row =
        GENERATE(Row{"plain", "plain"}, Row{"two words", "\"two words\""}, Row{"", "\"\""}, Row{"a&b|c", "\"a&b|c\""},
                 Row{"C:\\x\\", "C:\\x\\"}, Row{"C:\\my x\\", "\"C:\\my x\\\\\""}, Row{"^", "\"^\""},
                 Row{"a,b", "\"a,b\""}, Row{"grün", "grün"});
    for (const auto* extension : {".bat", ".CMD"}) {
        const auto command = make_command(spec_of(std::string("C:\\my apps\\x") + extension, {row.argument}), k_system);
        REQUIRE(command.has_value());
        CHECK(command->application == k_system + "\\cmd.exe");
        CHECK(command->command_line ==
              k_system + "\\cmd.exe /d /e:on /v:off /s /c \"\"C:\\my apps\\x" + extension + "\" " + row.quoted + "\"");
    }
}

TEST_CASE("what cmd.exe cannot pass on safely is refused for batch files only") {
    const auto* argument = GENERATE("a\"b", "%PATH%", "50%", "a\nb", "a\rb");
    const auto batch = make_command(spec_of("C:\\x.cmd", {argument}), k_system);
    REQUIRE_FALSE(batch.has_value());
    CHECK(batch.error().kind == ErrorKind::launch_failed);
    CHECK(make_command(spec_of("C:\\x.exe", {argument}), k_system).has_value());
    CHECK_FALSE(make_command(spec_of("C:\\%x%\\x.cmd", {}), k_system).has_value());
}

TEST_CASE("a NUL and a command line that is too long are refused") {
    CHECK_FALSE(make_command(spec_of("C:\\x.exe", {std::string("a\0b", 3)}), k_system).has_value());
    CHECK(make_command(spec_of("C:\\x.exe", {std::string(32'000, 'a')}), k_system).has_value());
    CHECK_FALSE(make_command(spec_of("C:\\x.exe", {std::string(32'767, 'a')}), k_system).has_value());
    CHECK_FALSE(make_command(spec_of("C:\\x.cmd", {std::string(8'192, 'a')}), k_system).has_value());
}

TEST_CASE("an environment block is sorted without case and ends with two NULs") {
    const auto block = make_environment_block({{"b", "2"}, {"A", "1"}, {"C", ""}});
    REQUIRE(block.has_value());
    CHECK((*block == std::wstring(L"A=1\0b=2\0C=\0\0", 12)));
    CHECK((make_environment_block({}) == std::wstring(L"\0\0", 2)));
}

TEST_CASE("a variable that would break the block is refused") {
    const auto name = GENERATE(std::string(), std::string("a=b"), std::string("a\0b", 3));
    CHECK_FALSE(make_environment_block({{name, "x"}}).has_value());
    CHECK_FALSE(make_environment_block({{"a", std::string("x\0y", 3)}}).has_value());
}

}  // namespace svcwrap::platform::win32
#endif
