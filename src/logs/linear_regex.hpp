#pragma once
// Regular expressions whose cost is bounded by the size of the pattern times the length of the text, whatever the
// pattern: all its ways are followed at once (Thompson 1968; "Regular Expression Matching Can Be Simple And Fast", Cox
// 2007). Pure.
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace svcwrap::logs {

struct RegexMatch {
    std::size_t start = 0;
    std::size_t size = 0;
};

// Knows: characters, "." (any but a newline), [sets] and [^sets] with ranges, \d \w \s and \D \W \S, \t \r \n \xHH, a
// backslash before anything that is no letter or digit, ( ) and (?: ), |, * + ? {n} {n,} {n,m} and the same with a ?
// behind (as few as possible), ^ $ \b \B, and (?i) at the start (case of ASCII letters ignored). Works on bytes: "."
// and sets match a byte, characters beyond ASCII match themselves. Of several matches the leftmost one counts, then the
// one that Perl would choose. Thread-safe: searching changes nothing.
class LinearRegex {
public:
    // Errors: usage, saying what is wrong with the pattern. Back references and look-around are refused, and patterns
    // that are too large.
    [[nodiscard]] static Result<LinearRegex> compile(std::string_view pattern);

    // The first match at or behind `start`.
    [[nodiscard]] std::optional<RegexMatch> find(std::string_view text, std::size_t start = 0) const;

    enum class Code : std::uint8_t { set, split, jump, begin, end, word_edge, no_word_edge, match };
    struct Instruction {
        Code code = Code::match;
        std::uint32_t first = 0;   // set: its index; split, jump: where to go on (split: preferred)
        std::uint32_t second = 0;  // split: the other way
    };
    using ByteSet = std::bitset<256>;
    struct Program {
        std::vector<Instruction> code;
        std::vector<ByteSet> sets;
    };

private:
    explicit LinearRegex(Program program);
    void find_first_bytes();
    [[nodiscard]] std::size_t next_candidate(std::string_view text, std::size_t place) const;

    Program program_;
    ByteSet first_bytes_;  // of a match; all if it may be empty
};

}  // namespace svcwrap::logs
