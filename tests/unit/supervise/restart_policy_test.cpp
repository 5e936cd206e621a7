#include "supervise/restart_policy.hpp"

#include <catch_amalgamated.hpp>
#include <fstream>

#include "story.hpp"

namespace svcwrap::supervise {
namespace {

using enum EndClass;
using Policy = RestartPolicy;

RunEnd exited(std::uint32_t code) {
    return {.kind = EndKind::exited, .code = ExitCode{code}};
}
RunEnd crashed(std::uint32_t code) {
    return {.kind = EndKind::crashed, .code = ExitCode{code}};
}
RunEnd ended(EndKind kind) {
    return {.kind = kind, .code = {}, .detail = "no such file"};
}

RestartOptions with_rules(std::vector<RestartRule> rules) {
    RestartOptions options;
    options.rules = std::move(rules);
    return options;
}

struct PolicyCell {
    Policy policy;
    EndClass end_class;
    bool restarts;
};

}  // namespace

TEST_CASE("the policies restart as systemd's do") {
    const auto cell = GENERATE(values<PolicyCell>({
        {Policy::never, success, false},
        {Policy::never, failure, false},
        {Policy::never, crash, false},
        {Policy::never, timeout, false},
        {Policy::never, launch_failure, false},
        {Policy::on_failure, success, false},
        {Policy::on_failure, failure, true},
        {Policy::on_failure, crash, true},
        {Policy::on_failure, timeout, true},
        {Policy::on_failure, launch_failure, true},
        {Policy::on_abnormal, success, false},
        {Policy::on_abnormal, failure, false},
        {Policy::on_abnormal, crash, true},
        {Policy::on_abnormal, timeout, true},
        {Policy::on_abnormal, launch_failure, true},
        {Policy::on_success, success, true},
        {Policy::on_success, failure, false},
        {Policy::on_success, crash, false},
        {Policy::on_success, timeout, false},
        {Policy::on_success, launch_failure, false},
        {Policy::always, success, true},
        {Policy::always, failure, true},
        {Policy::always, crash, true},
        {Policy::always, timeout, true},
        {Policy::always, launch_failure, true},
    }));
    INFO(name_of(cell.policy) << ", " << name_of(cell.end_class));
    CHECK(restarts(cell.policy, cell.end_class) == cell.restarts);
}

TEST_CASE("the table of policies in the header is the one in code") {
    std::ifstream file(SVCWRAP_SOURCE_DIR "/src/supervise/restart_policy.hpp");
    std::size_t policies = 0;
    for (std::string line; std::getline(file, line);) {
        for (const Policy policy :
             {Policy::never, Policy::on_failure, Policy::on_abnormal, Policy::on_success, Policy::always}) {
            if (!line.starts_with("// | " + std::string(name_of(policy)) + " ")) continue;
            ++policies;
            std::string_view rest(line);
            rest.remove_prefix(5);
            for (const EndClass end_class : {success, failure, crash, timeout, launch_failure}) {
                rest.remove_prefix(rest.find("| ") + 2);
                INFO(line << " at " << name_of(end_class));
                CHECK(rest.starts_with("restart ") == restarts(policy, end_class));
            }
        }
    }
    CHECK(policies == 5);
}

TEST_CASE("an end of a run has one class") {
    RestartOptions options;
    options.success_exit_codes = {0, 7, 0xC0000005};
    const auto [end, wanted] = GENERATE(table<RunEnd, EndClass>({
        {exited(0), success},
        {exited(7), success},
        {exited(3), failure},
        {exited(0xFFFFFFFF), failure},
        {crashed(0xC0000005), success},
        {crashed(0xC0000409), crash},
        {ended(EndKind::start_timed_out), timeout},
        {ended(EndKind::launch_failed), launch_failure},
    }));
    INFO(describe(end));
    CHECK(class_of(end, options) == wanted);
}

TEST_CASE("what does not restart ends as a success or as a failure") {
    RestartOptions options;
    options.policy = Policy::never;
    CHECK(judge(exited(0), options).action == RuleAction::stop);
    CHECK(judge(exited(1), options).action == RuleAction::fail);
    CHECK(judge(crashed(0xC0000005), options).action == RuleAction::fail);
    CHECK(judge(ended(EndKind::launch_failed), options).action == RuleAction::fail);
    CHECK(judge(exited(0), options).why == "policy never");
}

TEST_CASE("the first rule that matches wins over the policy and the success codes") {
    const auto options = with_rules({
        {.exit_codes = {ExitCodeRange{100, 110}}, .action = RuleAction::stop, .delay = {}},
        {.exit_codes = {ExitCodeRange{3, 3}, ExitCodeRange{105, 120}}, .action = RuleAction::restart, .delay = 30s},
        {.exit_codes = {ExitCodeRange{0, 0}}, .action = RuleAction::restart_now, .delay = {}},
        {.exit_codes = {ExitClass::crash}, .action = RuleAction::fail, .delay = {}},
    });
    const auto [end, action, why] = GENERATE(table<RunEnd, RuleAction, std::string>({
        {exited(100), RuleAction::stop, "rule 1"},
        {exited(110), RuleAction::stop, "rule 1"},
        {exited(111), RuleAction::restart, "rule 2"},
        {exited(99), RuleAction::restart, "policy on-failure"},
        {exited(3), RuleAction::restart, "rule 2"},
        {exited(0), RuleAction::restart_now, "rule 3"},
        {crashed(0xC0000005), RuleAction::fail, "rule 4"},
    }));
    INFO(describe(end));
    CHECK(judge(end, options).action == action);
    CHECK(judge(end, options).why == why);
}

TEST_CASE("a rule brings its own delay") {
    const auto options =
        with_rules({{.exit_codes = {ExitCodeRange{3, 3}}, .action = RuleAction::restart, .delay = 30s}});
    CHECK(judge(exited(3), options).delay == 30s);
    CHECK_FALSE(judge(exited(4), options).delay.has_value());
}

TEST_CASE("a class of a rule matches its kind of end and no other") {
    const auto [wanted, kind] = GENERATE(table<ExitClass, EndKind>({
        {ExitClass::crash, EndKind::crashed},
        {ExitClass::timeout, EndKind::start_timed_out},
        {ExitClass::launch_failure, EndKind::launch_failed},
    }));
    const auto options = with_rules({{.exit_codes = {wanted}, .action = RuleAction::restart_now, .delay = {}}});
    for (const EndKind other : {EndKind::exited, EndKind::crashed, EndKind::launch_failed, EndKind::start_timed_out}) {
        const bool is_match = judge(ended(other), options).action == RuleAction::restart_now;
        INFO(name_of(kind) << ", " << name_of(other));
        CHECK(is_match == (other == kind));
    }
}

TEST_CASE("no end matches the class that is kept for probes") {
    const auto options =
        with_rules({{.exit_codes = {ExitClass::probe_failure}, .action = RuleAction::stop, .delay = {}}});
    for (const EndKind kind : {EndKind::exited, EndKind::crashed, EndKind::launch_failed, EndKind::start_timed_out})
        CHECK(judge(ended(kind), options).why == "policy on-failure");
}

TEST_CASE("a range of codes does not match a launch that left no code") {
    const auto options = with_rules({{.exit_codes = {ExitCodeRange{0, 0xFFFFFFFF}}, .action = RuleAction::stop}});
    CHECK(judge(exited(0xFFFFFFFF), options).action == RuleAction::stop);
    CHECK(judge(ended(EndKind::launch_failed), options).action == RuleAction::restart);
}

}  // namespace svcwrap::supervise
