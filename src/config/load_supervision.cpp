#include "config/load_supervision.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/argv.hpp"
#include "base/utf8.hpp"
#include "config/exit_match.hpp"
#include "config/resolve_path.hpp"
#include "config/suggest.hpp"

namespace svcwrap::config {
namespace {

constexpr std::size_t k_longest_command_line = 32'766;  // CreateProcess: 32767 with the final NUL

// The tables in a list of tables, each as a section; adds an error for what is none.
std::vector<Section> read_items(const Section& section, std::string_view name, std::string_view key) {
    std::vector<Section> items;
    const auto* node = section.find(name);
    const auto* list = node ? node->get<List>() : nullptr;
    if (node && !list) add_mismatch(*find_setting(key), *node, section.findings());
    if (!list) return items;
    for (const auto& item : *list) {
        if (const auto* table = item.get<Table>()) {
            items.emplace_back(*table, std::string(key) + '.', item.place, section.findings());
        } else {
            section.findings().add(item.place,
                                   std::string(key) + ": " + describe(item) + " was found, a table is needed",
                                   "write { ... } with: " + names_in(std::string(key) + '.'));
        }
    }
    return items;
}

std::string_view word_of(supervise::StopMethod method) {
    return choice_text("stop.steps.method", method);
}

// The program of a command becomes absolute unless PATH is to be searched for it.
void read_command(const Section& section, std::string_view folder, std::vector<std::string>& out) {
    std::vector<std::string> command;
    if (!section.read("command", command) || command.empty()) return;
    auto program = resolve_command(command.front(), folder);
    if (!program) return section.add("command", program.error().message, program.error().remedy);
    command.front() = *std::move(program);
    check_command_line(section, "command", command.front(), std::span<const std::string>(command).subspan(1));
    out = std::move(command);
}

// The settings that only one method has.
void check_step(const Section& item, const supervise::StopStep& step) {
    const auto refuse = [&](std::string_view name, supervise::StopMethod method) {
        const auto word = std::string(word_of(method));
        if (item.has(name) && step.method != method) {
            item.add(name, "only the method \"" + word + "\" has it", "remove it, or write method = \"" + word + "\"");
        }
    };
    refuse("text", supervise::StopMethod::standard_input);
    refuse("command", supervise::StopMethod::command);
}

supervise::StopStep read_step(const Section& item, std::string_view folder) {
    supervise::StopStep step;
    const bool known = !item.has("method") || item.read_enum("method", step.method);
    item.read("timeout", step.timeout);
    item.read("text", step.text);
    const auto before = item.findings().size();
    read_command(item, folder, step.command);
    if (!known) return step;
    check_step(item, step);
    const bool missing = step.method == supervise::StopMethod::command && step.command.empty();
    if (missing && item.findings().size() == before) item.add_missing("command");
    return step;
}

void read_exit_match(const Node& node, Findings& findings, std::vector<supervise::ExitMatch>& out) {
    const auto* integer = node.get<std::int64_t>();
    const auto* text = node.get<std::string>();
    if (!integer && !text) {
        findings.add(node.place, "restart.rules.exit_codes: " + describe(node) + " was found, a code is needed",
                     R"(write for example "3", "100-110", "0xC0000005" or "crash")");
        return;
    }
    const auto match = parse_exit_match(integer ? std::to_string(*integer) : *text);
    if (match) {
        out.push_back(*match);
    } else {
        findings.add(node.place, "restart.rules.exit_codes: " + match.error().message, match.error().remedy);
    }
}

void read_exit_matches(const Section& item, std::vector<supervise::ExitMatch>& out) {
    const auto* node = item.find("exit_codes");
    if (!node) return item.add_missing("exit_codes");
    const auto* list = node->get<List>();
    if (!list) return add_mismatch(*find_setting("restart.rules.exit_codes"), *node, item.findings());
    if (list->empty())
        item.add("exit_codes", "the list is empty: the rule would never match", "name codes, or remove the rule");
    for (const auto& code : *list) read_exit_match(code, item.findings(), out);
}

supervise::RestartRule read_rule(const Section& item) {
    supervise::RestartRule rule;
    read_exit_matches(item, rule.exit_codes);
    item.read_enum("action", rule.action);
    Duration delay{};
    if (!item.read("delay", delay)) return rule;
    rule.delay = delay;
    if (rule.action == supervise::RuleAction::restart) return rule;
    item.add("delay", "only the action \"restart\" has a delay", "remove it, or write action = \"restart\"");
    return rule;
}

void read_delays(const Section& section, supervise::RestartOptions& restart) {
    section.read("delay", restart.delay);
    if (!section.has("max_delay")) restart.max_delay = std::max(restart.max_delay, restart.delay);
    if (!section.read("max_delay", restart.max_delay) || restart.max_delay >= restart.delay) return;
    section.add("max_delay", to_text(restart.max_delay) + " is shorter than restart.delay, " + to_text(restart.delay),
                "make it at least as long, or remove it");
}

std::optional<Hook> read_hook(const Section& section, std::string_view folder) {
    Hook hook;
    const auto before = section.findings().size();
    read_command(section, folder, hook.command);
    section.read("timeout", hook.timeout);
    section.read("ignore_failure", hook.ignore_failure);
    const bool is_meant = section.has("timeout") || section.has("ignore_failure");
    const bool is_missing = is_meant && !section.has("command");
    if (is_missing && section.findings().size() == before) section.add_missing("command");
    if (hook.command.empty()) return std::nullopt;
    return hook;
}

}  // namespace

void check_command_line(const Section& section, std::string_view name, const std::string& program,
                        std::span<const std::string> arguments) {
    const auto length = to_utf16(join_command_line(program, arguments)).size();
    if (length <= k_longest_command_line) return;
    section.add(name, "the command line has " + std::to_string(length) + " characters, Windows allows 32766",
                "move arguments into a file that the program reads");
}

supervise::StopOptions read_stop(const Section& section, std::string_view folder) {
    supervise::StopOptions stop;
    section.read("timeout", stop.timeout);
    section.read("kill_tree", stop.kill_tree);
    if (!section.has("steps")) return stop;
    stop.steps.clear();
    for (const auto& item : read_items(section, "steps", "stop.steps")) stop.steps.push_back(read_step(item, folder));
    return stop;
}

supervise::RestartOptions read_restart(const Section& section) {
    supervise::RestartOptions restart;
    section.read_enum("policy", restart.policy);
    section.read("success_exit_codes", restart.success_exit_codes);
    read_delays(section, restart);
    section.read("multiplier", restart.multiplier);
    section.read("jitter", restart.jitter);
    section.read("reset_after", restart.reset_after);
    section.read("limit", restart.limit);
    section.read("limit_interval", restart.limit_interval);
    section.read_enum("on_give_up", restart.on_give_up);
    for (const auto& item : read_items(section, "rules", "restart.rules")) restart.rules.push_back(read_rule(item));
    return restart;
}

RestartSchedule read_schedule(const Section& section) {
    RestartSchedule schedule;
    section.read("every", schedule.every);
    std::string text;
    if (!section.read("at", text) || text.empty()) return schedule;
    const auto at = parse_time_of_day(text);
    if (!at) return section.add("at", at.error().message, at.error().remedy), schedule;
    schedule.at = *at;
    return schedule;
}

Hooks read_hooks(const Section& section, std::string_view folder) {
    const auto hook = [&](std::string_view name) { return read_hook(section.section(name), folder); };
    return {.pre_start = hook("pre_start"),
            .post_start = hook("post_start"),
            .pre_stop = hook("pre_stop"),
            .post_stop = hook("post_stop"),
            .on_failure = hook("on_failure"),
            .on_give_up = hook("on_give_up"),
            .on_rotate = hook("on_rotate")};
}

}  // namespace svcwrap::config
