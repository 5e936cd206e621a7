#include "host/hooks.hpp"

#include <algorithm>
#include <array>
#include <format>
#include <utility>

#include "base/path.hpp"
#include "config/environment.hpp"
#include "host/json_fields.hpp"
#include "host/output_filter.hpp"
#include "supervise/restart_policy.hpp"

namespace svcwrap::host {
namespace {

using supervise::EndClass;

constexpr std::array<std::string_view, 7> k_moments{"pre_start",  "post_start", "pre_stop", "post_stop",
                                                    "on_failure", "on_give_up", "on_rotate"};

platform::Environment base_environment(const config::ServiceConfig& config, const Parts& parts) {
    const platform::Environment own = parts.system.environment();
    if (auto whole = config::make_environment(config, own, parts.files)) return *std::move(whole);
    config::ServiceConfig without_file = config;
    without_file.process.environment_file.clear();
    return config::make_environment(without_file, own, parts.files).value_or(own);
}

Error hook_error(HookMoment moment, const config::Hook& hook, const ProgramEnd& end, Duration timeout) {
    std::string remedy = end.fate == ProgramFate::not_started ? end.error.remedy : std::string();
    if (remedy.empty()) {
        remedy = std::format("run {} by hand, or set hooks.{}.ignore_failure", hook.command.front(), name_of(moment));
    }
    return {.kind = ErrorKind::launch_failed,
            .message = std::format("hook {} ({}): {}", name_of(moment), hook.command.front(), describe(end, timeout)),
            .os_code = end.error.os_code,
            .where = std::string(name_of(moment)),
            .remedy = std::move(remedy)};
}

}  // namespace

std::string_view name_of(HookMoment moment) {
    return k_moments.at(static_cast<std::size_t>(moment));
}

const std::optional<config::Hook>& hook_at(const config::Hooks& hooks, HookMoment moment) {
    switch (moment) {
        case HookMoment::pre_start:
            return hooks.pre_start;
        case HookMoment::post_start:
            return hooks.post_start;
        case HookMoment::pre_stop:
            return hooks.pre_stop;
        case HookMoment::post_stop:
            return hooks.post_stop;
        case HookMoment::on_failure:
            return hooks.on_failure;
        case HookMoment::on_give_up:
            return hooks.on_give_up;
        case HookMoment::on_rotate:
            break;
    }
    return hooks.on_rotate;
}

std::string_view result_of(const supervise::RunEnd& end, const supervise::RestartOptions& options) {
    if (end.asked_for) return "stopped";
    switch (supervise::class_of(end, options)) {
        case EndClass::success:
            return "success";
        case EndClass::failure:
            return "exit-code";
        case EndClass::crash:
            return "crash";
        case EndClass::timeout:
            return "timeout";
        case EndClass::launch_failure:
            break;
    }
    return "launch-failure";
}

platform::Environment side_environment(const config::ServiceConfig& config, const Parts& parts, std::string_view event,
                                       const RunFacts& facts) {
    platform::Environment variables = base_environment(config, parts);
    const auto set = [&variables](std::string_view name, const std::string& value) {
        config::set_variable(variables, name, value);
    };
    set("SVCWRAP_EVENT", std::string(event));
    set("SVCWRAP_RUN", std::to_string(facts.run));
    if (facts.process_id != 0) set("SVCWRAP_PID", std::to_string(facts.process_id));
    if (!facts.file.empty()) set("SVCWRAP_FILE", facts.file);
    if (!facts.end) return variables;
    set("SVCWRAP_RESULT", facts.result);
    set("SVCWRAP_EXIT_KIND", std::string(published_name(facts.end->kind)));
    if (has_code(*facts.end)) {
        set("SVCWRAP_EXIT_CODE", std::to_string(facts.end->code.value));
        set("SVCWRAP_EXIT_CODE_HEX", std::format("0x{:08X}", facts.end->code.value));
    }
    return variables;
}

// The program stands in the child's working folder, as the child does, or beside the TOML if that is not there: who
// reports that the folder is missing must not fail for it.
ProgramOrder side_order(const config::ServiceConfig& config, const Parts& parts, std::vector<std::string> command,
                        std::string_view event, const RunFacts& facts) {
    ProgramOrder order;
    order.command = std::move(command);
    order.search_folder = parent_path(config.file);
    order.working_directory = config.process.working_directory;
    if (!exists(parts.files, order.working_directory)) order.working_directory = order.search_folder;
    order.environment = side_environment(config, parts, event, facts);
    return order;
}

Status run_hook(const LoopContext& context, const config::ServiceConfig& config, HookMoment moment,
                const RunFacts& facts, const std::stop_token& stop, Duration most) {
    const auto& hook = hook_at(config.hooks, moment);
    if (!hook || hook->command.empty()) return {};
    ProgramOrder order = side_order(config, context.parts, hook->command, name_of(moment), facts);
    order.timeout = std::min(hook->timeout, most);
    const std::string title = std::format("hook {}: ", name_of(moment));
    context.say(Severity::info, title + "begins");
    const OutputFilter filter(config.logs, {});
    const ProgramEnd end = run_program(
        context.parts.launcher, context.parts.system, order, stop,
        [&](std::string line) { context.say(Severity::info, title + "| " + filter.redact(std::move(line))); });
    const bool is_fine = end.is_success();
    context.say(is_fine ? Severity::info : Severity::warning,
                title + describe(end, order.timeout) + (!is_fine && hook->ignore_failure ? ", ignored" : ""));
    if (is_fine || (hook->ignore_failure && end.fate != ProgramFate::cancelled)) return {};
    return std::unexpected(hook_error(moment, *hook, end, order.timeout));
}

}  // namespace svcwrap::host
