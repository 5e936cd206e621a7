#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "config/service_config.hpp"
#include "config/settings.hpp"
#include "config/toml_text.hpp"

namespace svcwrap::config {
namespace {

using Values = std::map<std::string_view, std::string>;  // by key, as they stand in the TOML

constexpr std::string_view k_introduction =
    "# A service of svcwrap. What is behind a # is a comment; settings shown in one have that value unless you change "
    "it.\n"
    "# Check this file with `svcwrap check`, try it out with `svcwrap run`. Texts in single quotes are taken as they "
    "stand.\n";

std::string steps_text(const supervise::StopOptions& stop) {
    std::string out = "[";
    for (const auto& step : stop.steps) {
        out.append(out.size() == 1 ? "" : ", ").append("{ method = ");
        out.append(toml_text(choice_text("stop.steps.method", step.method))).append(", timeout = ");
        out.append(toml_text(to_text(step.timeout))).append(" }");
    }
    return out += ']';
}

void add_service(Values& values, const ServiceOptions& service) {
    values["service.name"] = toml_text(service.name);
    if (!service.display_name.empty()) values["service.display_name"] = toml_text(service.display_name);
    values["service.description"] = toml_text(service.description);
    values["service.start"] = toml_text(choice_text("service.start", service.start));
    values["service.account"] = toml_text(service.account);
    if (!service.dependencies.empty()) values["service.dependencies"] = toml_list(service.dependencies);
    if (!service.required_privileges.empty()) {
        values["service.required_privileges"] = toml_list(service.required_privileges);
    }
    if (service.sid_type != ServiceOptions{}.sid_type) {
        values["service.sid_type"] = toml_text(choice_text("service.sid_type", service.sid_type));
    }
}

void add_process(Values& values, const ProcessOptions& process) {
    const ProcessOptions defaults;
    values["process.executable"] = toml_text(process.executable);
    values["process.arguments"] = toml_list(process.arguments);
    if (!process.working_directory.empty()) values["process.working_directory"] = toml_text(process.working_directory);
    if (process.priority != defaults.priority) {
        values["process.priority"] = toml_text(choice_text("process.priority", process.priority));
    }
    if (!process.cpu_affinity.empty()) values["process.cpu_affinity"] = toml_list(process.cpu_affinity);
    if (!process.inherit_environment) values["process.inherit_environment"] = "false";
    if (!process.environment_file.empty()) values["process.environment_file"] = toml_text(process.environment_file);
}

bool is_in_list(const Setting& setting) {
    return setting.key.starts_with("stop.steps.") || setting.key.starts_with("restart.rules");
}

void append_environment(std::string& out, const platform::Environment& environment) {
    if (environment.empty()) return;
    out += "\n[process.environment]\n";
    for (const auto& [name, value] : environment)
        out.append(toml_key(name)).append(" = ").append(toml_text(value)).append("\n");
}

void append_setting(std::string& out, const Setting& setting, const Values& values) {
    const auto name = setting.key.substr(setting.key.rfind('.') + 1);
    if (const auto at = values.find(setting.key); at != values.end()) {
        out.append(name).append(" = ").append(at->second).append("\n");
        return;
    }
    const auto value = setting.fallback.empty() ? setting.example : setting.fallback;
    out.append("# ").append(name).append(" = ").append(value).append("  # ").append(setting.help).append("\n");
}

}  // namespace

std::string render_new_config(const ServiceOptions& service, const ProcessOptions& process,
                              const supervise::StopOptions& stop) {
    Values values{{"schema", "1"}, {"stop.steps", steps_text(stop)}};
    add_service(values, service);
    add_process(values, process);
    std::string out(k_introduction);
    std::string_view table;
    for (const auto& setting : all_settings()) {
        if (is_in_list(setting)) continue;
        if (setting.type == SettingType::text_table) {
            append_environment(out, process.environment);
            continue;
        }
        const auto point = setting.key.rfind('.');
        const auto its_table = point == std::string_view::npos ? std::string_view() : setting.key.substr(0, point);
        if (its_table != table) out.append("\n[").append(its_table).append("]\n");
        table = its_table;
        append_setting(out, setting, values);
    }
    return out;
}

}  // namespace svcwrap::config
