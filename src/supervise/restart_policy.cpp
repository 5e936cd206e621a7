#include "supervise/restart_policy.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <variant>

namespace svcwrap::supervise {
namespace {

constexpr std::size_t k_policy_count = 5;

// Rows and columns as in the header.
constexpr std::array<std::array<bool, k_end_class_count>, k_policy_count> k_restarts{{
    {false, false, false, false, false},
    {false, true, true, true, true},
    {false, false, true, true, true},
    {true, false, false, false, false},
    {true, true, true, true, true},
}};

bool matches(ExitClass wanted, EndKind kind) {
    switch (wanted) {
        case ExitClass::crash:
            return kind == EndKind::crashed;
        case ExitClass::timeout:
            return kind == EndKind::start_timed_out;
        case ExitClass::launch_failure:
            return kind == EndKind::launch_failed;
        case ExitClass::probe_failure:
            return false;
    }
    return false;
}

bool matches(const ExitMatch& wanted, const RunEnd& end) {
    if (const auto* end_class = std::get_if<ExitClass>(&wanted)) return matches(*end_class, end.kind);
    const auto& range = std::get<ExitCodeRange>(wanted);
    return has_code(end) && range.first <= end.code.value && end.code.value <= range.last;
}

bool matches(const RestartRule& rule, const RunEnd& end) {
    return std::ranges::any_of(rule.exit_codes, [&](const ExitMatch& wanted) { return matches(wanted, end); });
}

RuleAction action_of(const RunEnd& end, const RestartOptions& options) {
    const EndClass end_class = class_of(end, options);
    if (restarts(options.policy, end_class)) return RuleAction::restart;
    return end_class == EndClass::success ? RuleAction::stop : RuleAction::fail;
}

}  // namespace

std::string_view name_of(EndClass end_class) {
    constexpr std::array<std::string_view, k_end_class_count> k_names{"success", "failure", "crash", "timeout",
                                                                      "launch_failure"};
    return k_names.at(static_cast<std::size_t>(end_class));
}

std::string_view name_of(RestartPolicy policy) {
    constexpr std::array<std::string_view, k_policy_count> k_names{"never", "on-failure", "on-abnormal", "on-success",
                                                                   "always"};
    return k_names.at(static_cast<std::size_t>(policy));
}

EndClass class_of(const RunEnd& end, const RestartOptions& options) {
    if (end.kind == EndKind::start_timed_out) return EndClass::timeout;
    if (end.kind == EndKind::launch_failed) return EndClass::launch_failure;
    if (end.kind == EndKind::left_over) return EndClass::failure;
    if (std::ranges::contains(options.success_exit_codes, end.code.value)) return EndClass::success;
    return end.kind == EndKind::crashed ? EndClass::crash : EndClass::failure;
}

bool restarts(RestartPolicy policy, EndClass end_class) {
    return k_restarts.at(static_cast<std::size_t>(policy)).at(static_cast<std::size_t>(end_class));
}

Verdict judge(const RunEnd& end, const RestartOptions& options) {
    const auto rule =
        std::ranges::find_if(options.rules, [&](const RestartRule& candidate) { return matches(candidate, end); });
    if (rule == options.rules.end())
        return {action_of(end, options), std::nullopt, "policy " + std::string(name_of(options.policy))};
    const auto number = std::distance(options.rules.begin(), rule) + 1;
    return {rule->action, rule->delay, "rule " + std::to_string(number)};
}

}  // namespace svcwrap::supervise
