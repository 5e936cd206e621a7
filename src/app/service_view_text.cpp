#include <utility>

#include "app/output.hpp"
#include "app/service_view.hpp"
#include "base/byte_size.hpp"
#include "base/windows_error.hpp"

namespace svcwrap::app {

using platform::name_of;
using platform::ServiceState;

namespace {

// Numbers of winerror.h.
constexpr std::uint32_t k_never_started = 1077;
constexpr std::uint32_t k_service_specific = 1066;

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

std::string current_fields(const ServiceView& view, WallTime now) {
    const host::PublishedState& state = *view.published;
    return field("child", child_text(state, now)) + field("restarts", runs_text(state)) +
           field("next start", next_text(state, now));
}

std::string end_fields(const supervise::RunEnd& end, WallTime now) {
    return field("last exit", describe_end(end) + ", " + age(end.when, now) + " ago (" + to_iso8601(end.when) + ")") +
           field("remedy", remedy_for(end));
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

// A wrapper that says "running" while the SCM knows no process of the service: it was killed, or it crashed.
std::string crashed_wrapper(const ServiceView& view) {
    const bool dead = view.status.state == ServiceState::stopped && view.published &&
                      view.published->state != supervise::State::stopped;
    if (!dead) return {};
    return "the wrapper (process " + std::to_string(view.published->wrapper_process_id) +
           ") ended without a word while it was " + std::string(name_of(view.published->state));
}

}  // namespace

std::string text_of(const ServiceView& view, WallTime now) {
    const auto& configuration = view.registration.configuration;
    std::string text = view.name;
    if (!configuration.display_name.empty() && configuration.display_name != view.name) {
        text += " (" + configuration.display_name + ")";
    }
    text += "\n" + field("state", state_text(view));
    if (view.current) text += current_fields(view, now);
    text += field("note", view.note) + field("note", crashed_wrapper(view));
    if (view.published && view.published->last_end) text += end_fields(*view.published->last_end, now);
    if (view.status.process_id != 0) text += field("wrapper", "process " + std::to_string(view.status.process_id));
    text += field("start mode", name_of(configuration.start)) + field("account", configuration.account);
    if (view.published) text += field("program", view.published->program);
    text += field("config", view.registration.image.config_file);
    if (view.published) text += log_fields(*view.published);
    return text + field("journal", view.journal);
}

std::vector<std::string> table_head() {
    return {"NAME", "STATE", "CHILD", "PID", "UPTIME", "RESTARTS", "START"};
}

std::vector<std::string> table_row(const ServiceView& view, WallTime now) {
    std::vector<std::string> row{view.name, std::string(name_of(view.status.state)), "-", "-", "-", "-"};
    if (view.current) {
        const host::PublishedState& state = *view.published;
        row[2] = name_of(state.state);
        if (state.child_process_id != 0) row[3] = std::to_string(state.child_process_id);
        if (state.child_process_id != 0 && state.child_started) row[4] = age(*state.child_started, now);
        row[5] = std::to_string(state.restarts);
    }
    row.emplace_back(name_of(view.registration.configuration.start));
    return row;
}

}  // namespace svcwrap::app
