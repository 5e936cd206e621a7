#include "host/service_events.hpp"

#include <algorithm>
#include <chrono>

#include "base/local_time.hpp"
#include "supervise/restart_policy.hpp"

namespace svcwrap::host {

using supervise::Aftermath;
using supervise::EndClass;
using supervise::State;

namespace {

// For people: whole seconds, once there are some.
std::string round_text(Duration duration) {
    using std::chrono::seconds;
    return duration < seconds(1) ? to_text(duration) : to_text(std::chrono::duration_cast<seconds>(duration));
}

std::string schedule_text(const config::RestartSchedule& schedule) {
    std::string text = schedule.every == k_forever ? std::string() : "every " + to_text(schedule.every);
    if (schedule.at) text += (text.empty() ? "daily at " : ", daily at ") + time_of_day_text(*schedule.at);
    return text;
}

EventId event_of(const logs::Report& report) {
    switch (report.subject) {
        case logs::Subject::disk:
            return report.lasts ? EventId::disk_low : EventId::disk_recovered;
        case logs::Subject::loss:
            return EventId::output_lost;
        case logs::Subject::file:
        case logs::Subject::settings:
            return EventId::log_write_failed;
        case logs::Subject::writing:
        case logs::Subject::rotation:
        case logs::Subject::retention:
        case logs::Subject::sync:
        case logs::Subject::compression:
            break;
    }
    return report.lasts ? EventId::log_write_failed : EventId::log_recovered;
}

}  // namespace

ServiceEvents::ServiceEvents(std::shared_ptr<platform::EventLog> log, const platform::Clock& clock,
                             const std::string& service, std::function<void(const Error&)> on_failure)
    : clock_(clock) {
    if (log) reporter_.emplace(std::move(log), clock, service, std::move(on_failure));
}

void ServiceEvents::say(EventId id, std::initializer_list<std::string_view> values) {
    if (reporter_) reporter_->report(id, values);
}

void ServiceEvents::close(Duration patience) {
    if (reporter_) reporter_->close(patience);
}

void ServiceEvents::changed(const supervise::Transition& transition, const supervise::Snapshot& now,
                            const config::ServiceConfig& config) {
    if (transition.from == transition.to) return;
    if (transition.from == State::paused && transition.to != State::stopping && transition.to != State::stopped) {
        say(EventId::service_resumed, {});
    }
    if (transition.to == State::running && !std::exchange(has_started_, true)) {
        say(EventId::service_started, {config.process.executable, std::to_string(now.process_id)});
    }
    if (transition.to == State::paused) say(EventId::service_paused, {});
    if (transition.to == State::stopped) stopped(now, transition.reason);
}

void ServiceEvents::stopped(const supervise::Snapshot& now, const std::string& reason) {
    using supervise::Outcome;
    const Outcome outcome = now.result ? now.result->outcome : Outcome::success;
    if (now.gave_up) say(outcome == Outcome::recover ? EventId::left_to_recovery : EventId::gave_up, {reason});
    const bool never_came_up = !has_started_ && outcome != Outcome::success;
    say(never_came_up ? EventId::service_start_failed : EventId::service_stopped, {reason});
}

void ServiceEvents::run_over(const supervise::RunOver& over, const supervise::RunEnd& end,
                             const supervise::Snapshot& now, const config::ServiceConfig& config) {
    if (end.asked_for && now.was_killed) say(EventId::stop_forced, {over.why});
    if (!end.asked_for) ended_by_itself(end, config);
    child_started_.reset();
    if (over.aftermath != Aftermath::restart || end.asked_for) return;
    const Duration wait = now.next_launch ? *now.next_launch - clock_.now() : Duration::zero();
    say(EventId::restart_scheduled, {round_text(std::max(wait, Duration::zero())), over.why});
}

void ServiceEvents::ended_by_itself(const supervise::RunEnd& end, const config::ServiceConfig& config) {
    const std::string how = describe(end);
    const std::string lasted = round_text(
        child_started_ ? std::chrono::duration_cast<Duration>(std::max(end.when, *child_started_) - *child_started_)
                       : Duration::zero());
    switch (class_of(end, config.supervise.restart)) {
        case EndClass::success:
            return say(EventId::child_exited, {how, lasted});
        case EndClass::failure:
            return say(EventId::child_failed, {how, lasted});
        case EndClass::crash:
            return say(EventId::child_crashed, {how, lasted});
        case EndClass::timeout:
            return say(EventId::child_start_timed_out, {to_text(config.supervise.start.timeout)});
        case EndClass::launch_failure:
            return say(EventId::child_launch_failed, {end.detail});
    }
}

void ServiceEvents::restarting_by_schedule(const config::RestartSchedule& schedule) {
    say(EventId::restart_by_schedule, {schedule_text(schedule)});
}

void ServiceEvents::logs_said(const logs::Report& report) {
    say(event_of(report), {report.text});
}

}  // namespace svcwrap::host
