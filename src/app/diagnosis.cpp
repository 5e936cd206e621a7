#include "app/diagnosis.hpp"

#include <algorithm>
#include <utility>

#include "app/diagnosis_parts.hpp"
#include "app/output.hpp"
#include "base/argv.hpp"
#include "base/byte_size.hpp"
#include "host/troubles.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::app {

using platform::ServiceState;
using supervise::State;

std::string ago(WallTime then, WallTime now) {
    return to_human(now > then ? std::chrono::duration_cast<Duration>(now - then) : Duration{}) + " ago (" +
           to_iso8601(then) + ")";
}

std::string start_command(const Facts& facts) {
    return "svcwrap start " + typed(name_in(facts));
}

void add_end(Diagnosis& diagnosis, const supervise::RunEnd& end, const Facts& facts) {
    const std::string when = end.when == WallTime{} ? std::string() : ", " + ago(end.when, facts.now);
    diagnosis.evidence.push_back("last end: " + describe_end(end) + when);
}

// What the last run decided, and what it wrote last.
void add_history(Diagnosis& diagnosis, const Facts& facts) {
    if (facts.history.empty()) return;
    const host::RunRecord& last = facts.history.back();
    if (last.end && !last.why.empty()) diagnosis.evidence.push_back("decision: " + last.why);
    if (!last.end || last.last_lines.empty()) return;
    constexpr std::size_t k_lines = 10;
    std::vector<std::string> lines = last.last_lines;
    std::erase_if(lines, [](const std::string& line) { return line.find_first_not_of(" \t") == std::string::npos; });
    const std::size_t first = lines.size() - std::min(lines.size(), k_lines);
    for (std::size_t i = first; i < lines.size(); ++i) diagnosis.evidence.push_back("output: " + lines[i]);
}

namespace {

Diagnosis unknown(const Facts& facts) {
    const ServiceView& view = facts.view;
    Diagnosis diagnosis{.code = "unknown",
                        .is_problem = true,
                        .summary = name_in(facts) + " is " + std::string(name_of(view.status.state)) +
                                   " for Windows; what its program does is not known.",
                        .cause = view.note};
    if (view.unreachable && view.unreachable->kind == ErrorKind::access_denied) diagnosis.is_problem = false;
    diagnosis.remedy = view.unreachable ? view.unreachable->remedy : "Look again in a moment.";
    diagnosis.evidence.push_back("wrapper: process " + std::to_string(view.status.process_id));
    return diagnosis;
}

std::string next_start(const host::PublishedState& state, WallTime now) {
    if (!state.next_launch) return "at once";
    if (*state.next_launch <= now) return "just now";
    return "in " + to_human(std::chrono::duration_cast<Duration>(*state.next_launch - now)) + ", at " +
           to_iso8601(*state.next_launch);
}

Diagnosis waiting_for_restart(const Facts& facts) {
    const host::PublishedState& state = *facts.view.published;
    Diagnosis diagnosis{
        .code = "backoff",
        .is_problem = true,
        .summary = name_in(facts) + " waits to start its program again: " + next_start(state, facts.now) + "."};
    if (state.last_end) {
        const EndCause cause = explain_end(*state.last_end, facts);
        diagnosis.cause_code = cause.code;
        diagnosis.cause = cause.cause;
        diagnosis.remedy = cause.remedy + "\n  ";
        add_end(diagnosis, *state.last_end, facts);
    }
    add_history(diagnosis, facts);
    diagnosis.evidence.push_back("restarts: " + std::to_string(state.restarts));
    diagnosis.remedy += "To start it at once: " + start_command(facts);
    return diagnosis;
}

Diagnosis paused(const Facts& facts) {
    const bool suspended = facts.view.published && facts.view.published->suspended;
    return {.code = "paused",
            .summary = name_in(facts) + " is paused.",
            .cause = suspended ? "somebody paused it: its program is there and stands still"
                               : "somebody paused it: its program is stopped until it is continued",
            .remedy = "Let it go on: svcwrap continue " + typed(name_in(facts))};
}

std::uint64_t lost_bytes(const host::PublishedState& state) {
    std::uint64_t lost = 0;
    for (const host::PublishedLog& log : state.logs) lost += log.lost_bytes;
    return lost;
}

void add_waiting(Diagnosis& diagnosis, const Facts& facts) {
    for (const WaitingSetting& waiting : facts.view.waiting) {
        std::string what = "a restart of the program";
        if (waiting.needs == "reinstall") what = "svcwrap install " + typed(facts.view.name) + " --update";
        if (waiting.needs == "service-restart") what = "svcwrap restart " + typed(facts.view.name);
        diagnosis.evidence.push_back(waiting.setting + " was changed and waits for " + what);
    }
}

Diagnosis running(const Facts& facts) {
    const host::PublishedState& state = *facts.view.published;
    Diagnosis diagnosis{.code = "running", .summary = name_in(facts) + " runs."};
    if (state.child_started) diagnosis.cause = "its program was started " + ago(*state.child_started, facts.now);
    if (state.restarts > 0 && state.last_end) {
        diagnosis.evidence.push_back("restarts: " + std::to_string(state.restarts));
        add_end(diagnosis, *state.last_end, facts);
    }
    if (const auto lost = lost_bytes(state); lost > 0) {
        diagnosis.code = "log-trouble";
        diagnosis.is_problem = true;
        diagnosis.summary = name_in(facts) + " runs, but a part of its output was lost.";
        diagnosis.cause = to_human(ByteSize{lost}) + " could not be written to its logs";
        diagnosis.remedy =
            "Free space on the volume of the logs, or move logs.directory; the journal has the details: " +
            facts.view.journal;
    }
    if (!state.trouble.empty()) {
        diagnosis.code = "trouble";
        diagnosis.is_problem = true;
        diagnosis.summary = name_in(facts) + " runs, but not all is well.";
        diagnosis.cause = state.trouble;
        diagnosis.remedy = "The journal has the details: " + facts.view.journal;
        if (state.trouble.contains(host::k_config_not_taken))
            diagnosis.remedy = "Correct it, then: svcwrap reload " + typed(name_in(facts)) + ". " + diagnosis.remedy;
    }
    add_waiting(diagnosis, facts);
    return diagnosis;
}

Diagnosis on_its_way(const Facts& facts, std::string code, const std::string& doing) {
    const ServiceView& view = facts.view;
    Diagnosis diagnosis{.code = std::move(code), .summary = name_in(facts) + " " + doing + "."};
    if (!is_known(view)) return diagnosis;
    diagnosis.cause = view.published->reason;
    diagnosis.evidence.push_back("its program is " + std::string(name_of(view.published->state)) + " since " +
                                 to_iso8601(view.published->since));
    if (!view.published->stop_steps.empty()) {
        const supervise::StepRecord& step = view.published->stop_steps.back();
        diagnosis.evidence.push_back("stop step " + std::to_string(view.published->stop_steps.size()) + ": " +
                                     std::string(supervise::name_of(step.method)));
    }
    return diagnosis;
}

Diagnosis starting(const Facts& facts) {
    Diagnosis diagnosis = on_its_way(facts, "starting", "starts its program");
    if (!facts.view.published->launch_overdue) return diagnosis;
    diagnosis.cause_code = "launch-timeout";
    diagnosis.is_problem = true;
    diagnosis.summary = name_in(facts) + " starts its program, and that hangs.";
    diagnosis.cause = "the launch has taken longer than start.timeout and has not come to an end";
    diagnosis.remedy = k_slow_launch_remedy;
    return diagnosis;
}

Diagnosis diagnose_running(const Facts& facts) {
    if (!is_known(facts.view)) return unknown(facts);
    switch (facts.view.published->state) {
        case State::running:
            return running(facts);
        case State::backoff:
            return waiting_for_restart(facts);
        case State::paused:
            return paused(facts);
        case State::idle:
        case State::starting:
            return starting(facts);
        case State::clearing:
            return on_its_way(facts, "clearing", "ends what its program has left behind");
        case State::stopping:
        case State::killing:
        case State::stopped:
            return on_its_way(facts, "stopping", "stops its program");
    }
    return unknown(facts);
}

}  // namespace

Diagnosis diagnose(const Facts& facts) {
    if (facts.refused) {
        if (auto refusal = diagnose_refusal(facts, *facts.refused)) return *std::move(refusal);
    }
    switch (facts.view.status.state) {
        case ServiceState::stopped:
            return diagnose_stopped(facts);
        case ServiceState::start_pending:
            return on_its_way(facts, "starting", "is being started");
        case ServiceState::stop_pending:
            return on_its_way(facts, "stopping", "is being stopped");
        case ServiceState::continue_pending:
            return on_its_way(facts, "continuing", "is being continued");
        case ServiceState::pause_pending:
            return on_its_way(facts, "pausing", "is being paused");
        case ServiceState::paused:
            return paused(facts);
        case ServiceState::running:
            return diagnose_running(facts);
    }
    return unknown(facts);
}

}  // namespace svcwrap::app
