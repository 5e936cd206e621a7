#include "base/argv.hpp"

#include <catch_amalgamated.hpp>
#include <random>

using namespace svcwrap;
using Arguments = std::vector<std::string>;

namespace {

std::string random_argument(std::mt19937& random) {
    static const Arguments pieces{"\\", "\\", "\"", "\"", " ", "\t", "a", "b", "ü", "日本", "\xF0\x9F\x98\x80",
                                  "\n", "%",  "'"};
    std::uniform_int_distribution<std::size_t> length(0, 8);
    std::uniform_int_distribution<std::size_t> piece(0, pieces.size() - 1);
    std::string out;
    for (auto i = length(random); i != 0; --i) out += pieces[piece(random)];
    return out;
}

}  // namespace

TEST_CASE("Any arguments come back from the command line that was made of them") {
    std::mt19937 random(20261121);
    for (int round = 0; round < 20000; ++round) {
        Arguments arguments(random() % 5);
        for (auto& argument : arguments) argument = random_argument(random);
        const std::string program = R"(C:\Program Files\app\)" + std::string(round % 2 != 0 ? "x.exe" : "");
        const auto line = join_command_line(program, arguments);
        auto expected = arguments;
        expected.insert(expected.begin(), program);
        INFO(line);
        REQUIRE(split_command_line(line) == expected);
    }
}

TEST_CASE("An argument is quoted only where it must be, and backslashes are doubled only before a quote") {
    struct Row {
        std::string argument;
        std::string quoted;
    };
    const auto row = GENERATE(values<Row>({
        {"plain", "plain"},
        {"", "\"\""},
        {"two words", "\"two words\""},
        {"tab\there", "\"tab\there\""},
        {R"(C:\folder\)", R"(C:\folder\)"},
        {R"(C:\a folder\)", R"("C:\a folder\\")"},
        {R"(say "hi")", R"("say \"hi\"")"},
        {R"(a\"b)", R"("a\\\"b")"},
        {R"(\\server\share)", R"(\\server\share)"},
        {R"(a\\b c)", R"("a\\b c")"},
        {"日本", "日本"},
    }));
    CHECK(quote_argument(row.argument) == row.quoted);
}

TEST_CASE("A command line is split as CommandLineToArgvW documents it") {
    struct Row {
        std::string line;
        Arguments arguments;
    };
    const auto row = GENERATE(values<Row>({
        // "Parsing C command-line arguments"; the rules of both readers agree on these.
        {R"(x "abc" d e)", {"x", "abc", "d", "e"}},
        {R"(x "a b c" d e)", {"x", "a b c", "d", "e"}},
        {R"(x "ab\"c" "\\" d)", {"x", "ab\"c", "\\", "d"}},
        {R"(x a\\b d"e f"g h)", {"x", R"(a\\b)", "de fg", "h"}},
        {R"(x a\\\b d"e f"g h)", {"x", R"(a\\\b)", "de fg", "h"}},
        {R"(x a\\\"b c d)", {"x", R"(a\"b)", "c", "d"}},
        {R"(x a\\\\"b c" d e)", {"x", R"(a\\b c)", "d", "e"}},
        // Doubled quotes: here CommandLineToArgvW closes the quotation, the C runtime does not.
        {R"(x a"b"" c d)", {"x", "ab\"", "c", "d"}},
        {R"(x """a b""" c)", {"x", "\"a", "b\"", "c"}},
        {R"(x "" y)", {"x", "", "y"}},
        {R"(x "unclosed arg)", {"x", "unclosed arg"}},
        {"x  \t a \t ", {"x", "a"}},
        // argv[0]: quotes end at the next quote and backslashes mean nothing.
        {R"("C:\Program Files\a.exe" b)", {R"(C:\Program Files\a.exe)", "b"}},
        {R"("C:\dir\" b)", {R"(C:\dir\)", "b"}},
        {R"("a"b c)", {"a", "b", "c"}},
        {R"(C:\a"b c)", {R"(C:\a"b)", "c"}},
        {" a b", {"", "a", "b"}},
        {"\"unclosed program", {"unclosed program"}},
        {"x", {"x"}},
        {"", {}},
    }));
    INFO(row.line);
    CHECK(split_command_line(row.line) == row.arguments);
}

TEST_CASE("The program of a command line is always quoted and holds no quote") {
    CHECK(join_command_line(R"(C:\a.exe)", {}) == R"("C:\a.exe")");
    CHECK(join_command_line("a\"b.exe", Arguments{"x"}) == R"("ab.exe" x)");
}

TEST_CASE("A name in a suggested command is quoted where a shell would cut it") {
    CHECK(typed("MyApp-2.x_") == "MyApp-2.x_");
    CHECK(typed("Grüße") == "Grüße");
    CHECK(typed("My App") == "\"My App\"");
    CHECK(typed("a&b") == "\"a&b\"");
    CHECK(typed("it's") == "\"it's\"");
    CHECK(typed("") == "\"\"");
}
