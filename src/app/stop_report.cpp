#include "app/stop_report.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "app/program.hpp"
#include "app/run_json.hpp"
#include "app/service_view.hpp"
#include "base/path.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::app {

using supervise::StepRecord;
using supervise::StopMethod;

namespace {

const StepRecord* step_that_ended_it(const StopTrial& trial) {
    const auto found = std::ranges::find(trial.last.steps, true, &StepRecord::ended_it);
    return found == trial.last.steps.end() ? nullptr : &*found;
}

std::string method_text(StopMethod method) {
    return std::string(supervise::name_of(method));
}

bool is_console_event(StopMethod method) {
    return method == StopMethod::ctrl_break || method == StopMethod::ctrl_c;
}

bool was_tried(const StopTrial& trial, StopMethod method) {
    return std::ranges::any_of(trial.last.steps, [&](const StepRecord& step) { return step.method == method; });
}

std::string name_of_process(const platform::ProcessInfo& process) {
    const std::string name = process.name.empty() ? "a process" : process.name;
    return name + " (" + std::to_string(process.id) + ")";
}

std::string names_of(const std::vector<platform::ProcessInfo>& processes) {
    std::string text;
    for (const platform::ProcessInfo& process : processes)
        text += (text.empty() ? "" : ", ") + name_of_process(process);
    return text;
}

bool root_was_left(const StopTrial& trial) {
    return std::ranges::any_of(trial.left, [&](const auto& process) { return process.id == trial.root_id; });
}

// What has not been tried yet and may work.
std::string other_methods(const StopTrial& trial) {
    if (const auto advice = stop_advice(trial.program); advice && !was_tried(trial, advice->method))
        return method_text(advice->method) + " (" + std::string(advice->reason) + ")";
    std::string text;
    for (const StopMethod method : {StopMethod::ctrl_c, StopMethod::ctrl_break, StopMethod::close_window}) {
        if (!was_tried(trial, method)) text += (text.empty() ? "" : ", ") + method_text(method);
    }
    return text + (text.empty() ? "" : ", ") +
           "stdin (if it reads commands from there), or command (if it has a stop command of its own)";
}

// The default handler of a console program ends it with this code: it has none of its own for that event.
std::optional<std::string> about_handler(const StopTrial& trial, const StepRecord& step) {
    const auto& end = trial.last.last_end;
    if (!is_console_event(step.method) || !end || !supervise::has_code(*end) || end->code != k_exit_control_c)
        return std::nullopt;
    return method_text(step.method) +
           " ended it with 0xC000013A: the program has no handler for it and was ended without a chance to clean up. "
           "If "
           "it has something to clean up, use " +
           other_methods(trial);
}

std::optional<std::string> about_terminate(const StepRecord& step) {
    if (step.method != StopMethod::terminate) return std::nullopt;
    return "terminate ended it by force: it had no chance to clean up";
}

// A step that took most of its time works today and not on a busy day.
std::optional<std::string> about_time(const StopTrial& trial, const StepRecord& step) {
    const auto plan = supervise::plan_stop(trial.stop);
    const auto index = static_cast<std::size_t>(&step - trial.last.steps.data());
    if (index >= plan.size() || plan[index].timeout == k_forever) return std::nullopt;
    if (step.took * 4 < plan[index].timeout * 3) return std::nullopt;
    return method_text(step.method) + " took " + to_human(step.took) + " of its " + to_text(plan[index].timeout) +
           ": give it more time";
}

// Steps before the one that worked only cost time.
std::optional<std::string> about_idle_steps(const StopTrial& trial, const StepRecord& ended_it) {
    Duration lost{};
    std::string names;
    for (const StepRecord& step : trial.last.steps) {
        if (&step == &ended_it) break;
        if (step.method == StopMethod::pre_stop || step.method == StopMethod::wait) continue;
        if (step.method == StopMethod::command || step.method == StopMethod::standard_input) continue;
        lost += step.took;
        names += (names.empty() ? "" : ", ") + method_text(step.method);
    }
    if (names.empty()) return std::nullopt;
    return names + " did not end it (" + to_human(lost) + " lost at each stop): put " + method_text(ended_it.method) +
           " first";
}

std::string failure_text(const StepRecord& step) {
    const std::string line = step.detail.substr(0, step.detail.find('\n'));
    return line.empty() ? "could not be carried out" : "could not be carried out: " + line;
}

std::optional<std::string> about_failures(const StopTrial& trial) {
    std::string text;
    for (const StepRecord& step : trial.last.steps) {
        if (step.failed) text += (text.empty() ? "" : "; ") + method_text(step.method) + " " + failure_text(step);
    }
    return text.empty() ? std::nullopt : std::optional(text);
}

std::string about_kill(const StopTrial& trial) {
    if (!trial.left.empty() && !root_was_left(trial)) {
        return "the program itself ended, but what it had started lived on: " + names_of(trial.left) +
               ". Make it end its children, or set stop.kill_tree = false if they are meant to live on";
    }
    return "no step ended it: try " + other_methods(trial) + ", or more time";
}

std::string step_line(const StepRecord& step) {
    std::string text = "  " + method_text(step.method) + ": ";
    if (step.ended_it) return text + "ended it after " + to_human(step.took) + "\n";
    if (step.failed) return text + failure_text(step) + " (" + to_human(step.took) + ")\n";
    return text + "did not end it within " + to_human(step.took) + "\n";
}

std::string headline(const StopTrial& trial) {
    const std::string program = file_name(trial.program);
    switch (verdict_on(trial)) {
        case StopVerdict::ended_by_step:
            return program + " stopped: " + method_text(step_that_ended_it(trial)->method) + " ended it.";
        case StopVerdict::killed:
            return program + " did not stop: the job object had to end it by force.";
        case StopVerdict::ended_early:
            return program + " ended before it was asked to stop.";
        case StopVerdict::not_started:
            return program + " could not be started.";
    }
    return program;
}

std::string_view verdict_name(StopVerdict verdict) {
    switch (verdict) {
        case StopVerdict::ended_by_step:
            return "ended-by-step";
        case StopVerdict::killed:
            return "killed";
        case StopVerdict::ended_early:
            return "ended-early";
        case StopVerdict::not_started:
            return "not-started";
    }
    return "unknown";
}

Json processes_json(const std::vector<platform::ProcessInfo>& processes) {
    JsonArray array;
    for (const platform::ProcessInfo& process : processes)
        array.push_back(JsonObject{{"process_id", process.id}, {"name", process.name}});
    return array;
}

}  // namespace

StopVerdict verdict_on(const StopTrial& trial) {
    const auto& end = trial.last.last_end;
    const bool launched = trial.root_id != 0;
    if (!launched || (end && !supervise::has_code(*end) && end->kind != supervise::EndKind::left_over))
        return StopVerdict::not_started;
    if (!end || !end->asked_for) return StopVerdict::ended_early;
    return !trial.last.was_killed && step_that_ended_it(trial) != nullptr ? StopVerdict::ended_by_step
                                                                          : StopVerdict::killed;
}

std::vector<std::string> stop_advice_after(const StopTrial& trial) {
    std::vector<std::string> advice;
    const auto add = [&advice](std::optional<std::string> text) {
        if (text) advice.push_back(*std::move(text));
    };
    const StopVerdict verdict = verdict_on(trial);
    if (verdict == StopVerdict::killed) advice.push_back(about_kill(trial));
    if (verdict == StopVerdict::ended_by_step) {
        const StepRecord& step = *step_that_ended_it(trial);
        add(about_handler(trial, step));
        add(about_terminate(step));
        add(about_time(trial, step));
        add(about_idle_steps(trial, step));
    }
    add(about_failures(trial));
    return advice;
}

std::string text_of(const StopTrial& trial) {
    std::string text = headline(trial) + "\n";
    for (const StepRecord& step : trial.last.steps) text += step_line(step);
    // After a kill the code is ours.
    const bool own_end = verdict_on(trial) != StopVerdict::killed;
    if (own_end && trial.last.last_end) text += "  end: " + describe_end(*trial.last.last_end) + "\n";
    if (!trial.left.empty()) text += "  left over, ended by force: " + names_of(trial.left) + "\n";
    if (!trial.living.empty()) {
        text += "  lives on, as stop.kill_tree = false says: " + names_of(trial.living) + "\n";
    }
    const std::vector<std::string> advice = stop_advice_after(trial);
    if (!advice.empty()) text += "What to change:\n";
    for (const std::string& line : advice) text += "  - " + line + ".\n";
    return text;
}

Json to_json(const StopTrial& trial) {
    const StepRecord* step = step_that_ended_it(trial);
    const StopVerdict verdict = verdict_on(trial);
    JsonArray advice;
    for (const std::string& line : stop_advice_after(trial)) advice.emplace_back(line);
    return JsonObject{{"ok", verdict == StopVerdict::ended_by_step},
                      {"command", "test-stop"},
                      {"name", trial.service},
                      {"program", trial.program},
                      {"verdict", verdict_name(verdict)},
                      {"ended_by", step == nullptr ? Json() : Json(supervise::name_of(step->method))},
                      {"stop_steps", steps_json(trial.last.steps)},
                      {"end", trial.last.last_end ? end_json(*trial.last.last_end) : Json()},
                      {"left_over", processes_json(trial.left)},
                      {"living_on", processes_json(trial.living)},
                      {"advice", std::move(advice)}};
}

}  // namespace svcwrap::app
