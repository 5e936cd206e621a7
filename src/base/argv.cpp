#include "base/argv.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace svcwrap {
namespace {

constexpr std::string_view k_blanks = " \t";

void append_quoted(std::string& out, std::string_view argument) {
    std::size_t backslashes = 0;
    out += '"';
    for (const char c : argument) {
        // Backslashes are literal unless they stand before a quote: then they are doubled.
        if (c == '"') out.append(backslashes + 1, '\\');
        backslashes = c == '\\' ? backslashes + 1 : 0;
        out += c;
    }
    out.append(backslashes, '\\');
    out += '"';
}

void skip_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(k_blanks), text.size()));
}

// argv[0]: up to the next quote, or to the next blank; backslashes mean nothing.
std::string take_program(std::string_view& text) {
    const bool quoted = text.starts_with('"');
    if (quoted) text.remove_prefix(1);
    const auto end = std::min(quoted ? text.find('"') : text.find_first_of(k_blanks), text.size());
    std::string program(text.substr(0, end));
    text.remove_prefix(std::min(end + (quoted ? 1 : 0), text.size()));
    return program;
}

// Reads arguments as CommandLineToArgvW does. `quotes_` counts the quotes that are open: the third of a run is a
// literal one, the second closes.
class ArgumentReader {
public:
    explicit ArgumentReader(std::string_view text) : text_(text) {}

    std::string take() {
        while (!text_.empty() && (quotes_ != 0 || !k_blanks.contains(text_.front()))) step();
        quotes_ = 0;
        backslashes_ = 0;
        return std::exchange(out_, {});
    }

    bool at_end() {
        skip_blanks(text_);
        return text_.empty();
    }

private:
    void step() {
        const char c = text_.front();
        text_.remove_prefix(1);
        if (c == '"') return take_quotes();
        backslashes_ = c == '\\' ? backslashes_ + 1 : 0;
        out_ += c;
    }

    void take_quotes() {
        const bool literal = backslashes_ % 2 != 0;
        out_.resize(out_.size() - (backslashes_ + 1) / 2);
        backslashes_ = 0;
        if (literal) {
            out_ += '"';
        } else {
            ++quotes_;
        }
        for (; text_.starts_with('"'); text_.remove_prefix(1)) {
            if (++quotes_ != 3) continue;
            out_ += '"';
            quotes_ = 0;
        }
        if (quotes_ == 2) quotes_ = 0;
    }

    std::string_view text_;
    std::string out_;
    std::size_t backslashes_ = 0;
    int quotes_ = 0;
};

}  // namespace

std::string quote_argument(std::string_view argument) {
    if (!argument.empty() && argument.find_first_of(" \t\n\v\"") == std::string_view::npos)
        return std::string(argument);
    std::string out;
    out.reserve(argument.size() + 2);
    append_quoted(out, argument);
    return out;
}

std::string typed(std::string_view name) {
    constexpr std::string_view k_special = " \t&|<>^()'`%!;,=@$#{}[]~";
    const bool is_plain = !name.empty() && name.find_first_of(k_special) == std::string_view::npos;
    return is_plain ? std::string(name) : "\"" + std::string(name) + "\"";
}

std::string join_command_line(std::string_view program, std::span<const std::string> arguments) {
    std::string line = "\"";
    std::ranges::copy_if(program, std::back_inserter(line), [](char c) { return c != '"'; });
    line += '"';
    for (const auto& argument : arguments) line.append(" ").append(quote_argument(argument));
    return line;
}

std::vector<std::string> split_command_line(std::string_view command_line) {
    std::vector<std::string> result;
    if (command_line.empty()) return result;
    result.push_back(take_program(command_line));
    ArgumentReader reader(command_line);
    while (!reader.at_end()) result.push_back(reader.take());
    return result;
}

}  // namespace svcwrap
