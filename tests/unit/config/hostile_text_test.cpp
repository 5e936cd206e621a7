#include <algorithm>
#include <random>

#include "config/toml_guard.hpp"
#include "unit/config/config_testing.hpp"

using namespace svcwrap;
using namespace svcwrap::config;

namespace {

std::string repeated(const std::string& part, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += part;
    return out;
}

// Every error must be printable and have a place, whatever the text was.
void check_survives(const std::string& text) {
    const auto config = parse_config(text, k_file);
    if (config) return;
    REQUIRE_FALSE(config.error().empty());
    for (const auto& error : config.error()) {
        REQUIRE(error.kind == ErrorKind::bad_config);
        REQUIRE(error.where.starts_with(k_file + ":"));
        REQUIRE_FALSE(error.message.contains('\n'));
    }
}

}  // namespace

TEST_CASE("Deep nesting of any kind is an error, not a crash") {
    for (const auto& text : {repeated("a.", 200'000) + "a = 1", "[" + repeated("a.", 200'000) + "a]",
                             "[[" + repeated("a.", 200'000) + "a]]", "x = " + repeated("[", 200'000),
                             "x = " + repeated("{a=", 200'000), repeated("\"a\".", 100'000) + "a = 1",
                             repeated("'a' . ", 100'000) + "a = 1", "x = {" + repeated("a.", 200'000) + "a = 1}"}) {
        parse_bad(text);
    }
    // As deep as the limits allow.
    const auto sixteen = repeated("a.", 15) + "a";
    check_survives("[" + sixteen + "]\n" + sixteen + " = " + repeated("{" + sixteen + " = ", 25) + "1" +
                   repeated("}", 25));
}

TEST_CASE("Points in strings and comments are not taken for keys") {
    const auto points = repeated(".", 100);
    CHECK_FALSE(find_unsafe_toml("a = \"" + points + "\" # " + points));
    CHECK_FALSE(find_unsafe_toml("a = '" + points + "'"));
    CHECK_FALSE(find_unsafe_toml("a = \"\"\"\n" + points + "\"\"" + points + "\"\"\"\"\"\nb = '''" + points + "'''"));
    CHECK_FALSE(find_unsafe_toml("a = \"\\\"" + points + "\""));
    CHECK_FALSE(
        find_unsafe_toml("a = [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]"));
    CHECK(find_unsafe_toml("a = \"\\\\\"\n" + repeated("a.", 20)));
    CHECK(find_unsafe_toml("a = 'it\\'\n" + repeated("a.", 20)));
    CHECK(find_unsafe_toml("a = \"\"\"x\"\"\"\n" + repeated("a.", 20)));
}

TEST_CASE("Characters beyond ASCII are fine in strings and comments and errors elsewhere") {
    CHECK(parse_good(minimal("arguments = [\"Ç\", 'Ç', \"\"\"Ç\"\"\", '''Ç'''] # Ç\n")).process.arguments.size() == 4);
    for (const std::string text :
         {"\xC3\x87", "Ç = 1", "a Ç= 1", "a = Ç", "a = 1Ç", "[Ç]", "a = \"\\Ç\"", "a = \"\"\"\\Ç\"\"\"",
          "a = \"\"\"\\\nÇ\"\"\"", "a = \"\"\"\\  \n  Ç\"\"\"", "\xC2\xA0",
          "a =\xC2\xA0"
          "1",
          "\xE2\x80\xA8", "a = 1 \xEF\xBB\xBF"}) {
        INFO(text);
        CHECK(parse_bad(text).size() == 1);
    }
}

TEST_CASE("A quote begins a string only where one can stand") {
    for (const std::string text :
         {"a = [0o'\xEF\xBA\xBF' ]", "a = 1\"Ç\"", "a = 'x''Ç'", "a'Ç' = 1", "a = true\"\"\"Ç\"\"\""}) {
        INFO(text);
        CHECK(find_unsafe_toml(text));
        CHECK(parse_bad(text).size() == 1);
    }
    CHECK_FALSE(
        find_unsafe_toml("\xEF\xBB\xBF\"Ç\".'Ç'=[\"Ç\",'Ç',\n\"Ç\"]\r\n\"Ç\"\t=\t{\"Ç\"='Ç'}\n[\"Ç\"]\n['Ç'.'Ç']"));
}

TEST_CASE("A table header without a name is an error on its line") {
    for (const std::string header : {"[!]", "[[!]]", "[ =", "[\n]", "[[\n", "[", "[[", "[#"}) {
        INFO(header);
        const auto errors = parse_bad("a = 1\n\n" + header);
        REQUIRE(errors.size() == 1);
        CHECK(errors[0].where.starts_with(k_file + ":3:"));
        CHECK(parse_bad("a = 1\n\n" + header + "\nb = [\n")[0].where.starts_with(k_file + ":3:"));
    }
}

TEST_CASE("No mutilated configuration crashes the reader") {
    const auto base = minimal(
        "arguments = [\"a\", 'b', \"\"\"c\\\n d\"\"\"] # ü\n[process.environment]\nA = \"%B%\"\n[stop]\nsteps = [{ "
        "method = \"ctrl-c\", timeout = \"1s\" "
        "}]\n[[restart.rules]]\nexit_codes = [3, \"crash\", 1.5, 1979-05-27T07:32:00Z]\n[logs.rotate]\nmax_size = \"1 "
        "MiB\"\nx = inf\n");
    std::mt19937 random(42);
    static const std::string alphabet =
        "\"'[]{}=.,#\\\n\r\t \xC3\x87\xEF\xBB\xBF_-+:eE01xbTZuU\xFF" + std::string(1, '\0');
    for (int round = 0; round < 5'000; ++round) {
        auto text = base;
        for (auto edits = 1 + random() % 4; edits != 0; --edits) {
            const auto at = random() % text.size();
            const char c = alphabet[random() % alphabet.size()];
            if (random() % 3 == 0) text.erase(at, 1 + random() % 8);
            if (text.empty())
                text = base;
            else if (random() % 2 == 0)
                text.insert(std::min<std::size_t>(at, text.size()), 1, c);
            else
                text[std::min<std::size_t>(at, text.size() - 1)] = c;
        }
        check_survives(text);
    }
}

TEST_CASE("Random characters do not crash the reader") {
    std::mt19937 random(43);
    static const std::string alphabet = "\"\"\"'''[[]]{}==..,#\\\\\n\n\r ab\xC3\x87\xE2\x80\xA8_-01";
    for (int round = 0; round < 20'000; ++round) {
        std::string text(random() % 24, ' ');
        for (auto& c : text) c = alphabet[random() % alphabet.size()];
        check_survives(text);
    }
}
