#pragma once
// Events on their way to the Event Log. The log may be slow, full or broken: that delays nobody and changes nothing
// but a count.
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "host/event_budget.hpp"
#include "host/events.hpp"
#include "host/worker.hpp"
#include "platform/event_log.hpp"
#include "platform/system.hpp"

namespace svcwrap::host {

class EventReporter {
public:
    // `on_failure` hears of the first report that the log did not take, and again only after one that it did. It is
    // called on a thread of the reporter's own, which may outlive it.
    EventReporter(std::shared_ptr<platform::EventLog> log, const platform::Clock& clock, std::string service,
                  std::function<void(const Error&)> on_failure, EventRate rate = {});
    ~EventReporter();
    EventReporter(const EventReporter&) = delete;
    EventReporter& operator=(const EventReporter&) = delete;

    // From the control loop's thread. Never blocks. `values` fill the text behind the service's name.
    void report(EventId id, std::initializer_list<std::string_view> values);

    struct Counts {
        std::uint64_t reported = 0;
        std::uint64_t left_out = 0;  // over the budget
        std::uint64_t failed = 0;    // refused by the log, or by us because it hangs
    };
    // Thread-safe.
    [[nodiscard]] Counts counts() const;

    // Tells what was left out and waits until everything is reported, at most that long. Called once, at the end; what
    // is reported later is lost.
    void close(Duration patience);

private:
    struct Shared;
    void send(EventId id, std::string text);

    const platform::Clock& clock_;
    std::string service_;
    EventBudget budget_;
    std::shared_ptr<Shared> shared_;
    Worker worker_;
};

}  // namespace svcwrap::host
