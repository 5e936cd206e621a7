// Why a service does not run.
#include "app/diagnosis_parts.hpp"
#include "base/argv.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/windows_error.hpp"

namespace svcwrap::app {

using platform::ServiceState;
using supervise::State;

namespace {

// Numbers of winerror.h.
constexpr std::uint32_t k_bad_configuration = 1610;
constexpr std::uint32_t k_disabled = 1058;
constexpr std::uint32_t k_service_specific = 1066;
constexpr std::uint32_t k_process_aborted = 1067;
constexpr std::uint32_t k_never_started = 1077;

// What the SCM itself says of a start that did not come about, or of the registration.
struct ScmCause {
    std::uint32_t code;
    std::string_view name;
};
constexpr std::array<ScmCause, 14> k_scm_causes{{
    {5, "start-access-denied"},
    {1053, "no-answer"},
    {1057, "bad-account"},
    {1058, "disabled"},
    {1059, "dependency-circle"},
    {1068, "dependency-failed"},
    {1069, "logon-failed"},
    {1070, "no-answer"},
    {1072, "marked-for-deletion"},
    {1075, "dependency-missing"},
    {1079, "bad-account"},
    {1083, "wrong-program"},
    {1326, "logon-failed"},
    {1385, "logon-failed"},
}};

std::string_view scm_cause(std::uint32_t code) {
    const auto* found = std::ranges::find(k_scm_causes, code, &ScmCause::code);
    return found == k_scm_causes.end() ? std::string_view() : found->name;
}

std::string code_text(std::uint32_t code) {
    const WindowsErrorText* known = find_windows_error(code);
    return "error " + std::to_string(code) + (known ? ": " + std::string(known->meaning) : "");
}

std::string code_remedy(std::uint32_t code) {
    const WindowsErrorText* known = find_windows_error(code);
    return known == nullptr || known->remedy.empty() ? std::string() : std::string(known->remedy) + ".";
}

bool is_disabled(const Facts& facts) {
    return facts.view.registration.configuration.start == platform::StartMode::disabled;
}

Diagnosis refused_by_scm(const Facts& facts, std::uint32_t code) {
    Diagnosis diagnosis{.code = "refused", .cause_code = std::string(scm_cause(code)), .is_problem = true};
    diagnosis.summary =
        code == 1072 ? name_in(facts) + " is marked for deletion." : "Windows could not start " + name_in(facts) + ".";
    diagnosis.cause = code_text(code);
    diagnosis.evidence.push_back("account: " + facts.view.registration.configuration.account);
    diagnosis.remedy = code_remedy(code);
    return diagnosis;
}

Diagnosis never_started(const Facts& facts) {
    return {.code = "never-started",
            .summary = name_in(facts) + " was not started since the machine booted.",
            .cause = "nobody has started it, and its start mode is " +
                     std::string(name_of(facts.view.registration.configuration.start)),
            .remedy = "Start it: " + start_command(facts)};
}

Diagnosis disabled(const Facts& facts) {
    return {.code = "disabled",
            .is_problem = true,
            .summary = name_in(facts) + " is disabled.",
            .cause = "its start mode is disabled: nobody can start it",
            .remedy =
                "Give it another one: svcwrap install " + typed(name_in(facts)) + " --update --start manual (or auto)"};
}

Diagnosis bad_configuration(const Facts& facts) {
    Diagnosis diagnosis{
        .code = "bad-config",
        .is_problem = true,
        .summary = name_in(facts) + " refused to start: its configuration is wrong.",
        .cause = "the file " + facts.view.registration.image.config_file + " can't be used",
        .remedy = "Correct it, then: svcwrap check " + typed(name_in(facts)) + " and " + start_command(facts)};
    if (!facts.config_errors) return diagnosis;
    for (const Error& error : *facts.config_errors) diagnosis.evidence.push_back(to_text(error));
    if (facts.config_errors->empty()) {
        diagnosis.cause += "; as it is now it is valid, so it was changed since then";
        diagnosis.remedy = "Start it again: " + start_command(facts);
    }
    return diagnosis;
}

Diagnosis wrapper_died(const Facts& facts) {
    const host::PublishedState& state = *facts.view.published;
    return {.code = "wrapper-died",
            .is_problem = true,
            .summary = "The wrapper of " + name_in(facts) + " ended without reporting its end.",
            .cause = "its process " + std::to_string(state.wrapper_process_id) +
                     " ended without a word while its program was " + std::string(name_of(state.state)) +
                     ": it was ended from outside, or it crashed",
            .evidence = {"SCM: " + code_text(facts.view.status.win32_exit_code),
                         "its last state is of " + to_iso8601(state.since)},
            .remedy =
                "See who ended it (Task Manager, taskkill, a virus scanner; the Application event log tells of "
                "crashes). Start it again: " +
                start_command(facts)};
}

Diagnosis gave_up(const Facts& facts) {
    const host::PublishedState& state = *facts.view.published;
    Diagnosis diagnosis{
        .code = "gave-up",
        .is_problem = true,
        .summary = name_in(facts) + " gave up restarting its program " + ago(state.since, facts.now) + ".",
        .cause = "the limit of restarts was reached (restart.limit within restart.limit_interval)"};
    if (state.last_end) {
        const EndCause end = explain_end(*state.last_end, facts);
        diagnosis.cause_code = end.code;
        diagnosis.cause += "; at last " + end.cause;
        diagnosis.remedy = end.remedy + "\n  ";
        add_end(diagnosis, *state.last_end, facts);
    }
    add_history(diagnosis, facts);
    diagnosis.remedy += "Then start it again: " + start_command(facts);
    return diagnosis;
}

std::string asker(supervise::StopReason reason) {
    switch (reason) {
        case supervise::StopReason::asked:
            return "somebody stopped the service (svcwrap stop, services.msc, sc.exe, or a service that it depends on)";
        case supervise::StopReason::console:
            return "Ctrl-C in its console";
        case supervise::StopReason::system_shutdown:
        case supervise::StopReason::system_preshutdown:
            return "the system was shut down";
    }
    return "it was asked to";
}

Diagnosis stopped_by_request(const Facts& facts) {
    const host::PublishedState& state = *facts.view.published;
    Diagnosis diagnosis{.code = "stopped-by-request",
                        .summary = name_in(facts) + " was stopped on request " + ago(state.since, facts.now) + ".",
                        .cause = asker(*state.stop_reason),
                        .remedy = "Start it again: " + start_command(facts)};
    if (state.last_end) add_end(diagnosis, *state.last_end, facts);
    if (state.was_killed) {
        diagnosis.evidence.emplace_back("no stop step ended the program: the job object had to");
        diagnosis.remedy += "\n  To find steps that end it: svcwrap test-stop " + typed(name_in(facts));
    }
    return diagnosis;
}

// The rule of restart.rules that decided, as the wrapper names it: "exit code 3 (rule 2): no restart".
std::string rule_in(const std::string& reason) {
    const auto begin = reason.find("(rule ");
    const auto end = reason.find(')', begin == std::string::npos ? reason.size() : begin);
    return end == std::string::npos ? std::string() : reason.substr(begin + 1, end - begin - 1);
}

void add_rule(Diagnosis& diagnosis, const Facts& facts) {
    std::string rule = rule_in(facts.view.published->reason);
    if (rule.empty() && !facts.history.empty()) rule = rule_in(facts.history.back().why);
    if (rule.empty()) return;
    diagnosis.cause += "; " + rule + " of restart.rules decided that it is not started again";
    diagnosis.remedy += "\n  If it should have been, change " + rule + " of restart.rules in " +
                        facts.view.registration.image.config_file + ", then: " + start_command(facts);
}

// The program has ended and the rules wanted no other run.
Diagnosis ended(const Facts& facts) {
    const supervise::RunEnd& end = *facts.view.published->last_end;
    const EndCause cause = explain_end(end, facts);
    const bool good = facts.view.status.win32_exit_code == 0;
    Diagnosis diagnosis{.code = "program-ended",
                        .cause_code = cause.code,
                        .is_problem = !good,
                        .summary = name_in(facts) + " stopped because its program " +
                                   (supervise::has_code(end) ? "ended." : "could not be started."),
                        .cause = cause.cause,
                        .remedy = cause.remedy};
    add_end(diagnosis, end, facts);
    add_history(diagnosis, facts);
    add_rule(diagnosis, facts);
    const std::string& reason = facts.view.published->reason;
    if (!reason.empty()) diagnosis.evidence.push_back("wrapper: " + reason);
    return diagnosis;
}

// Nothing is published: the SCM's numbers are all there is.
Diagnosis stopped_as_scm_says(const Facts& facts) {
    const platform::ServiceStatus& status = facts.view.status;
    Diagnosis diagnosis{.code = "stopped", .is_problem = status.win32_exit_code != 0};
    diagnosis.summary = name_in(facts) + " is stopped.";
    diagnosis.remedy = "Start it: " + start_command(facts);
    if (status.win32_exit_code == 0) {
        diagnosis.cause = "it ended well, by itself or on request; the wrapper has left no word about it";
    } else if (status.win32_exit_code == k_service_specific) {
        const supervise::RunEnd end{.code = {status.service_exit_code}};
        const EndCause cause = explain_end(end, facts);
        diagnosis.code = "program-ended";
        diagnosis.cause_code = cause.code;
        diagnosis.cause = cause.cause;
        diagnosis.remedy = cause.remedy;
    } else {
        diagnosis.code = status.win32_exit_code == k_process_aborted ? "wrapper-died" : "stopped";
        diagnosis.cause = code_text(status.win32_exit_code);
        diagnosis.remedy = code_remedy(status.win32_exit_code);
    }
    diagnosis.evidence.push_back("journal: " + facts.view.journal);
    return diagnosis;
}

}  // namespace

std::optional<Diagnosis> diagnose_refusal(const Facts& facts, std::uint32_t code) {
    if (scm_cause(code).empty()) return std::nullopt;
    return refused_by_scm(facts, code);
}

Diagnosis diagnose_stopped(const Facts& facts) {
    const std::uint32_t code = facts.view.status.win32_exit_code;
    if (is_disabled(facts) && (code == 0 || code == k_never_started || code == k_disabled)) return disabled(facts);
    if (code == k_never_started) return never_started(facts);
    if (code == k_bad_configuration) return bad_configuration(facts);
    if (!scm_cause(code).empty()) return refused_by_scm(facts, code);
    if (!facts.view.published) return stopped_as_scm_says(facts);
    const host::PublishedState& state = *facts.view.published;
    if (state.state != State::stopped) return wrapper_died(facts);
    if (state.gave_up) return gave_up(facts);
    if (state.stop_reason) return stopped_by_request(facts);
    return state.last_end ? ended(facts) : stopped_as_scm_says(facts);
}

}  // namespace svcwrap::app
