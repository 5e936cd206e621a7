#include "base/exit_code.hpp"

#include <catch_amalgamated.hpp>

using namespace svcwrap;

TEST_CASE("A crash is told from a failure by its code") {
    for (const std::uint32_t code :
         {0xC0000000u, 0xC0000005u, 0xCFFFFFFFu, 0xE0434352u, 0xE06D7363u, 0x80000003u, 0x40000015u}) {
        CHECK(is_crash(ExitCode{code}));
    }
    for (const std::uint32_t code :
         {0u, 1u, 3u, 0xFFFFFFFFu, 0xFFFFFFFEu, 0xBFFFFFFFu, 0xD0000000u, 0xE0434353u, 0x80000004u}) {
        CHECK_FALSE(is_crash(ExitCode{code}));
    }
}

TEST_CASE("After our own stop these ends are clean and no others") {
    for (const std::uint32_t code : {0u, 1u, 130u, 143u, 0xC000013Au}) CHECK(is_clean_after_stop(ExitCode{code}));
    for (const std::uint32_t code : {2u, 137u, 0xC0000005u, 0xFFFFFFFFu})
        CHECK_FALSE(is_clean_after_stop(ExitCode{code}));
}

TEST_CASE("An exit code is described in the way that people look it up") {
    struct Row {
        std::uint32_t code;
        std::string text;
    };
    const auto row = GENERATE(values<Row>({
        {0, "exit code 0"},
        {3, "exit code 3 (often abort() or an uncaught C++ exception)"},
        {42, "exit code 42"},
        {9009, "exit code 9009 (command not recognised by cmd.exe)"},
        {0xC0000005, "exit code 0xC0000005 (3221225477, access violation)"},
        {0xC0001234, "exit code 0xC0001234 (3221230132)"},
        {0xFFFFFFFF, "exit code 0xFFFFFFFF (4294967295, exit(-1))"},
    }));
    CHECK(describe(ExitCode{row.code}) == row.text);
}

TEST_CASE("The codes that services die of have a meaning") {
    for (const std::uint32_t code :
         {0xC0000005u, 0xC00000FDu, 0xC0000135u, 0xC0000138u, 0xC0000139u, 0xC0000142u, 0xC0000374u, 0xC0000409u,
          0xC0000417u, 0xE0434352u, 0xE06D7363u, 0x80000003u, 0x40000015u, 1u, 128u, 9009u}) {
        INFO(code);
        CHECK_FALSE(meaning_of(ExitCode{code}).empty());
        CHECK_FALSE(remedy_of(ExitCode{code}).empty());
    }
    CHECK(meaning_of(k_exit_control_c) == "ended by Ctrl-C, Ctrl-Break or its console closing");
    CHECK(remedy_of(k_exit_control_c).empty());
    CHECK(meaning_of(ExitCode{42}).empty());
}
