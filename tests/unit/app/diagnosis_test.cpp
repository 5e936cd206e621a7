// What is wrong with a service, by what is known of it.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <string>
#include <vector>

#include "diagnosis_cases.hpp"

namespace svcwrap::app {

namespace {

Case refused(std::uint32_t code, std::string cause_code, std::string remedy) {
    return {.name = "refused with " + std::to_string(code),
            .facts = facts_of(ServiceState::stopped, code),
            .code = "refused",
            .cause_code = std::move(cause_code),
            .cause = "error " + std::to_string(code),
            .remedy = std::move(remedy)};
}

std::vector<Case> scm_cases() {
    std::vector<Case> rows;
    rows.push_back({.name = "never started",
                    .facts = facts_of(ServiceState::stopped, 1077),
                    .code = "never-started",
                    .is_problem = false,
                    .cause = "start mode is auto",
                    .remedy = "svcwrap start App"});
    Case disabled{.name = "disabled",
                  .facts = facts_of(ServiceState::stopped, 1077),
                  .code = "disabled",
                  .cause = "nobody can start it",
                  .remedy = "svcwrap install App --update --start manual"};
    disabled.facts.view.registration.configuration.start = platform::StartMode::disabled;
    rows.push_back(disabled);
    rows.push_back(refused(1069, "logon-failed", "Log on as a service"));
    rows.push_back(refused(1326, "logon-failed", "password"));
    rows.push_back(refused(1385, "logon-failed", "Log on as a service"));
    rows.push_back(refused(1053, "no-answer", "svcwrap run"));
    rows.push_back(refused(1058, "disabled", "service.start"));
    rows.push_back(refused(1068, "dependency-failed", "service.dependencies"));
    rows.push_back(refused(1075, "dependency-missing", "service.dependencies"));
    rows.push_back(refused(1072, "marked-for-deletion", "services.msc"));
    rows.push_back(refused(1057, "bad-account", "DOMAIN\\user"));
    Case config{.name = "wrong configuration",
                .facts = facts_of(ServiceState::stopped, 1610),
                .code = "bad-config",
                .cause = "C:\\App.toml",
                .remedy = "svcwrap check App"};
    config.facts.config_errors =
        std::vector<Error>{{.kind = ErrorKind::bad_config, .message = "unknown", .where = "C:\\App.toml:4:1"}};
    rows.push_back(config);
    Case right{.name = "a configuration that is right again",
               .facts = facts_of(ServiceState::stopped, 1610),
               .code = "bad-config",
               .cause = "it is valid",
               .remedy = "svcwrap start App"};
    right.facts.config_errors.emplace();
    rows.push_back(right);
    rows.push_back({.name = "the wrapper was ended",
                    .facts = published(ServiceState::stopped, State::running, 1067),
                    .code = "wrapper-died",
                    .cause = "ended without a word while its program was running",
                    .remedy = "taskkill"});
    Case specific{.name = "a code and no published state",
                  .facts = facts_of(ServiceState::stopped, 1066),
                  .code = "program-ended",
                  .cause_code = "missing-dll",
                  .cause = "0xC0000135",
                  .remedy = "Redistributable"};
    specific.facts.view.status.service_exit_code = 0xC0000135;
    rows.push_back(specific);
    rows.push_back({.name = "stopped without a word",
                    .facts = facts_of(ServiceState::stopped),
                    .code = "stopped",
                    .is_problem = false,
                    .cause = "no word",
                    .remedy = "svcwrap start App"});
    return rows;
}

std::vector<Case> stopped_cases() {
    std::vector<Case> rows;
    Case stopped{.name = "stopped by request",
                 .facts = published(ServiceState::stopped, State::stopped),
                 .code = "stopped-by-request",
                 .is_problem = false,
                 .cause = "somebody stopped",
                 .remedy = "svcwrap start App"};
    stopped.facts.view.published->stop_reason = supervise::StopReason::asked;
    rows.push_back(stopped);
    stopped.name = "stopped by request, but only the job object could";
    stopped.facts.view.published->was_killed = true;
    stopped.remedy = "svcwrap test-stop App";
    rows.push_back(stopped);
    stopped.name = "stopped by a shutdown";
    stopped.facts.view.published->stop_reason = supervise::StopReason::system_preshutdown;
    stopped.cause = "shut down";
    rows.push_back(stopped);
    Case gave_up{.name = "gave up",
                 .facts = published(ServiceState::stopped, State::stopped, 1066),
                 .code = "gave-up",
                 .cause_code = "crashed",
                 .cause = "limit of restarts",
                 .remedy = "svcwrap start App"};
    gave_up.facts.view.published->gave_up = true;
    gave_up.facts.view.published->last_end = exited(0xC0000005);
    rows.push_back(gave_up);
    rows.push_back(ended("an exit code", exited(9009), "exited", "exit code 9009", "PATH"));
    rows.push_back(ended("an exit code that nobody knows", exited(77), "exited", "exit code 77", "--output"));
    rows.push_back(ended("a crash", exited(0xC0000005), "crashed", "access violation", "defect"));
    rows.push_back(ended("a missing DLL", exited(0xC0000135), "missing-dll", "DLL not found", "Redistributable"));
    rows.push_back(ended("the wrong DLL", exited(0xC0000139), "wrong-dll", "entry point", "PATH"));
    rows.push_back(ended("desktop heap", exited(0xC0000142), "desktop-heap", "DLL init", "desktop heap"));
    rows.push_back(ended("a code of many tools, and of an exhausted desktop heap", exited(128), "exited", "128",
                         "without a word: Too many services"));
    rows.push_back(ended("a program that had nothing more to do", exited(0), "exited", "exit code 0", "keep running"));
    rows.back().facts.view.status.win32_exit_code = 0;
    rows.back().is_problem = false;
    rows.push_back(ended("ended by a rule", exited(77), "exited", "rule 2 of restart.rules", "change rule 2"));
    rows.back().facts.view.published->reason = "exit code 77 (rule 2): no restart";
    rows.push_back(ended("ended by a rule that only the history names", exited(77), "exited",
                         "rule 12 of restart.rules", "svcwrap start App"));
    rows.back().facts.history = {{.run = 3, .why = "exit code 77 (rule 12): no restart"}};
    rows.push_back(ended("a launch that took too long", {.kind = EndKind::start_timed_out, .detail = "the disk"},
                         "launch-timeout", "the disk", "start.timeout"));
    rows.push_back(ended("a process that can't be ended", {.kind = EndKind::left_over, .detail = "process 5"},
                         "left-over", "process 5", "driver"));
    return rows;
}

std::vector<Case> running_cases() {
    std::vector<Case> rows;
    Case running{.name = "running",
                 .facts = published(ServiceState::running, State::running),
                 .code = "running",
                 .is_problem = false};
    running.facts.view.published->child_started = k_now - 1h;
    running.cause = "1 h ago";
    rows.push_back(running);
    running.name = "running with trouble";
    running.facts.view.published->trouble = "hooks.post_start failed: exit code 1";
    running.code = "trouble";
    running.is_problem = true;
    running.cause = "hooks.post_start failed";
    running.remedy = "svcwrap.log";
    rows.push_back(running);
    running.name = "running and losing output";
    running.facts.view.published->trouble.clear();
    running.facts.view.published->logs = {{.stream = "stdout", .path = "C:\\l", .lost_bytes = 2048}};
    running.code = "log-trouble";
    running.cause = to_human(ByteSize{2048});
    running.remedy = "logs.directory";
    rows.push_back(running);
    Case backoff{.name = "backoff",
                 .facts = published(ServiceState::running, State::backoff),
                 .code = "backoff",
                 .cause_code = "exited",
                 .cause = "exit code 3",
                 .remedy = "svcwrap start App"};
    backoff.facts.view.published->last_end = exited(3);
    backoff.facts.view.published->next_launch = k_now + 5s;
    rows.push_back(backoff);
    Case paused{.name = "paused",
                .facts = published(ServiceState::paused, State::paused),
                .code = "paused",
                .is_problem = false,
                .cause = "is stopped until",
                .remedy = "svcwrap continue App"};
    rows.push_back(paused);
    paused.name = "suspended";
    paused.facts.view.published->suspended = true;
    paused.cause = "stands still";
    rows.push_back(paused);
    Case silent{.name = "a wrapper that does not answer",
                .facts = published(ServiceState::running, State::running),
                .code = "unknown",
                .cause = "is not known"};
    silent.facts.view.note = "what the child does is not known";
    silent.facts.view.unreachable =
        Error{.kind = ErrorKind::timed_out, .message = "no answer", .remedy = "its journal"};
    silent.remedy = "its journal";
    rows.push_back(silent);
    rows.push_back(
        {.name = "starting", .facts = facts_of(ServiceState::start_pending), .code = "starting", .is_problem = false});
    Case launching{.name = "launching",
                   .facts = published(ServiceState::running, State::starting),
                   .code = "starting",
                   .is_problem = false};
    rows.push_back(launching);
    launching.name = "launching for too long";
    launching.facts.view.published->launch_overdue = true;
    launching.cause_code = "launch-timeout";
    launching.is_problem = true;
    launching.cause = "longer than start.timeout";
    launching.remedy = "virus scanner";
    rows.push_back(launching);
    rows.push_back({.name = "stopping",
                    .facts = published(ServiceState::stop_pending, State::stopping),
                    .code = "stopping",
                    .is_problem = false});
    return rows;
}

}  // namespace

TEST_CASE("Every stopped service has a cause and a remedy by what the SCM says") {
    for (const Case& row : scm_cases()) check_case(row);
}

TEST_CASE("Every stopped service has a cause and a remedy by what its wrapper left behind") {
    for (const Case& row : stopped_cases()) check_case(row);
}

TEST_CASE("A running service is explained by what its wrapper says") {
    for (const Case& row : running_cases()) check_case(row);
}

TEST_CASE("The decision and the last lines of output are evidence") {
    Facts facts = published(ServiceState::running, State::backoff);
    facts.view.published->last_end = exited(3);
    host::RunRecord run;
    run.end = exited(3);
    run.why = "exit code 3 (rule 2): restart 2 in 5 s";
    for (int i = 0; i < 20; ++i) run.last_lines.push_back("line " + std::to_string(i));
    facts.history = {run};
    const auto evidence = diagnose(facts).evidence;
    CHECK(std::ranges::contains(evidence, "decision: " + run.why));
    CHECK(std::ranges::contains(evidence, "output: line 19"));
    CHECK_FALSE(std::ranges::contains(evidence, "output: line 9"));
    CHECK(std::ranges::contains(evidence, "output: line 10"));
}

TEST_CASE("Settings that wait are evidence of a running service") {
    Facts facts = published(ServiceState::running, State::running);
    facts.view.waiting = {{"process.arguments", "child-restart"}, {"service.account", "reinstall"}};
    const auto evidence = diagnose(facts).evidence;
    CHECK(std::ranges::contains(evidence, "process.arguments was changed and waits for a restart of the program"));
    CHECK(std::ranges::contains(evidence, "service.account was changed and waits for svcwrap install App --update"));
}

}  // namespace svcwrap::app
