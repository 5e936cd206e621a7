#include <algorithm>
#include <array>
#include <format>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "config/difference.hpp"
#include "config/log_texts.hpp"
#include "config/toml_text.hpp"

namespace svcwrap::config {
namespace {

using Values = std::map<std::string_view, std::string>;

std::string flag_text(bool flag) {
    return flag ? "true" : "false";
}

std::string duration_text(Duration duration) {
    return toml_text(to_text(duration));
}

std::string size_text(ByteSize size) {
    return toml_text(to_text(size));
}

template <class E>
void put_choice(Values& values, std::string_view key, E value) {
    values[key] = toml_text(choice_text(key, value));
}

// "[{ ... }, { ... }]"
template <class T>
std::string list_of_tables(const std::vector<T>& items, auto to_item) {
    std::string out = "[";
    for (const auto& item : items) out.append(out.size() == 1 ? "{ " : ", { ").append(to_item(item)).append(" }");
    return out += ']';
}

std::string step_text(const supervise::StopStep& step) {
    std::string out = "method = " + toml_text(choice_text("stop.steps.method", step.method));
    if (!step.text.empty()) out.append(", text = ").append(toml_text(step.text));
    if (!step.command.empty()) out.append(", command = ").append(toml_list(step.command));
    return out.append(", timeout = ").append(duration_text(step.timeout));
}

std::string match_text(const supervise::ExitMatch& match) {
    constexpr std::array<std::string_view, 4> k_classes{"crash", "timeout", "launch-failure", "probe-failure"};
    if (const auto* end_class = std::get_if<supervise::ExitClass>(&match)) {
        return std::string(k_classes.at(static_cast<std::size_t>(*end_class)));
    }
    const auto [first, last] = std::get<supervise::ExitCodeRange>(match);
    return first == last ? std::to_string(first) : std::format("{}-{}", first, last);
}

std::string rule_text(const supervise::RestartRule& rule) {
    std::vector<std::string> codes;
    std::ranges::transform(rule.exit_codes, std::back_inserter(codes), match_text);
    std::string out = "exit_codes = " + toml_list(codes);
    out.append(", action = ").append(toml_text(choice_text("restart.rules.action", rule.action)));
    if (rule.delay) out.append(", delay = ").append(duration_text(*rule.delay));
    return out;
}

std::string table_text(const platform::Environment& variables) {
    std::string out;
    for (const auto& [name, value] : variables) {
        out.append(out.empty() ? "{ " : ", ").append(toml_key(name)).append(" = ").append(toml_text(value));
    }
    return out.empty() ? "{}" : out + " }";
}

void put_service(Values& values, const ServiceConfig& config) {
    const auto& service = config.service;
    values["schema"] = "1";
    values["service.name"] = toml_text(service.name);
    values["service.display_name"] = toml_text(service.display_name);
    values["service.description"] = toml_text(service.description);
    put_choice(values, "service.start", service.start);
    values["service.account"] = toml_text(service.account);
    values["service.dependencies"] = toml_list(service.dependencies);
    values["service.required_privileges"] = toml_list(service.required_privileges);
    put_choice(values, "service.sid_type", service.sid_type);
    put_choice(values, "service.recovery", service.recovery);
    values["service.allow_insecure"] = flag_text(service.allow_insecure);
    put_choice(values, "service.pause", config.supervise.pause);
    values["service.watch"] = flag_text(config.watch);
}

void put_process(Values& values, const ProcessOptions& process) {
    values["process.executable"] = toml_text(process.executable);
    values["process.arguments"] = toml_list(process.arguments);
    values["process.working_directory"] = toml_text(process.working_directory);
    put_choice(values, "process.priority", process.priority);
    values["process.cpu_affinity"] = toml_list(process.cpu_affinity);
    values["process.inherit_environment"] = flag_text(process.inherit_environment);
    values["process.environment_file"] = toml_text(process.environment_file);
    put_choice(values, "process.stdin", process.standard_input);
    values["process.stdin_file"] = toml_text(process.standard_input_file);
    values["process.environment"] = table_text(process.environment);
}

void put_stop(Values& values, const supervise::StopOptions& stop) {
    values["stop.steps"] = list_of_tables(stop.steps, step_text);
    values["stop.timeout"] = duration_text(stop.timeout);
    values["stop.kill_tree"] = flag_text(stop.kill_tree);
}

void put_restart(Values& values, const supervise::RestartOptions& restart, const RestartSchedule& schedule) {
    put_choice(values, "restart.policy", restart.policy);
    values["restart.success_exit_codes"] = toml_list(restart.success_exit_codes);
    values["restart.delay"] = duration_text(restart.delay);
    values["restart.max_delay"] = duration_text(restart.max_delay);
    values["restart.multiplier"] = toml_number(restart.multiplier);
    values["restart.jitter"] = toml_number(restart.jitter);
    values["restart.reset_after"] = duration_text(restart.reset_after);
    values["restart.limit"] = std::to_string(restart.limit);
    values["restart.limit_interval"] = duration_text(restart.limit_interval);
    put_choice(values, "restart.on_give_up", restart.on_give_up);
    values["restart.every"] = duration_text(schedule.every);
    values["restart.at"] = toml_text(schedule.at ? time_of_day_text(*schedule.at) : "");
    values["restart.rules"] = list_of_tables(restart.rules, rule_text);
}

struct HookKeys {
    std::string_view command;
    std::string_view timeout;
    std::string_view ignore_failure;
};

void put_hook(Values& values, const HookKeys& keys, const std::optional<Hook>& hook) {
    const Hook& shown = hook ? *hook : Hook{};
    values[keys.command] = toml_list(shown.command);
    values[keys.timeout] = duration_text(shown.timeout);
    values[keys.ignore_failure] = flag_text(shown.ignore_failure);
}

void put_hooks(Values& values, const Hooks& hooks) {
    put_hook(values, {"hooks.pre_start.command", "hooks.pre_start.timeout", "hooks.pre_start.ignore_failure"},
             hooks.pre_start);
    put_hook(values, {"hooks.post_start.command", "hooks.post_start.timeout", "hooks.post_start.ignore_failure"},
             hooks.post_start);
    put_hook(values, {"hooks.pre_stop.command", "hooks.pre_stop.timeout", "hooks.pre_stop.ignore_failure"},
             hooks.pre_stop);
    put_hook(values, {"hooks.post_stop.command", "hooks.post_stop.timeout", "hooks.post_stop.ignore_failure"},
             hooks.post_stop);
    put_hook(values, {"hooks.on_failure.command", "hooks.on_failure.timeout", "hooks.on_failure.ignore_failure"},
             hooks.on_failure);
    put_hook(values, {"hooks.on_give_up.command", "hooks.on_give_up.timeout", "hooks.on_give_up.ignore_failure"},
             hooks.on_give_up);
    put_hook(values, {"hooks.on_rotate.command", "hooks.on_rotate.timeout", "hooks.on_rotate.ignore_failure"},
             hooks.on_rotate);
}

void put_lines(Values& values, const logs::Options& logs) {
    put_choice(values, "logs.format", logs.format);
    put_choice(values, "logs.encoding", logs.encoding);
    put_choice(values, "logs.timestamps", logs.timestamps);
    values["logs.line_limit"] = size_text(logs.line_limit);
    values["logs.partial_after"] = duration_text(logs.partial_after);
    values["logs.rate_limit"] = toml_text(logs.rate_limit ? rate_limit_text(*logs.rate_limit) : "");
    values["logs.redact"] = toml_list(logs.redact);
}

void put_logs(Values& values, const logs::Options& logs) {
    values["logs.directory"] = toml_text(logs.directory);
    put_choice(values, "logs.stdout", logs.standard_output);
    put_choice(values, "logs.stderr", logs.standard_error);
    put_lines(values, logs);
    put_choice(values, "logs.on_full", logs.on_full);
    put_choice(values, "logs.sync", logs.sync);
    values["logs.sync_interval"] = duration_text(logs.sync_interval);
    values["logs.rotate.max_size"] = size_text(logs.rotate.max_size);
    put_choice(values, "logs.rotate.interval", logs.rotate.interval);
    values["logs.rotate.at"] = toml_text(rotation_time_text(logs.rotate));
    values["logs.rotate.on_start"] = flag_text(logs.rotate.on_start);
    values["logs.keep.files"] = std::to_string(logs.keep.files);
    values["logs.keep.age"] = duration_text(logs.keep.age);
    values["logs.keep.total_size"] = size_text(logs.keep.total_size);
    put_choice(values, "logs.keep.compress", logs.keep.compress);
    values["logs.keep.delay_compress"] = flag_text(logs.keep.delay_compress);
    values["logs.disk.warn_above"] = std::to_string(logs.disk.warn_above);
    values["logs.disk.compress_above"] = std::to_string(logs.disk.compress_above);
    values["logs.disk.prune_above"] = std::to_string(logs.disk.prune_above);
    values["logs.disk.stop_above"] = std::to_string(logs.disk.stop_above);
}

void put_limits(Values& values, const platform::JobLimits& limits) {
    values["limits.memory"] = size_text(limits.memory);
    values["limits.cpu_percent"] = std::to_string(limits.cpu_percent);
    values["limits.processes"] = std::to_string(limits.processes);
}

Values values_of(const ServiceConfig& config) {
    Values values;
    put_service(values, config);
    put_process(values, config.process);
    values["start.timeout"] = duration_text(config.supervise.start.timeout);
    put_stop(values, config.supervise.stop);
    put_restart(values, config.supervise.restart, config.schedule);
    put_hooks(values, config.hooks);
    put_logs(values, config.logs);
    put_limits(values, config.limits);
    return values;
}

}  // namespace

std::vector<EffectiveSetting> effective_settings(const ServiceConfig& config) {
    auto values = values_of(config);
    std::vector<EffectiveSetting> settings;
    for (const auto& setting : all_settings()) {
        if (!is_of_item(setting)) settings.push_back({&setting, std::move(values[setting.key])});
    }
    return settings;
}

}  // namespace svcwrap::config
