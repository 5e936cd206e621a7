#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/argv.hpp"
#include "base/path.hpp"
#include "base/utf8.hpp"
#include "config/load_logs.hpp"
#include "config/load_supervision.hpp"
#include "config/resolve_path.hpp"
#include "config/section.hpp"
#include "config/service_config.hpp"

namespace svcwrap::config {
namespace {

constexpr std::int64_t k_schema = 1;
constexpr std::size_t k_longest_display_name = 256;  // winsvc.h, CreateService

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
    section.read_enum("recovery", service.recovery);
    section.read("allow_insecure", service.allow_insecure);
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

void read_standard_input(const Section& section, std::string_view folder, ProcessOptions& process) {
    section.read_enum("stdin", process.standard_input);
    const auto before = section.findings().size();
    read_optional_path(section, "stdin_file", folder, process.standard_input_file);
    if (section.findings().size() != before) return;
    const bool wants_file = process.standard_input == StandardInput::file;
    if (wants_file && process.standard_input_file.empty()) section.add_missing("stdin_file");
    if (!wants_file && !process.standard_input_file.empty()) {
        section.add("stdin_file", "only stdin = \"file\" has it", "remove it, or write stdin = \"file\"");
    }
}

ProcessOptions read_process(const Section& section, std::string_view folder) {
    ProcessOptions process;
    read_executable(section, folder, process.executable);
    section.read("arguments", process.arguments);
    check_command_line(section, "arguments", process.executable, process.arguments);
    process.working_directory = parent_path(process.executable);
    read_optional_path(section, "working_directory", folder, process.working_directory);
    section.read_enum("priority", process.priority);
    section.read("cpu_affinity", process.cpu_affinity);
    section.read("inherit_environment", process.inherit_environment);
    read_optional_path(section, "environment_file", folder, process.environment_file);
    read_environment(section, process.environment);
    read_standard_input(section, folder, process);
    return process;
}

// What only both tables together can show.
void check_standard_input(const Section& section, const ServiceConfig& config) {
    const bool has_step = std::ranges::contains(config.supervise.stop.steps, supervise::StopMethod::standard_input,
                                                &supervise::StopStep::method);
    if (config.process.standard_input != StandardInput::file || !has_step) return;
    section.add("stdin", "a stop step with the method \"stdin\" needs a standard input that is kept open",
                "write stdin = \"open\", or let the program be stopped by other means");
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
    config.supervise.restart = read_restart(root.section("restart"));
    config.schedule = read_schedule(root.section("restart"));
    config.supervise.stop = read_stop(root.section("stop"), folder);
    check_standard_input(root.section("process"), config);
    config.hooks = read_hooks(root.section("hooks"), folder);
    if (config.hooks.pre_stop) config.supervise.stop.pre_stop = config.hooks.pre_stop->timeout;
    root.section("service").read_enum("pause", config.supervise.pause);
    root.section("service").read("watch", config.watch);
    config.logs = read_logs(root.section("logs"), folder);
    config.limits = read_limits(root.section("limits"));
    return config;
}

constexpr ByteSize k_largest_file = 1_MiB;

// What Windows' editors call Unicode.
bool is_utf16(std::string_view text) {
    return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

// What experience shows was meant.
std::string remedy_for_syntax(std::string_view text, const SyntaxError& error) {
    if (is_utf16(text)) return "it is UTF-16: save it as UTF-8 (Notepad: Save as, Encoding)";
    if (error.message.contains("not UTF-8")) return "save it as UTF-8 (Notepad: Save as, Encoding)";
    if (error.message.contains("control characters"))
        return "close the text with its quote on the same line; the rest is not checked";
    if (error.message.contains("escape"))
        return R"(in double quotes a backslash begins an escape: write a path in single quotes, 'C:\apps\app.exe', )"
               "or double each backslash; the rest is not checked";
    return "correct it; the rest is not checked";
}

}  // namespace

std::expected<ServiceConfig, std::vector<Error>> parse_config(std::string_view text, const std::string& file) {
    Findings findings(file);
    const auto table = read_toml(text);
    if (!table) {
        findings.add(table.error().place, "not valid TOML: " + table.error().message,
                     remedy_for_syntax(text, table.error()));
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
