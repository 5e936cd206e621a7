#include "host/events.hpp"

#include <algorithm>

#include "base/decimal.hpp"
#include "base/utf8.hpp"

namespace svcwrap::host {

namespace {

using enum platform::EventLevel;

constexpr std::array k_events{
    EventKind{EventId::service_started, "service-started", information,
              "Service {service} has started: {program} runs as process {process}."},
    EventKind{EventId::service_stopped, "service-stopped", information, "Service {service} has stopped: {reason}."},
    EventKind{EventId::service_start_failed, "service-start-failed", error,
              "Service {service} could not start: {reason}."},
    EventKind{EventId::service_paused, "service-paused", information, "Service {service} is paused."},
    EventKind{EventId::service_resumed, "service-resumed", information, "Service {service} goes on after its pause."},
    EventKind{EventId::stop_forced, "stop-forced", warning,
              "Service {service}: the program did not end when it was asked to, and was ended with all that it had "
              "started. {detail}"},
    EventKind{EventId::service_installed, "service-installed", information,
              "Service {service} was installed: it runs {program} as {account}."},
    EventKind{EventId::service_updated, "service-updated", information,
              "The registration of service {service} was updated: {detail}."},
    EventKind{EventId::service_removed, "service-removed", information, "Service {service} was uninstalled."},
    EventKind{EventId::service_insecure, "service-insecure", warning,
              "Service {service} was allowed to run what others can change (--allow-insecure): {detail}"},
    EventKind{EventId::child_exited, "child-exited", information,
              "Service {service}: the program ended by itself: {end}, after {time}."},
    EventKind{EventId::child_failed, "child-failed", warning,
              "Service {service}: the program failed: {end}, after {time}."},
    EventKind{EventId::child_crashed, "child-crashed", error,
              "Service {service}: the program crashed: {end}, after {time}."},
    EventKind{EventId::child_launch_failed, "child-launch-failed", error,
              "Service {service}: the program could not be started: {reason}."},
    EventKind{EventId::child_start_timed_out, "child-start-timed-out", error,
              "Service {service}: the program was not ready within {time} and was ended."},
    EventKind{EventId::restart_scheduled, "restart-scheduled", information,
              "Service {service}: the program is started again in {time} ({reason})."},
    EventKind{EventId::restart_by_schedule, "restart-by-schedule", information,
              "Service {service}: the program is restarted by its schedule: {schedule}."},
    EventKind{EventId::gave_up, "gave-up", error,
              "Service {service}: the program is not started again: {reason}. The service stops."},
    EventKind{EventId::left_to_recovery, "left-to-recovery", error,
              "Service {service}: the program is not started again: {reason}. The service ends as failed, so that its "
              "recovery actions in Windows take over."},
    EventKind{EventId::configuration_invalid, "configuration-invalid", error,
              "Service {service}: its configuration can't be used: {reason}."},
    EventKind{EventId::configuration_reloaded, "configuration-reloaded", information,
              "Service {service}: its configuration was read again: {detail}."},
    EventKind{EventId::reload_refused, "reload-refused", warning,
              "Service {service}: its changed configuration can't be used, and it goes on with the one before: "
              "{reason}."},
    EventKind{EventId::configuration_insecure, "configuration-insecure", error,
              "Service {service}: others can change what it runs, so it is refused: {detail}"},
    EventKind{EventId::hook_failed, "hook-failed", warning, "Service {service}: a hook failed: {reason}."},
    EventKind{EventId::log_write_failed, "log-write-failed", error,
              "Service {service}: trouble with its logs: {detail}."},
    EventKind{EventId::log_recovered, "log-recovered", information,
              "Service {service}: its logs work again: {detail}."},
    EventKind{EventId::disk_low, "disk-low", warning,
              "Service {service}: the disk of its logs is nearly full: {detail}."},
    EventKind{EventId::disk_recovered, "disk-recovered", information,
              "Service {service}: the disk of its logs has room again: {detail}."},
    EventKind{EventId::output_lost, "output-lost", warning,
              "Service {service}: some of the program's output was lost: {detail}."},
    EventKind{EventId::internal_error, "internal-error", error,
              "Service {service}: svcwrap met a defect of its own and goes on: {detail}."},
    EventKind{EventId::events_left_out, "events-left-out", information,
              "Service {service}: {count} events were left out, because there were too many of their kind."},
};

bool is_control(char c) {
    return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7F';
}

// How many UTF-16 units the code point takes that begins with this byte.
std::size_t units_of(char first) {
    return static_cast<unsigned char>(first) >= 0xF0 ? 2 : 1;
}

bool begins_code_point(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

// Bytes of the longest beginning that has at most so many units.
std::size_t bytes_within(std::string_view text, std::size_t limit) {
    std::size_t units = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!begins_code_point(text[i])) continue;
        units += units_of(text[i]);
        if (units > limit) return i;
    }
    return text.size();
}

}  // namespace

std::span<const EventKind> event_table() {
    return k_events;
}

const EventKind& kind_of(EventId id) {
    const auto found = std::ranges::find(k_events, id, &EventKind::id);
    return found != k_events.end() ? *found : kind_of(EventId::internal_error);
}

std::string format_event(EventId id, std::span<const std::string_view> values) {
    std::string_view rest = kind_of(id).text;
    std::string text;
    for (const std::string_view value : values) {
        const std::size_t open = rest.find('{');
        const std::size_t close = rest.find('}');
        if (open == std::string_view::npos || close == std::string_view::npos) break;
        text += rest.substr(0, open);
        text += escape_event_text(value);
        rest.remove_prefix(close + 1);
    }
    return cut_event_text(text.append(rest), k_longest_event);
}

std::string escape_event_text(std::string_view text) {
    const std::string valid = replace_invalid_utf8(text);
    std::string out;
    out.reserve(valid.size());
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const char c = valid[i];
        if (is_control(c)) {
            out += "\xEF\xBF\xBD";
        } else {
            out += c;
        }
        if (c == '%' && i + 1 < valid.size() && is_digit(valid[i + 1])) out += ' ';
    }
    return out;
}

std::string cut_event_text(std::string text, std::size_t limit) {
    constexpr std::string_view k_more = "...";
    if (bytes_within(text, limit) == text.size()) return text;
    text.resize(bytes_within(text, limit - std::min(limit, k_more.size())));
    return text.append(k_more);
}

}  // namespace svcwrap::host
