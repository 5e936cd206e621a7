// There is no Event Log here: reports go nowhere. The journal has the same.
#include "platform/event_log.hpp"

namespace svcwrap::platform {

namespace {

class NoEventLog final : public EventLog {
public:
    Status report(const EventRecord&) override { return {}; }
    Status register_source() override { return {}; }
    Status remove_source() override { return {}; }
};

}  // namespace

std::unique_ptr<EventLog> make_event_log() {
    return std::make_unique<NoEventLog>();
}

}  // namespace svcwrap::platform
