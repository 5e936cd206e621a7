#include "app/cli.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "app/command_tree.hpp"
#include "app/libraries.hpp"
#include "config/suggest.hpp"

namespace svcwrap::app {

namespace {

using Parsed = std::variant<Request, Answer>;

// The hidden ones are known, but never suggested.
bool is_command(std::string_view word) {
    return std::ranges::contains(public_commands(), word) || word == "service" || word == "send-console-event";
}

std::unexpected<Failure> usage_error(std::string message, const std::string& command) {
    const std::string help = command.empty() ? "svcwrap --help" : "svcwrap " + command + " --help";
    Error error{
        .kind = ErrorKind::usage, .message = std::move(message), .os_code = {}, .where = {}, .remedy = "see " + help};
    return std::unexpected(Failure(std::move(error)));
}

std::unexpected<Failure> unknown_command(const std::string& word) {
    const std::string_view nearest = nearest_command(word);
    std::string message = (word.starts_with('-') ? "unknown option " : "unknown command ") + word;
    if (!nearest.empty()) message += "; did you mean " + std::string(nearest) + "?";
    return usage_error(std::move(message), {});
}

std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
}

// Of what nobody takes an option is the mistake; what stands around it may have been its value.
std::string words_of_extras(const CLI::App& tree, const std::string& command) {
    const std::vector<std::string> extras = tree.remaining(true);
    const auto option = std::ranges::find_if(extras, [](const std::string& word) { return word.starts_with('-'); });
    if (option == extras.end()) return "too much: " + (extras.empty() ? std::string() : extras.front());
    std::vector<std::string> names;
    const CLI::App& taker = command.empty() ? tree : *tree.get_subcommand(command);
    for (const CLI::Option* known : taker.get_options()) {
        for (const std::string& name : known->get_lnames()) names.push_back("--" + name);
    }
    const std::string_view meant = config::closest(*option, std::vector<std::string_view>(names.begin(), names.end()));
    return "unknown option " + *option + (meant.empty() ? "" : "; did you mean " + std::string(meant) + "?");
}

// CLI11's words, or better ones; and a hint where experience shows what was meant.
std::string words_of(const CLI::ParseError& error, const CLI::App& tree, const std::string& command) {
    std::string text = one_line(error.what());
    constexpr std::string_view k_unconverted = "Could not convert: ";
    if (const auto middle = text.find(" = "); text.starts_with(k_unconverted) && middle != std::string::npos) {
        return text.substr(k_unconverted.size(), middle - k_unconverted.size()) + ": \"" + text.substr(middle + 3) +
               "\" is no number that can stand here";
    }
    if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) return text;
    const bool takes_arguments = command == "install" || command == "run";
    return words_of_extras(tree, command) + (takes_arguments ? " (arguments for the program stand behind --)" : "");
}

struct Chooser {
    std::string_view command;
    Request (*take)(Requests&);
};
// The request that a command has filled.
constexpr std::array<Chooser, 19> k_choosers{{
    {"install", [](Requests& all) -> Request { return std::move(all.install); }},
    {"uninstall", [](Requests& all) -> Request { return std::move(all.uninstall); }},
    {"start", [](Requests& all) -> Request { return std::move(all.start); }},
    {"stop", [](Requests& all) -> Request { return std::move(all.stop); }},
    {"restart", [](Requests& all) -> Request { return std::move(all.restart); }},
    {"status", [](Requests& all) -> Request { return std::move(all.status); }},
    {"why", [](Requests& all) -> Request { return std::move(all.why); }},
    {"history", [](Requests& all) -> Request { return std::move(all.history); }},
    {"logs", [](Requests& all) -> Request { return std::move(all.logs); }},
    {"pipe", [](Requests& all) -> Request { return std::move(all.pipe); }},
    {"reload", [](Requests& all) -> Request { return std::move(all.reload); }},
    {"rotate", [](Requests& all) -> Request { return std::move(all.rotate); }},
    {"pause", [](Requests& all) -> Request { return std::move(all.pause); }},
    {"continue", [](Requests& all) -> Request { return std::move(all.resume); }},
    {"run", [](Requests& all) -> Request { return std::move(all.run); }},
    {"check", [](Requests& all) -> Request { return std::move(all.check); }},
    {"test-stop", [](Requests& all) -> Request { return std::move(all.test_stop); }},
    {"service", [](Requests& all) -> Request { return std::move(all.service); }},
    {"send-console-event", [](Requests& all) -> Request { return all.send_event; }},
}};

std::expected<Parsed, Failure> parse_with_tree(const std::vector<std::string>& words,
                                               std::vector<std::string> for_child) {
    Requests requests;
    requests.install.arguments = for_child;
    requests.run.arguments = std::move(for_child);
    const auto tree = make_command_tree(requests);
    const std::string command = words.empty() || words.front().starts_with('-') ? "" : words.front();
    try {
        tree->parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 wants the last one first
    } catch (const CLI::CallForHelp&) {
        const std::string text = command.empty() ? tree->help() : tree->get_subcommand(command)->help();
        return Answer{.text = text, .warnings = {}, .json = {}};
    } catch (const CLI::CallForVersion& version) {
        return Answer{.text = std::string(version.what()) + "\n", .warnings = {}, .json = {}};
    } catch (const CLI::ParseError& error) {
        return usage_error((command.empty() ? "" : command + ": ") + words_of(error, *tree, command), command);
    }
    return std::ranges::find(k_choosers, command, &Chooser::command)->take(requests);
}

// "help install" is what people try.
void understand_help(std::vector<std::string>& words) {
    if (words.empty() || words.front() != "help") return;
    words.erase(words.begin());
    words.emplace_back("--help");
}

}  // namespace

const std::vector<std::string_view>& public_commands() {
    static const std::vector<std::string_view> k_commands{
        "install", "uninstall", "start", "stop",     "restart", "status", "logs",      "why", "history",
        "reload",  "rotate",    "pause", "continue", "run",     "check",  "test-stop", "pipe"};
    return k_commands;
}

std::string_view nearest_command(std::string_view word) {
    return config::closest(word, public_commands());
}

std::expected<std::variant<Request, Answer>, Failure> parse_command_line(const std::vector<std::string>& arguments) {
    const auto begin = arguments.empty() ? arguments.end() : arguments.begin() + 1;
    const auto separator = std::find(begin, arguments.end(), "--");
    std::vector<std::string> words(begin, separator);
    std::vector<std::string> for_child;
    if (separator != arguments.end()) for_child.assign(separator + 1, arguments.end());
    understand_help(words);

    if (words.empty()) {
        auto answer = parse_with_tree({"--help"}, {});
        if (answer) std::get<Answer>(*answer).exit_status = 2;
        return answer;
    }
    const std::string& command = words.front();
    if (words == std::vector<std::string>{"--version", "--verbose"}) {
        return Answer{.text = "svcwrap " SVCWRAP_VERSION ", with:\n" + libraries_text(), .warnings = {}, .json = {}};
    }
    const bool is_option = command == "--help" || command == "-h" || command == "--version";
    if (!is_option && !is_command(command)) return unknown_command(command);
    if (separator != arguments.end() && command != "install" && command != "run") {
        return usage_error("only install and run take arguments for a program behind --", is_option ? "" : command);
    }
    return parse_with_tree(words, std::move(for_child));
}

}  // namespace svcwrap::app
