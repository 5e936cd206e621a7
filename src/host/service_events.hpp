#pragma once
// What a running service says in the Event Log: which of the loop's news are events, and in which words. Lives on the
// control loop.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/service_config.hpp"
#include "host/event_reporter.hpp"
#include "logs/report.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::host {

class ServiceEvents {
public:
    // `log` may be null: nothing is said then. `on_failure` as in EventReporter.
    ServiceEvents(std::shared_ptr<platform::EventLog> log, const platform::Clock& clock, const std::string& service,
                  std::function<void(const Error&)> on_failure);

    void child_started(WallTime when) { child_started_ = when; }
    // `now` is the supervisor's after that event.
    void changed(const supervise::Transition& transition, const supervise::Snapshot& now,
                 const config::ServiceConfig& config);
    // `end` with its time.
    void run_over(const supervise::RunOver& over, const supervise::RunEnd& end, const supervise::Snapshot& now,
                  const config::ServiceConfig& config);
    void restarting_by_schedule(const config::RestartSchedule& schedule);
    void logs_said(const logs::Report& report);
    void say(EventId id, std::initializer_list<std::string_view> values);
    // What is said later is lost.
    void close(Duration patience);

private:
    void ended_by_itself(const supervise::RunEnd& end, const config::ServiceConfig& config);
    void stopped(const supervise::Snapshot& now, const std::string& reason);

    const platform::Clock& clock_;
    std::optional<EventReporter> reporter_;
    bool has_started_ = false;
    std::optional<WallTime> child_started_;
};

}  // namespace svcwrap::host
