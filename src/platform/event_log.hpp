#pragma once
// The system's log of events: on Windows the Application log, where administrators and their tools look.
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.hpp"

namespace svcwrap::platform {

enum class EventLevel : std::uint8_t { information, warning, error };

struct EventRecord {
    std::uint16_t id = 0;  // 1-1000
    EventLevel level = EventLevel::information;
    // At most 31,839 UTF-16 units, and no '%' before a digit: viewers would put something in its place (ReportEvent).
    std::string text;
};

// Thread-safe. Every call may block on the event service: never on the control loop.
class EventLog {
public:
    virtual ~EventLog() = default;
    // Errors: access_denied, io_failed. Where there is no such log, success: the journal has the same.
    [[nodiscard]] virtual Status report(const EventRecord& record) = 0;
    // Makes the source known, so that viewers find its texts. Done again it changes nothing. Errors: access_denied
    // (not elevated), io_failed.
    [[nodiscard]] virtual Status register_source() = 0;
    // Takes it away again. One that is not there is success. What was reported stays in the log.
    [[nodiscard]] virtual Status remove_source() = 0;
};

[[nodiscard]] std::unique_ptr<EventLog> make_event_log();

}  // namespace svcwrap::platform
