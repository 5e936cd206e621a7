#pragma once
// What svcwrap writes into the Event Log: one table of events, whose ids never change their meaning, so that the
// filters and alarms that people build on them keep working.
//
//   1-99     lifecycle                    400-499  configuration
//   100-199  the end of a run             500-599  (reserved: upgrades)
//   200-299  restarts and giving up       600-699  logs and disk
//   300-399  (reserved: health probes)    900-999  svcwrap itself
//
// A new event takes the next free id of its block. One that is no longer reported leaves its id unused.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "platform/event_log.hpp"

namespace svcwrap::host {

enum class EventId : std::uint16_t {
    service_started = 1,
    service_stopped = 2,
    service_start_failed = 3,
    service_paused = 4,
    service_resumed = 5,
    stop_forced = 6,
    service_installed = 50,
    service_updated = 51,
    service_removed = 52,
    service_insecure = 53,
    child_exited = 100,
    child_failed = 101,
    child_crashed = 102,
    child_launch_failed = 103,
    child_start_timed_out = 104,
    restart_scheduled = 200,
    restart_by_schedule = 201,
    gave_up = 202,
    left_to_recovery = 203,
    configuration_invalid = 400,
    configuration_reloaded = 401,
    reload_refused = 402,
    configuration_insecure = 403,
    hook_failed = 404,
    log_write_failed = 600,
    log_recovered = 601,
    disk_low = 602,
    disk_recovered = 603,
    output_lost = 604,
    internal_error = 900,
    events_left_out = 901,
};

struct EventKind {
    EventId id;
    std::string_view name;  // "child-crashed"
    platform::EventLevel level;
    std::string_view text;  // {words} in braces are filled in, in their order; {service} is always the first
};

[[nodiscard]] std::span<const EventKind> event_table();  // by id
[[nodiscard]] const EventKind& kind_of(EventId id);

// The text of an event, ready for the Event Log: the values escaped (escape_event_text), the whole cut to
// k_longest_event. A value too few leaves its word in braces; one too many is left out.
[[nodiscard]] std::string format_event(EventId id, std::span<const std::string_view> values);

// ReportEvent takes 31,839 characters per string, and nothing of one that is longer.
inline constexpr std::size_t k_longest_event = 31'000;  // UTF-16 units

// Viewers put something in the place of "%1" in a text, even in one that was put into another text (Microsoft:
// ReportEvent); there is no escape for it. So a blank comes between '%' and a digit: it can be seen, unlike a character
// without width, which would spoil what is copied out of the log. NUL, which would end the text, and other control
// characters but tabs and line ends become U+FFFD, ill-formed UTF-8 as well.
[[nodiscard]] std::string escape_event_text(std::string_view text);

// The text itself, or its beginning with "..." so that it has at most `limit` UTF-16 units; no code point is divided.
[[nodiscard]] std::string cut_event_text(std::string text, std::size_t limit);

}  // namespace svcwrap::host
