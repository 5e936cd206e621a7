#include "logs/regex_parser.hpp"

#include <cctype>
#include <string>
#include <utility>

#include "base/decimal.hpp"

namespace svcwrap::logs {

namespace {

using Code = LinearRegex::Code;
using Instruction = LinearRegex::Instruction;
using ByteSet = LinearRegex::ByteSet;
// A part of a program whose jumps are relative: they count from its own start. Falls out at its end.
using Fragment = std::vector<Instruction>;

constexpr int k_deepest = 100;
constexpr std::uint32_t k_unlimited = UINT32_MAX;
constexpr std::uint32_t k_most_repeats = 1000;

std::uint32_t size_of(const Fragment& fragment) {
    return static_cast<std::uint32_t>(fragment.size());
}

void append(Fragment& fragment, const Fragment& more) {
    const std::uint32_t base = size_of(fragment);
    for (Instruction instruction : more) {
        if (instruction.code == Code::split || instruction.code == Code::jump) {
            instruction.first += base;
            instruction.second += base;
        }
        fragment.push_back(instruction);
    }
}

ByteSet range(unsigned first, unsigned last) {
    ByteSet set;
    for (unsigned byte = first; byte <= last; ++byte) {
        set.set(byte);
    }
    return set;
}

ByteSet digits() {
    return range('0', '9');
}
ByteSet words() {
    return digits() | range('a', 'z') | range('A', 'Z') | range('_', '_');
}
ByteSet spaces() {
    return range('\t', '\r') | range(' ', ' ');
}

struct Repeat {
    std::uint32_t least = 1;
    std::uint32_t most = 1;
    bool is_greedy = true;
};

class Parser {
public:
    explicit Parser(std::string_view pattern) : pattern_(pattern) {}

    Result<LinearRegex::Program> parse() {
        if (pattern_.starts_with("(?i)")) {
            ignores_case_ = true;
            at_ = 4;
        }
        auto all = alternatives(0);
        if (!all) {
            return std::unexpected(all.error());
        }
        if (at_ < pattern_.size()) {
            return wrong("a \")\" without a \"(\"");
        }
        all->push_back({.code = Code::match});
        if (all->size() > k_most_instructions) {
            return too_large();
        }
        return LinearRegex::Program{.code = *std::move(all), .sets = std::move(sets_)};
    }

private:
    [[nodiscard]] bool at_end() const { return at_ >= pattern_.size(); }
    [[nodiscard]] bool take(char c) {
        const bool is_next = !at_end() && pattern_[at_] == c;
        at_ += is_next ? 1 : 0;
        return is_next;
    }
    [[nodiscard]] std::unexpected<Error> wrong(std::string_view what) const {
        return fail(ErrorKind::usage,
                    "the pattern \"" + std::string(pattern_) + "\" is wrong at its character " +
                        std::to_string(at_ + 1) + ": " + std::string(what),
                    R"(known are . [a-z] \d \w \s ( ) | * + ? {2,5} ^ $ \b and (?i) at the start)");
    }
    [[nodiscard]] std::unexpected<Error> too_large() const { return wrong("it is too large; repeat less"); }

    Result<Fragment> alternatives(int depth) {
        if (depth > k_deepest) {
            return wrong("too many \"(\" within each other");
        }
        auto left = sequence(depth);
        while (left && take('|')) {
            auto right = sequence(depth);
            if (!right) {
                return right;
            }
            Fragment both{{.code = Code::split, .first = 1, .second = size_of(*left) + 2}};
            append(both, *left);
            both.push_back({.code = Code::jump, .first = size_of(*left) + size_of(*right) + 2});
            append(both, *right);
            left = std::move(both);
        }
        return left;
    }

    Result<Fragment> sequence(int depth) {
        Fragment all;
        while (!at_end() && pattern_[at_] != '|' && pattern_[at_] != ')') {
            auto one = repeated(depth);
            if (!one) {
                return one;
            }
            append(all, *one);
            if (all.size() > k_most_instructions) {
                return too_large();
            }
        }
        return all;
    }

    Result<Fragment> repeated(int depth) {
        auto one = atom(depth);
        while (one && !at_end() && std::string_view("*+?{").contains(pattern_[at_])) {
            const auto count = repeat();
            if (!count) {
                return std::unexpected(count.error());
            }
            one = repeat_fragment(*one, *count);
        }
        return one;
    }

    Result<Repeat> repeat() {
        Repeat count;
        const char sign = pattern_[at_++];
        if (sign == '{') {
            if (!take_bounds(count)) {
                return wrong("after \"{\" one or two numbers up to 1000 are expected, the smaller first, and \"}\"");
            }
        } else {
            count.least = sign == '+' ? 1 : 0;
            count.most = sign == '?' ? 1 : k_unlimited;
        }
        count.is_greedy = !take('?');
        return count;
    }
    bool take_bounds(Repeat& count) {
        const auto least = take_count();
        if (!least) {
            return false;
        }
        count = {.least = *least, .most = *least};
        if (take(',')) {
            count.most = !at_end() && pattern_[at_] == '}' ? k_unlimited : take_count().value_or(0);
        }
        return take('}') && count.least <= count.most;
    }
    std::optional<std::uint32_t> take_count() {
        std::uint32_t value = 0;
        const std::size_t start = at_;
        for (; !at_end() && is_digit(pattern_[at_]) && value <= k_most_repeats; ++at_) {
            value = value * 10 + static_cast<std::uint32_t>(pattern_[at_] - '0');
        }
        return at_ > start && value <= k_most_repeats ? std::optional(value) : std::nullopt;
    }

    [[nodiscard]] static Instruction split(bool is_greedy, std::uint32_t go_in, std::uint32_t go_on) {
        return {.code = Code::split, .first = is_greedy ? go_in : go_on, .second = is_greedy ? go_on : go_in};
    }

    Result<Fragment> repeat_fragment(const Fragment& one, Repeat count) const {
        const std::size_t copies = count.most == k_unlimited ? count.least + 1 : count.most;
        if ((one.size() + 2) * copies > k_most_instructions) {
            return too_large();
        }
        Fragment all;
        for (std::uint32_t i = 0; i < count.least; ++i) {
            append(all, one);
        }
        if (count.most == k_unlimited) {
            Fragment loop{split(count.is_greedy, 1, size_of(one) + 2)};
            append(loop, one);
            loop.push_back({.code = Code::jump, .first = 0});
            append(all, loop);
            return all;
        }
        for (std::uint32_t i = count.least; i < count.most; ++i) {
            Fragment maybe{split(count.is_greedy, 1, size_of(one) + 1)};
            append(maybe, one);
            append(all, maybe);
        }
        return all;
    }

    Result<Fragment> atom(int depth) {
        const char c = pattern_[at_++];
        switch (c) {
            case '(':
                return group(depth);
            case '[':
                return bracket();
            case '.':
                return of_set(~range('\n', '\n'));
            case '^':
                return Fragment{{.code = Code::begin}};
            case '$':
                return Fragment{{.code = Code::end}};
            case '\\':
                return escape();
            case '*':
            case '+':
            case '?':
            case '{':
                --at_;
                return wrong("there is nothing to repeat");
            default:
                return of_set(byte_set(static_cast<unsigned char>(c)));
        }
    }

    Result<Fragment> group(int depth) {
        if (take('?') && !take(':')) {
            return wrong("of the groups with \"?\" only \"(?:\" is known");
        }
        auto inside = alternatives(depth + 1);
        if (inside && !take(')')) {
            return wrong("a \"(\" has no \")\"");
        }
        return inside;
    }

    Result<Fragment> escape() {
        if (take('b')) {
            return Fragment{{.code = Code::word_edge}};
        }
        if (take('B')) {
            return Fragment{{.code = Code::no_word_edge}};
        }
        auto set = escaped_set();
        return set ? Result<Fragment>(of_set(*set)) : std::unexpected(set.error());
    }

    // What a backslash and the next characters mean, in or out of brackets.
    Result<ByteSet> escaped_set() {
        if (at_end()) {
            return wrong("a backslash at the end");
        }
        const char c = pattern_[at_++];
        switch (c) {
            case 'd':
                return digits();
            case 'D':
                return ~digits();
            case 'w':
                return words();
            case 'W':
                return ~words();
            case 's':
                return spaces();
            case 'S':
                return ~spaces();
            case 't':
                return range('\t', '\t');
            case 'r':
                return range('\r', '\r');
            case 'n':
                return range('\n', '\n');
            case 'x':
                return hex_byte();
            default:
                break;
        }
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            --at_;
            return wrong("this letter or digit means nothing behind a backslash");
        }
        return byte_set(static_cast<unsigned char>(c));
    }
    Result<ByteSet> hex_byte() {
        unsigned value = 0;
        for (int i = 0; i < 2; ++i) {
            if (at_end() || std::isxdigit(static_cast<unsigned char>(pattern_[at_])) == 0) {
                return wrong("\\x needs two hexadecimal digits");
            }
            const char c = pattern_[at_++];
            value = value * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        return range(value, value);
    }

    Result<Fragment> bracket() {
        const bool is_negated = take('^');
        ByteSet set;
        bool is_first = true;
        while (is_first || at_end() || pattern_[at_] != ']') {
            if (at_end()) {
                return wrong("a \"[\" has no \"]\"");
            }
            auto item = bracket_item();
            if (!item) {
                return std::unexpected(item.error());
            }
            set |= *item;
            is_first = false;
        }
        ++at_;
        return of_set(is_negated ? ~set : set);
    }
    Result<ByteSet> bracket_item() {
        auto first = bracket_char();
        const bool is_range = first && first->count() == 1 && at_ + 1 < pattern_.size() && pattern_[at_] == '-' &&
                              pattern_[at_ + 1] != ']';
        if (!is_range) {
            return first ? Result<ByteSet>(with_cases(*first)) : first;
        }
        ++at_;
        const auto last = bracket_char();
        if (!last) {
            return last;
        }
        const unsigned from = lowest(*first);
        const unsigned to = lowest(*last);
        if (last->count() != 1 || from > to) {
            return wrong("this is no range of characters");
        }
        return with_cases(range(from, to));
    }
    Result<ByteSet> bracket_char() {
        if (take('\\')) {
            return escaped_set();
        }
        const auto byte = static_cast<unsigned char>(pattern_[at_++]);
        return range(byte, byte);
    }
    [[nodiscard]] static unsigned lowest(const ByteSet& set) {
        unsigned byte = 0;
        while (byte < 255 && !set.test(byte)) {
            ++byte;
        }
        return byte;
    }

    [[nodiscard]] ByteSet byte_set(unsigned byte) const { return with_cases(range(byte, byte)); }
    [[nodiscard]] ByteSet with_cases(ByteSet set) const {
        for (unsigned letter = 'a'; ignores_case_ && letter <= 'z'; ++letter) {
            const bool has_any = set.test(letter) || set.test(letter - 0x20);
            set.set(letter, has_any);
            set.set(letter - 0x20, has_any);
        }
        return set;
    }
    Fragment of_set(const ByteSet& set) {
        sets_.push_back(set);
        return {{.code = Code::set, .first = static_cast<std::uint32_t>(sets_.size() - 1)}};
    }

    std::string_view pattern_;
    std::size_t at_ = 0;
    bool ignores_case_ = false;
    std::vector<ByteSet> sets_;
};

}  // namespace

Result<LinearRegex::Program> parse_regex(std::string_view pattern) {
    return Parser(pattern).parse();
}

}  // namespace svcwrap::logs
