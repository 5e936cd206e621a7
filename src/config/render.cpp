#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "config/difference.hpp"
#include "config/service_config.hpp"
#include "config/settings.hpp"
#include "config/toml_text.hpp"

namespace svcwrap::config {
namespace {

constexpr std::string_view k_introduction =
    "# A service of svcwrap. What is behind a # is a comment; settings shown in one have that value unless you change "
    "it.\n"
    "# Check this file with `svcwrap check`, try it out with `svcwrap run`. Texts in single quotes are taken as they "
    "stand.\n";

// What is written even if it is the default.
constexpr std::array<std::string_view, 7> k_always{"schema",           "service.name",    "service.description",
                                                   "service.start",    "service.account", "process.executable",
                                                   "process.arguments"};

bool is_written(const EffectiveSetting& effective) {
    const auto& setting = *effective.setting;
    if (std::ranges::contains(k_always, setting.key) || setting.key == "stop.steps") return true;
    const bool ours = setting.key.starts_with("service.") || setting.key.starts_with("process.");
    const auto none = setting.fallback.empty() ? std::string_view(R"("")") : setting.fallback;
    return ours && effective.value != none;
}

// A hook is one line, to be uncommented; its other settings are in the reference.
bool is_left_out(const Setting& setting) {
    if (setting.type == SettingType::rule_list) return true;
    return setting.key.starts_with("hooks.") && !setting.key.ends_with(".command");
}

// "restart.delay" stands in [restart], "hooks.pre_start.command" in [hooks].
std::size_t length_of_table(std::string_view key) {
    const auto point = key.starts_with("hooks.") ? key.find('.') : key.rfind('.');
    return point == std::string_view::npos ? 0 : point;
}

void append_environment(std::string& out, const platform::Environment& environment) {
    if (environment.empty()) return;
    out += "\n[process.environment]\n";
    for (const auto& [name, value] : environment)
        out.append(toml_key(name)).append(" = ").append(toml_text(value)).append("\n");
}

void append_setting(std::string& out, std::string_view name, const EffectiveSetting& effective) {
    const auto& setting = *effective.setting;
    if (is_written(effective)) {
        out.append(name).append(" = ").append(effective.value).append("\n");
        return;
    }
    const auto value = setting.fallback.empty() ? setting.example : setting.fallback;
    out.append("# ").append(name).append(" = ").append(value).append("  # ").append(setting.help).append("\n");
}

}  // namespace

std::string render_new_config(const ServiceOptions& service, const ProcessOptions& process,
                              const supervise::StopOptions& stop) {
    ServiceConfig config;
    config.service = service;
    config.process = process;
    config.supervise.stop = stop;
    std::string out(k_introduction);
    std::string_view table;
    for (const auto& effective : effective_settings(config)) {
        const auto& setting = *effective.setting;
        if (is_left_out(setting)) continue;
        if (setting.type == SettingType::text_table) {
            append_environment(out, process.environment);
            continue;
        }
        const auto its_table = setting.key.substr(0, length_of_table(setting.key));
        if (its_table != table) out.append("\n[").append(its_table).append("]\n");
        table = its_table;
        append_setting(out, setting.key.substr(table.empty() ? 0 : table.size() + 1), effective);
    }
    return out;
}

}  // namespace svcwrap::config
