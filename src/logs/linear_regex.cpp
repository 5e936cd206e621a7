#include "logs/linear_regex.hpp"

#include <cctype>
#include <utility>

#include "logs/regex_parser.hpp"

namespace svcwrap::logs {

namespace {

using Code = LinearRegex::Code;
using Program = LinearRegex::Program;

bool is_word(std::string_view text, std::size_t at) {
    return at < text.size() && (text[at] == '_' || std::isalnum(static_cast<unsigned char>(text[at])) != 0);
}

bool is_word_edge(std::string_view text, std::size_t at) {
    return is_word(text, at) != (at > 0 && is_word(text, at - 1));
}

// The ways that are being followed at one place of the text, in the order of preference, each at most once.
class Ways {
public:
    struct Way {
        std::uint32_t at = 0;   // in the program
        std::size_t start = 0;  // of the match, in the text
    };

    explicit Ways(std::size_t size) : marks_(size, 0) { list_.reserve(size); }
    void clear() {
        list_.clear();
        ++round_;
    }
    [[nodiscard]] bool empty() const { return list_.empty(); }
    [[nodiscard]] const std::vector<Way>& list() const { return list_; }

    // Follows everything that takes no byte.
    void add(const Program& program, Way way, std::string_view text, std::size_t place) {
        stack_.push_back(way.at);
        while (!stack_.empty()) {
            const std::uint32_t at = stack_.back();
            stack_.pop_back();
            if (std::exchange(marks_[at], round_) == round_) {
                continue;
            }
            step(program, at, way.start, text, place);
        }
    }

private:
    void step(const Program& program, std::uint32_t at, std::size_t start, std::string_view text, std::size_t place) {
        const auto& instruction = program.code[at];
        bool may_pass = true;
        switch (instruction.code) {
            case Code::set:
            case Code::match:
                list_.push_back({.at = at, .start = start});
                return;
            case Code::split:
                stack_.push_back(instruction.second);
                stack_.push_back(instruction.first);
                return;
            case Code::jump:
                stack_.push_back(instruction.first);
                return;
            case Code::begin:
                may_pass = place == 0;
                break;
            case Code::end:
                may_pass = place == text.size();
                break;
            case Code::word_edge:
                may_pass = is_word_edge(text, place);
                break;
            case Code::no_word_edge:
                may_pass = !is_word_edge(text, place);
                break;
        }
        if (may_pass) {
            stack_.push_back(at + 1);
        }
    }

    std::vector<Way> list_;
    std::vector<std::uint64_t> marks_;
    std::vector<std::uint32_t> stack_;
    std::uint64_t round_ = 1;
};

// One step over one byte. A match ends the ways behind it in preference.
void advance(const Program& program, const Ways& now, Ways& next, std::string_view text, std::size_t place,
             std::optional<RegexMatch>& best) {
    for (const Ways::Way& way : now.list()) {
        const auto& instruction = program.code[way.at];
        if (instruction.code == Code::match) {
            best = RegexMatch{.start = way.start, .size = place - way.start};
            return;
        }
        if (place < text.size() && program.sets[instruction.first].test(static_cast<unsigned char>(text[place]))) {
            next.add(program, {.at = way.at + 1, .start = way.start}, text, place + 1);
        }
    }
}

}  // namespace

LinearRegex::LinearRegex(Program program) : program_(std::move(program)) {
    find_first_bytes();
}

void LinearRegex::find_first_bytes() {
    std::vector<bool> seen(program_.code.size());
    std::vector<std::uint32_t> open{0};
    while (!open.empty()) {
        const std::uint32_t at = open.back();
        open.pop_back();
        if (seen[at]) {
            continue;
        }
        seen[at] = true;
        const Instruction& instruction = program_.code[at];
        switch (instruction.code) {
            case Code::set:
                first_bytes_ |= program_.sets[instruction.first];
                break;
            case Code::split:
                open.push_back(instruction.second);
                [[fallthrough]];
            case Code::jump:
                open.push_back(instruction.first);
                break;
            case Code::match:
                first_bytes_.set();
                break;
            default:
                open.push_back(at + 1);
                break;
        }
    }
}

Result<LinearRegex> LinearRegex::compile(std::string_view pattern) {
    auto program = parse_regex(pattern);
    if (!program) {
        return std::unexpected(program.error());
    }
    return LinearRegex(*std::move(program));
}

// Where a match may begin, at `place` or behind it.
std::size_t LinearRegex::next_candidate(std::string_view text, std::size_t place) const {
    while (place < text.size() && !first_bytes_.test(static_cast<unsigned char>(text[place]))) {
        ++place;
    }
    return place;
}

// NOLINTNEXTLINE(readability-function-size): the inner loop of the engine
std::optional<RegexMatch> LinearRegex::find(std::string_view text, std::size_t start) const {
    start = next_candidate(text, start);
    if (start == text.size() && !first_bytes_.all()) {
        return std::nullopt;  // most lines end here, before anything is allocated
    }
    Ways now(program_.code.size());
    Ways next(program_.code.size());
    std::optional<RegexMatch> best;
    for (std::size_t place = start; place <= text.size(); ++place) {
        if (now.empty()) {
            if (best) {
                break;
            }
            place = next_candidate(text, place);
        }
        if (!best) {
            now.add(program_, {.at = 0, .start = place}, text, place);
        }
        next.clear();
        advance(program_, now, next, text, place, best);
        std::swap(now, next);
    }
    return best;
}

}  // namespace svcwrap::logs
