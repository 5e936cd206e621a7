#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/argv.hpp"
#include "base/path.hpp"
#include "base/utf8.hpp"
#include "config/exit_match.hpp"
#include "config/resolve_path.hpp"
#include "config/section.hpp"
#include "config/service_config.hpp"
#include "config/suggest.hpp"

namespace svcwrap::config {
namespace {

constexpr std::int64_t k_schema = 1;
constexpr std::size_t k_longest_display_name = 256;     // winsvc.h, CreateService
constexpr std::size_t k_longest_command_line = 32'766;  // CreateProcess: 32767 with the final NUL

// True if this program can read the form of the file.
bool check_schema(const Section& root) {
    const auto* node = root.find("schema");
    if (!node) return true;
    const auto* number = node->get<std::int64_t>();
    if (!number) return add_mismatch(*find_setting("schema"), *node, root.findings()), false;
    if (*number == k_schema) return true;
    root.add("schema", std::to_string(*number) + " is not known to this svcwrap, which reads schema 1",
             *number > k_schema ? "use a newer svcwrap, or write schema = 1" : "write schema = 1");
    return false;
}

void read_path(const Section& section, std::string_view name, std::string_view folder, std::string& out) {
    std::string text;
    if (!section.read(name, text)) return;
    auto path = resolve_path(text, folder);
    if (path) {
        out = *std::move(path);
    } else {
        section.add(name, path.error().message, path.error().remedy);
    }
}

// A path for which "" means that there is none.
void read_optional_path(const Section& section, std::string_view name, std::string_view folder, std::string& out) {
    const auto* node = section.find(name);
    const auto* text = node ? node->get<std::string>() : nullptr;
    if (!text || !text->empty()) read_path(section, name, folder, out);
}

void refuse_empty(const Section& section, std::string_view name, const std::vector<std::string>& texts) {
    if (std::ranges::contains(texts, std::string())) section.add(name, "a text in the list is empty", "remove it");
}

bool is_privilege_name(std::string_view name) {
    return name.starts_with("Se") && name.ends_with("Privilege");
}

void read_privileges(const Section& section, std::vector<std::string>& out) {
    if (!section.read("required_privileges", out)) return;
    for (const auto& name : out) {
        if (is_privilege_name(name)) continue;
        section.add("required_privileges", "\"" + name + "\" is no name of a privilege",
                    "such names look like SeChangeNotifyPrivilege");
    }
}

void read_service_name(const Section& section, std::string& out) {
    if (!section.has("name")) return section.add_missing("name");
    if (!section.read("name", out)) return;
    if (const auto ok = check_service_name(out); !ok) section.add("name", ok.error().message, ok.error().remedy);
}

ServiceOptions read_service(const Section& section) {
    ServiceOptions service;
    read_service_name(section, service.name);
    section.read("display_name", service.display_name);
    if (to_utf16(service.display_name).size() > k_longest_display_name) {
        section.add("display_name", "it is longer than 256 characters",
                    "shorten it; service.description can be longer");
    }
    if (service.display_name.empty()) service.display_name = service.name;
    section.read("description", service.description);
    section.read_enum("start", service.start);
    section.read("account", service.account);
    if (service.account.empty()) section.add("account", "it is empty", "write for example: account = \"LocalSystem\"");
    section.read("dependencies", service.dependencies);
    refuse_empty(section, "dependencies", service.dependencies);
    read_privileges(section, service.required_privileges);
    section.read_enum("sid_type", service.sid_type);
    return service;
}

void read_executable(const Section& section, std::string_view folder, std::string& out) {
    if (!section.has("executable")) return section.add_missing("executable");
    std::string text;
    if (!section.read("executable", text)) return;
    auto path = resolve_program(text, folder);
    if (path) {
        out = *std::move(path);
    } else {
        section.add("executable", path.error().message, path.error().remedy);
    }
}

// Why a variable cannot be had; empty if it can.
std::string_view objection(std::string_view name, std::string_view value) {
    if (name.empty()) return "the name is empty";
    if (name.contains('=') || name.contains('\0')) return "the name holds = or NUL";
    return value.contains('\0') ? "the value holds a NUL character" : "";
}

void read_variable(const Member& member, Findings& findings, platform::Environment& out) {
    const auto key = "process.environment." + member.key;
    const auto* value = member.node.get<std::string>();
    const auto same = [&](const auto& variable) { return equals_ignoring_case(variable.first, member.key); };
    if (!value) {
        findings.add(member.node.place, key + ": " + describe(member.node) + " was found, a text is needed",
                     "put quotes around the value");
    } else if (const auto why = objection(member.key, *value); !why.empty()) {
        findings.add(member.place, key + ": " + std::string(why), "correct or remove it");
    } else if (std::ranges::any_of(out, same)) {
        findings.add(member.place, key + ": the variable is set twice; Windows does not tell names apart by case",
                     "remove one of the two");
    } else {
        out.emplace_back(member.key, *value);
    }
}

void read_environment(const Section& section, platform::Environment& out) {
    const auto* node = section.find("environment");
    if (!node) return;
    const auto* table = node->get<Table>();
    if (!table) return add_mismatch(*find_setting("process.environment"), *node, section.findings());
    for (const auto& member : *table) read_variable(member, section.findings(), out);
}

void check_command_line(const Section& section, const ProcessOptions& process) {
    const auto length = to_utf16(join_command_line(process.executable, process.arguments)).size();
    if (length <= k_longest_command_line) return;
    section.add("arguments", "the command line has " + std::to_string(length) + " characters, Windows allows 32766",
                "move arguments into a file that the program reads");
}

ProcessOptions read_process(const Section& section, std::string_view folder) {
    ProcessOptions process;
    read_executable(section, folder, process.executable);
    section.read("arguments", process.arguments);
    check_command_line(section, process);
    process.working_directory = parent_path(process.executable);
    read_optional_path(section, "working_directory", folder, process.working_directory);
    section.read_enum("priority", process.priority);
    section.read("cpu_affinity", process.cpu_affinity);
    section.read("inherit_environment", process.inherit_environment);
    read_optional_path(section, "environment_file", folder, process.environment_file);
    read_environment(section, process.environment);
    return process;
}

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

supervise::StopOptions read_stop(const Section& section) {
    supervise::StopOptions stop;
    if (!section.has("steps")) return stop;
    stop.steps.clear();
    for (const auto& item : read_items(section, "steps", "stop.steps")) {
        supervise::StopStep step;
        item.read_enum("method", step.method);
        item.read("timeout", step.timeout);
        stop.steps.push_back(step);
    }
    return stop;
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

logs::Options read_logs(const Section& section, std::string_view folder) {
    logs::Options options{.directory = join_path(folder, "logs")};
    read_path(section, "directory", folder, options.directory);
    section.read_enum("stdout", options.standard_output);
    section.read_enum("stderr", options.standard_error);
    const auto rotate = section.section("rotate");
    rotate.read("max_size", options.rotate.max_size);
    rotate.read("on_start", options.rotate.on_start);
    const auto keep = section.section("keep");
    keep.read("files", options.keep.files);
    keep.read("age", options.keep.age);
    keep.read("total_size", options.keep.total_size);
    return options;
}

platform::JobLimits read_limits(const Section& section) {
    platform::JobLimits limits;
    section.read("memory", limits.memory);
    section.read("cpu_percent", limits.cpu_percent);
    section.read("processes", limits.processes);
    return limits;
}

ServiceConfig read_config(const Section& root, const std::string& file) {
    const auto folder = parent_path(file);
    ServiceConfig config;
    config.file = file;
    config.service = read_service(root.section("service"));
    config.process = read_process(root.section("process"), folder);
    root.section("start").read("timeout", config.supervise.start.timeout);
    config.supervise.stop = read_stop(root.section("stop"));
    config.supervise.restart = read_restart(root.section("restart"));
    config.logs = read_logs(root.section("logs"), folder);
    config.limits = read_limits(root.section("limits"));
    return config;
}

constexpr ByteSize k_largest_file = 1_MiB;

}  // namespace

std::expected<ServiceConfig, std::vector<Error>> parse_config(std::string_view text, const std::string& file) {
    Findings findings(file);
    const auto table = read_toml(text);
    if (!table) {
        findings.add(table.error().place, "not valid TOML: " + table.error().message,
                     "correct it; the rest is not checked");
        return std::unexpected(findings.take());
    }
    const Section root(*table, "", Place{}, findings);
    // A file of another schema would only give misleading errors.
    if (!check_schema(root)) return std::unexpected(findings.take());
    root.check_names();
    auto config = read_config(root, file);
    if (findings.size() != 0) return std::unexpected(findings.take());
    return config;
}

std::expected<ServiceConfig, std::vector<Error>> load_config(platform::FileSystem& files, const std::string& file) {
    auto text = files.read_text(file, k_largest_file);
    if (!text) return std::unexpected(std::vector{with_context(std::move(text.error()), "read the configuration")});
    return parse_config(*text, file);
}

}  // namespace svcwrap::config
