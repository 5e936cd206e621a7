#include "logs/linear_regex.hpp"

#include <catch_amalgamated.hpp>
#include <string>

namespace svcwrap::logs {

namespace {

// "start+size" of the first match, or "none".
std::string found(std::string_view pattern, std::string_view text) {
    const auto regex = LinearRegex::compile(pattern);
    REQUIRE(regex);
    const auto match = regex->find(text);
    return match ? std::to_string(match->start) + "+" + std::to_string(match->size) : "none";
}

}  // namespace

TEST_CASE("patterns match as in Perl") {
    struct Row {
        const char* pattern;
        const char* text;
        const char* match;
    };
    const Row rows[] = {
        {"b", "abc", "1+1"},
        {"", "abc", "0+0"},
        {"x", "abc", "none"},
        {"a|ab", "xab", "1+1"},
        {"ab|a", "xab", "1+2"},
        {"a*", "aaa", "0+3"},
        {"a*?", "aaa", "0+0"},
        {"a+?b", "xaab", "1+3"},
        {"<.+>", "<a><b>", "0+6"},
        {"<.+?>", "<a><b>", "0+3"},
        {"a{2}", "aaaa", "0+2"},
        {"a{2,}", "aaaa", "0+4"},
        {"a{1,3}", "aaaa", "0+3"},
        {"a{0,1}b", "aab", "1+2"},
        {"^b", "ab", "none"},
        {"^a", "ab", "0+1"},
        {"b$", "ab", "1+1"},
        {"a$", "ab", "none"},
        {"^$", "", "0+0"},
        {R"(\bb)", "ab b", "3+1"},
        {R"(a\B)", "a ab", "2+1"},
        {"[a-c]+", "xxabcd", "2+3"},
        {"[^a-c]+", "abxyc", "2+2"},
        {"[]a]", "x]", "1+1"},
        {"[a-]", "x-", "1+1"},
        {R"([\d.]+)", "v1.2", "1+3"},
        {R"(\x41\.)", "A.", "0+2"},
        {"(ab|cd)+e", "xabcde", "1+5"},
        {"(?:a(b))c", "abc", "0+3"},
        {"(?i)HeLLo", "say hello", "4+5"},
        {"(?i)[A-C]x", "bX", "0+2"},
        {"a.c", "a\nc", "none"},
        {"(a*)*b", "aaab", "0+4"},
        {"(a|b)*c|d", "abd", "2+1"},
        {"\xC3\xBC+", "x\xC3\xBC", "1+2"},
        {"()", "x", "0+0"},
    };
    for (const Row& row : rows) {
        INFO(row.pattern << " in " << row.text);
        CHECK(found(row.pattern, row.text) == row.match);
    }
}

TEST_CASE("a search can begin further on") {
    const auto regex = LinearRegex::compile("^a|b");
    REQUIRE(regex);
    CHECK(regex->find("abab", 1)->start == 1);
    CHECK(regex->find("abab", 2)->start == 3);
    CHECK_FALSE(regex->find("abab", 4));
}

TEST_CASE("what a pattern must not be is refused with its place") {
    for (const char* bad : {"(", ")", "a)", "[a", "*", "a|*", "a{2,1}", "a{", "a{1001}", "\\", R"(\1)", R"(\p)",
                            "(?=a)", "(?<a>b)", "[z-a]", R"([a-\d])", R"(\x4)", "((((a{100}){100}){100}){100})"}) {
        INFO(bad);
        const auto regex = LinearRegex::compile(bad);
        REQUIRE_FALSE(regex);
        CHECK(regex.error().kind == ErrorKind::usage);
        CHECK(regex.error().message.contains("at its character"));
    }
    CHECK_FALSE(LinearRegex::compile(std::string(10'000, '(')));
}

TEST_CASE("patterns that take other engines for ever are done soon") {
    const std::string text(20'000, 'a');
    for (const char* evil : {"(a+)+$x", "(a|aa)+b", "(a*)*b", "a?a?a?a?a?a?a?a?a?a?aaaaaaaaaab", "(.*a){12}b"}) {
        CHECK(found(evil, text) == "none");
    }
}

}  // namespace svcwrap::logs
