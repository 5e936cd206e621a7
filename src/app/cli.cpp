#include "app/cli.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "app/command_tree.hpp"
#include "base/utf8.hpp"

namespace svcwrap::app {

namespace {

using Parsed = std::variant<Request, Answer>;

// The hidden ones are known, but never suggested.
bool is_command(std::string_view word) {
    return std::ranges::contains(public_commands(), word) || word == "service" || word == "send-console-event";
}

// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, one each.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                cost[i][j] = i + j;
                continue;
            }
            const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost.back().back();
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

// CLI11's words, and a hint where experience shows what was meant.
std::string words_of(const CLI::ParseError& error, const std::string& command) {
    std::string text = one_line(error.what());
    const bool takes_arguments = command == "install" || command == "run";
    if (takes_arguments && dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        text += " (arguments for the program stand behind --)";
    }
    return text;
}

Request chosen_request(Requests& requests, const std::string& command) {
    if (command == "install") return std::move(requests.install);
    if (command == "uninstall") return std::move(requests.uninstall);
    if (command == "start") return std::move(requests.start);
    if (command == "stop") return std::move(requests.stop);
    if (command == "restart") return std::move(requests.restart);
    if (command == "status") return std::move(requests.status);
    if (command == "run") return std::move(requests.run);
    if (command == "check") return std::move(requests.check);
    if (command == "service") return std::move(requests.service);
    return requests.send_event;
}

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
        return usage_error((command.empty() ? "" : command + ": ") + words_of(error, command), command);
    }
    return chosen_request(requests, command);
}

// "help install" is what people try.
void understand_help(std::vector<std::string>& words) {
    if (words.empty() || words.front() != "help") return;
    words.erase(words.begin());
    words.emplace_back("--help");
}

}  // namespace

const std::vector<std::string_view>& public_commands() {
    static const std::vector<std::string_view> k_commands{"install", "uninstall", "start", "stop",
                                                          "restart", "status",    "run",   "check"};
    return k_commands;
}

std::string_view nearest_command(std::string_view word) {
    constexpr std::size_t k_farthest = 2;
    const std::string lower = to_lower_ascii(word);
    std::string_view best;
    std::size_t least = k_farthest + 1;
    for (const std::string_view command : public_commands()) {
        const std::size_t distance = edit_distance(lower, command);
        if (distance >= least || distance >= command.size() / 2 + 1) continue;
        least = distance;
        best = command;
    }
    return best;
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
    const bool is_option = command == "--help" || command == "-h" || command == "--version";
    if (!is_option && !is_command(command)) return unknown_command(command);
    if (separator != arguments.end() && command != "install" && command != "run") {
        return usage_error("only install and run take arguments for a program behind --", is_option ? "" : command);
    }
    return parse_with_tree(words, std::move(for_child));
}

}  // namespace svcwrap::app
