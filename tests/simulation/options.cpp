#include "options.hpp"

#include <array>

namespace svcwrap::simulation {
namespace {

using namespace std::chrono_literals;
using namespace supervise;

RestartRule draw_rule(Random& random) {
    constexpr std::array k_actions{RuleAction::restart, RuleAction::restart_now, RuleAction::stop, RuleAction::fail};
    constexpr std::array<Duration, 3> k_delays{0s, 50ms, 30s};
    RestartRule rule;
    switch (random.below(5)) {
        case 0:
            rule.exit_codes.emplace_back(ExitCodeRange{2, 4});
            break;
        case 1:
            rule.exit_codes.emplace_back(ExitClass::crash);
            break;
        case 2:
            rule.exit_codes.emplace_back(ExitClass::launch_failure);
            break;
        case 3:
            rule.exit_codes.emplace_back(ExitClass::probe_failure);
            break;
        default:
            rule.exit_codes.emplace_back(ExitClass::timeout);
            break;
    }
    rule.action = random.pick(k_actions);
    if (random.one_in(2)) rule.delay = random.pick(k_delays);
    return rule;
}

RestartOptions draw_restart(Random& random) {
    constexpr std::array k_policies{RestartPolicy::never, RestartPolicy::on_failure, RestartPolicy::on_abnormal,
                                    RestartPolicy::on_success, RestartPolicy::always};
    constexpr std::array<Duration, 6> k_delays{0s, 1ms, 100ms, 1s, 1s, 10s};
    constexpr std::array<Duration, 4> k_caps{1s, 1min, 5min, k_forever};
    constexpr std::array k_multipliers{1.0, 1.5, 2.0, 1e6};
    constexpr std::array k_jitters{0.0, 0.1, 1.0};
    constexpr std::array<Duration, 4> k_resets{0s, 5s, 10min, k_forever};
    constexpr std::array<std::uint32_t, 5> k_limits{0, 0, 1, 3, 10};
    constexpr std::array<Duration, 4> k_intervals{1s, 1min, 1h, k_forever};
    constexpr std::array k_ends{GiveUp::fail, GiveUp::stop, GiveUp::recover};
    RestartOptions options;
    options.policy = random.one_in(2) ? RestartPolicy::always : random.pick(k_policies);
    if (random.one_in(3)) options.success_exit_codes = {0, 3};
    options.delay = random.pick(k_delays);
    options.max_delay = random.pick(k_caps);
    options.multiplier = random.pick(k_multipliers);
    options.jitter = random.pick(k_jitters);
    options.reset_after = random.pick(k_resets);
    options.limit = random.pick(k_limits);
    options.limit_interval = random.pick(k_intervals);
    options.on_give_up = random.pick(k_ends);
    for (std::size_t rules = random.one_in(2) ? 0 : random.below(3); rules > 0; --rules)
        options.rules.push_back(draw_rule(random));
    return options;
}

}  // namespace

Options draw_options(Random& random) {
    constexpr std::array<Duration, 4> k_launch_times{1s, 30s, 30s, k_forever};
    constexpr std::array<Duration, 6> k_step_times{0s, 100ms, 5s, 20s, 20s, 3min};
    constexpr std::array k_methods{StopMethod::ctrl_break,     StopMethod::ctrl_c,  StopMethod::close_window,
                                   StopMethod::standard_input, StopMethod::command, StopMethod::wait,
                                   StopMethod::terminate};
    constexpr std::array<Duration, 5> k_stop_times{0s, 4s, 30s, 10min, k_forever};
    constexpr std::array k_pauses{PausePolicy::refuse, PausePolicy::suspend, PausePolicy::suspend, PausePolicy::stop};
    Options options;
    options.start.timeout = random.pick(k_launch_times);
    options.restart = draw_restart(random);
    options.stop.steps.resize(random.below(4));
    for (StopStep& step : options.stop.steps) {
        step.method = random.pick(k_methods);
        step.timeout = random.one_in(40) ? k_forever : random.pick(k_step_times);
    }
    options.stop.timeout = random.one_in(2) ? k_forever : random.pick(k_stop_times);
    if (random.one_in(3)) options.stop.pre_stop = random.pick(k_step_times);
    options.pause = random.pick(k_pauses);
    return options;
}

}  // namespace svcwrap::simulation
