#include <algorithm>
#include <utility>

#include "app/diagnosis.hpp"
#include "app/output.hpp"
#include "app/service_view.hpp"
#include "base/argv.hpp"
#include "base/byte_size.hpp"
#include "base/printable.hpp"
#include "base/windows_error.hpp"

namespace svcwrap::app {

using platform::name_of;
using platform::ServiceState;

namespace {

// Numbers of winerror.h.
constexpr std::uint32_t k_never_started = 1077;
constexpr std::uint32_t k_service_specific = 1066;

constexpr std::size_t k_shown_lines = 10;

std::string age(WallTime then, WallTime now) {
    return to_human(now > then ? std::chrono::duration_cast<Duration>(now - then) : Duration{});
}

std::string stopped_because(const platform::ServiceStatus& status) {
    if (status.win32_exit_code == 0) return "";
    if (status.win32_exit_code == k_never_started) return ", not started since the machine booted";
    if (status.win32_exit_code == k_service_specific) return ", " + describe(ExitCode{status.service_exit_code});
    const WindowsErrorText* known = find_windows_error(status.win32_exit_code);
    return ", error " + std::to_string(status.win32_exit_code) + (known ? ": " + std::string(known->meaning) : "");
}

std::string state_text(const ServiceView& view) {
    const std::string state(name_of(view.status.state));
    return view.status.state == ServiceState::stopped ? state + stopped_because(view.status) : state;
}

std::string child_text(const host::PublishedState& state, WallTime now) {
    using supervise::State;
    if (state.state == State::running && state.child_started) {
        return "running, process " + std::to_string(state.child_process_id) + ", up " + age(*state.child_started, now);
    }
    std::string text(name_of(state.state));
    if (state.suspended) text += ", standing still";
    if (state.child_process_id != 0) text += ", process " + std::to_string(state.child_process_id);
    text += ", for " + age(state.since, now);
    return state.reason.empty() ? text : text + " (" + state.reason + ")";
}

std::string runs_text(const host::PublishedState& state) {
    return std::to_string(state.restarts) + " (this is run " + std::to_string(state.run) + ")";
}

std::string next_text(const host::PublishedState& state, WallTime now) {
    if (!state.next_launch) return {};
    const std::string at = to_iso8601(*state.next_launch);
    return *state.next_launch <= now ? "due since " + at : "in " + age(now, *state.next_launch) + ", at " + at;
}

std::string since_text(const host::PublishedState& state, WallTime now) {
    return to_iso8601(state.since) + " (" + age(state.since, now) + " ago)";
}

std::string waiting_text(const WaitingSetting& waiting, const std::string& name) {
    if (waiting.needs == "reinstall") return waiting.setting + ", until svcwrap install " + typed(name) + " --update";
    if (waiting.needs == "service-restart") return waiting.setting + ", until svcwrap restart " + typed(name);
    return waiting.setting + ", until svcwrap restart " + typed(name) + " --child-only";
}

// A second line of a value stands below its first.
std::string indented(const std::string& text) {
    std::string out;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::size_t first = std::min(text.find_first_not_of(' ', begin), end);
        out += (begin == 0 ? "" : "\n" + std::string(16, ' ')) + text.substr(first, end - first);
        begin = end + 1;
    }
    return out;
}

std::string current_fields(const ServiceView& view, WallTime now) {
    const host::PublishedState& state = *view.published;
    return field("child", child_text(state, now)) + field("since", since_text(state, now)) +
           field("restarts", runs_text(state)) + field("next start", next_text(state, now)) +
           field("trouble", indented(state.trouble));
}

std::string end_fields(const supervise::RunEnd& end, WallTime now) {
    const std::string when =
        end.when == WallTime{} ? "" : ", " + age(end.when, now) + " ago (" + to_iso8601(end.when) + ")";
    return field("last exit", describe_end(end) + when);
}

std::string problem_fields(const ServiceView& view, WallTime now) {
    const Diagnosis diagnosis = diagnose({.view = view, .now = now});
    if (!diagnosis.is_problem && view.status.state == ServiceState::running && is_known(view)) return {};
    const std::string more = diagnosis.is_problem ? "\nMore: svcwrap why " + typed(view.name) : "";
    return field(diagnosis.is_problem ? "problem" : "meaning", diagnosis.summary) +
           field("cause", indented(diagnosis.cause)) + field("what to do", indented(diagnosis.remedy + more));
}

std::string last_lines_text(const ServiceView& view) {
    if (view.last_lines.empty()) return {};
    const std::size_t first = view.last_lines.size() - std::min(view.last_lines.size(), k_shown_lines);
    std::string text = "  last lines of output:\n";
    for (std::size_t i = first; i < view.last_lines.size(); ++i) text += "    " + printable(view.last_lines[i]) + "\n";
    return text;
}

std::string log_fields(const host::PublishedState& state) {
    std::string text;
    for (const host::PublishedLog& log : state.logs) {
        std::string line = log.path;
        if (log.lost_bytes > 0) line += " (" + to_human(ByteSize{log.lost_bytes}) + " lost)";
        text += field(log.stream, line);
    }
    return text;
}

std::vector<std::string> table_row(const ServiceView& view, WallTime now) {
    std::vector<std::string> row{view.name, std::string(name_of(view.status.state)), "-", "-", "-", "-"};
    if (is_known(view)) {
        const host::PublishedState& state = *view.published;
        row[2] = name_of(state.state);
        if (state.child_process_id != 0) row[3] = std::to_string(state.child_process_id);
        if (state.child_process_id != 0 && state.child_started) row[4] = age(*state.child_started, now);
        row[5] = std::to_string(state.restarts);
    }
    row.emplace_back(name_of(view.registration.configuration.start));
    return row;
}

}  // namespace

std::string text_of(const ServiceView& view, WallTime now) {
    const auto& configuration = view.registration.configuration;
    std::string text = view.name;
    if (!configuration.display_name.empty() && configuration.display_name != view.name) {
        text += " (" + configuration.display_name + ")";
    }
    text += "\n" + field("state", state_text(view));
    if (is_known(view)) text += current_fields(view, now);
    for (const WaitingSetting& waiting : view.waiting) text += field("changed", waiting_text(waiting, view.name));
    text += field("note", view.note);
    if (view.published && view.published->last_end) text += end_fields(*view.published->last_end, now);
    if (view.status.process_id != 0) text += field("wrapper", "process " + std::to_string(view.status.process_id));
    text += field("start mode", name_of(configuration.start)) + field("account", configuration.account);
    if (view.published) text += field("program", view.published->program);
    text += field("config", view.registration.image.config_file);
    if (view.published) text += log_fields(*view.published);
    text += field("journal", view.journal);
    return text + problem_fields(view, now) + last_lines_text(view);
}

std::string table_of(const std::vector<ServiceView>& views, WallTime now) {
    if (views.empty()) return "No service is installed by svcwrap.\n";
    std::vector<std::vector<std::string>> rows{{"NAME", "STATE", "CHILD", "PID", "UPTIME", "RESTARTS", "START"}};
    for (const ServiceView& view : views) rows.push_back(table_row(view, now));
    return table(rows);
}

std::string change_line(const ServiceView& view, WallTime now) {
    std::string text = to_iso8601(now) + "  " + view.name + ": " + std::string(name_of(view.status.state));
    if (!is_known(view)) return text + (view.note.empty() ? "\n" : ", " + view.note + "\n");
    const host::PublishedState& state = *view.published;
    text += ", program " + std::string(name_of(state.state));
    if (state.child_process_id != 0) text += ", process " + std::to_string(state.child_process_id);
    if (state.state != supervise::State::running && state.last_end) text += ", last " + describe_end(*state.last_end);
    if (state.next_launch) text += ", next start " + next_text(state, now);
    if (!state.trouble.empty()) text += ", trouble: " + state.trouble;
    return text + "\n";
}

}  // namespace svcwrap::app
