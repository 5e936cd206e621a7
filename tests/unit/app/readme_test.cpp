// The README as its readers use it: what they type must be what the command line takes.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli.hpp"
#include "base/argv.hpp"
#include "base/error.hpp"
#include "base/exit_status.hpp"
#include "config/settings.hpp"

namespace svcwrap::app {

namespace {

std::vector<std::string> readme_lines() {
    std::ifstream file(SVCWRAP_SOURCE_DIR "/README.md", std::ios::binary);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        std::erase(line, '\r');
        lines.push_back(line);
    }
    return lines;
}

std::vector<std::string> lines_between(std::string_view begin, std::string_view end) {
    const auto lines = readme_lines();
    const auto from = std::ranges::find(lines, begin);
    const auto to = std::find(from, lines.end(), end);
    REQUIRE(to != lines.end());
    return {from, to};
}

// `like this`, all of them in a line.
std::vector<std::string> code_spans(const std::string& line) {
    std::vector<std::string> spans;
    for (std::size_t at = line.find('`'); at != std::string::npos;) {
        const std::size_t end = line.find('`', at + 1);
        if (end == std::string::npos) break;
        spans.push_back(line.substr(at + 1, end - at - 1));
        at = line.find('`', end + 1);
    }
    return spans;
}

// What stands behind a pipe sign of a shell, or the whole line.
std::string behind_pipe(const std::string& line) {
    const std::size_t pipe = line.find(" | svcwrap ");
    return pipe == std::string::npos ? line : line.substr(pipe + 3);
}

// Every command line that is shown, in a block of code or in a sentence.
std::vector<std::string> shown_commands() {
    std::vector<std::string> commands;
    bool in_block = false;
    for (const std::string& line : readme_lines()) {
        if (line.starts_with("```")) {
            in_block = !in_block;
        } else if (in_block) {
            if (const std::string text = behind_pipe(line); text.starts_with("svcwrap ")) commands.push_back(text);
        } else {
            for (const std::string& span : code_spans(line)) {
                if (span.starts_with("svcwrap ")) commands.push_back(span);
            }
        }
    }
    return commands;
}

bool parses(const std::string& command) {
    return parse_command_line(split_command_line(command)).has_value();
}

std::string help_of(const std::string& command) {
    const auto help = parse_command_line({"svcwrap", command, "--help"});
    const auto* answer = help ? std::get_if<Answer>(&*help) : nullptr;
    return answer == nullptr ? std::string() : answer->text;
}

// "svcwrap reload", "svcwrap install --update": a command is only spoken of.
bool is_mention(const std::vector<std::string>& words) {
    return std::all_of(words.begin() + 2, words.end(), [](const std::string& word) { return word.starts_with("--"); });
}

void check_mention(const std::vector<std::string>& words) {
    CHECK(std::ranges::contains(public_commands(), words[1]));
    for (std::size_t i = 2; i < words.size(); ++i) CHECK(help_of(words[1]).contains(words[i]));
}

// "stop NAME [--timeout T]" without what is in brackets, or with it.
std::string variant_of(const std::string& syntax, bool whole) {
    std::string text;
    int depth = 0;
    for (const char c : syntax) {
        depth += int{c == '['} - int{c == ']'};
        if (c != '[' && c != ']' && (whole || depth == 0)) text += c;
    }
    return text;
}

std::string with(std::string text, std::string_view what, std::string_view instead) {
    if (const std::size_t at = text.find(what); at != std::string::npos) text.replace(at, what.size(), instead);
    return text;
}

// The command lines of a syntax: place holders that are no value of their option's kind become one.
std::vector<std::string> variants_of(const std::string& syntax) {
    std::string text = with(with(with(syntax, " [options]", ""), "--timeout T", "--timeout 5s"), "COMMAND", "install");
    return {"svcwrap " + variant_of(text, false), "svcwrap " + variant_of(text, true)};
}

}  // namespace

TEST_CASE("Each command line that the README shows is one that the program takes") {
    const auto commands = shown_commands();
    CHECK(commands.size() > 40);
    for (const std::string& command : commands) {
        INFO(command);
        const auto words = split_command_line(command);
        REQUIRE(words.size() >= 2);
        if (parses(command)) continue;
        REQUIRE(is_mention(words));
        check_mention(words);
    }
}

TEST_CASE("The README's table of commands has all of them, each as it can be typed") {
    std::set<std::string> seen;
    for (const std::string& line : lines_between("| command | what it does |", "| exit code | meaning |")) {
        if (!line.starts_with("| `")) continue;
        for (const std::string& syntax : code_spans(line.substr(0, line.find(" | ", 2)))) {
            seen.insert(syntax.substr(0, syntax.find(' ')));
            for (const std::string& command : variants_of(syntax)) {
                INFO(command);
                CHECK(parses(command));
            }
        }
    }
    for (const std::string_view command : public_commands()) {
        INFO(command);
        CHECK(seen.contains(std::string(command)));
    }
}

TEST_CASE("Each setting that the README speaks of exists") {
    const auto is_known = [](const std::string& key) {
        return std::ranges::any_of(config::all_settings(), [&](const config::Setting& setting) {
            return setting.key == key || setting.key.starts_with(key + ".");
        });
    };
    std::set<std::string> sections;
    for (const config::Setting& setting : config::all_settings()) {
        sections.insert(std::string(setting.key.substr(0, setting.key.find('.'))));
    }
    std::size_t found = 0;
    for (const std::string& line : readme_lines()) {
        for (const std::string& span : code_spans(line)) {
            const std::string key = span.substr(0, span.find(' '));  // "logs.format = ..." as well
            const bool is_key = key.contains('.') && sections.contains(key.substr(0, key.find('.'))) &&
                                key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") == std::string::npos;
            if (!is_key) continue;
            INFO(span);
            CHECK(is_known(key));
            ++found;
        }
    }
    CHECK(found > 100);
}

TEST_CASE("The README's table of exit codes is that of the program") {
    std::set<int> codes;
    for (const std::string& line : lines_between("| exit code | meaning |", "### When it does not run")) {
        if (line.starts_with("| ") && line.at(2) >= '0' && line.at(2) <= '9') codes.insert(std::stoi(line.substr(2)));
    }
    for (const ErrorKind kind :
         {ErrorKind::usage, ErrorKind::not_found, ErrorKind::bad_config, ErrorKind::already_exists,
          ErrorKind::access_denied, ErrorKind::launch_failed, ErrorKind::timed_out, ErrorKind::io_failed,
          ErrorKind::scm_failed, ErrorKind::internal}) {
        INFO(name_of(kind));
        CHECK(codes.contains(exit_status_of(kind)));
    }
    for (const int code : {k_exit_ok, 1, k_exit_not_running, k_exit_no_such_service}) CHECK(codes.contains(code));
    CHECK(codes.size() == 13);
}

}  // namespace svcwrap::app
