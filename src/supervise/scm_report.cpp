#include "supervise/scm_report.hpp"

namespace svcwrap::supervise {
namespace {

using platform::ServiceState;
using platform::SessionReport;

constexpr std::uint32_t k_error_service_specific = 1066;
constexpr std::uint32_t k_error_process_aborted = 1067;

bool is_pending(ServiceState state) {
    return state != ServiceState::stopped && state != ServiceState::running && state != ServiceState::paused;
}

bool is_pause(ServiceState state) {
    return state == ServiceState::paused || state == ServiceState::pause_pending;
}

// The state to tell next on the way to `wanted`: itself where Windows knows a direct way ("Service State Transitions"
// in the service documentation), else the one between.
ServiceState way_to(ServiceState from, ServiceState wanted) {
    if (wanted == from || wanted == ServiceState::stopped || wanted == ServiceState::stop_pending) return wanted;
    switch (from) {
        case ServiceState::running:
            return is_pause(wanted) ? wanted : ServiceState::running;
        case ServiceState::pause_pending:
            return ServiceState::paused;
        case ServiceState::paused:
            return wanted == ServiceState::continue_pending ? wanted : ServiceState::running;
        case ServiceState::start_pending:
        case ServiceState::continue_pending:
            return ServiceState::running;
        default:
            return from;
    }
}

platform::AcceptedControls accepted_in(ServiceState state, const Snapshot& snapshot) {
    switch (state) {
        case ServiceState::running:
        case ServiceState::paused:
            return {.stop = true, .pause = snapshot.accepts_pause, .preshutdown = true, .parameter_change = true};
        case ServiceState::pause_pending:
        case ServiceState::continue_pending:
            return {.stop = true, .preshutdown = true};
        default:
            return {};
    }
}

bool is_same(const platform::AcceptedControls& one, const platform::AcceptedControls& other) {
    return one.stop == other.stop && one.pause == other.pause && one.shutdown == other.shutdown &&
           one.preshutdown == other.preshutdown && one.parameter_change == other.parameter_change;
}

ServiceState state_of_launch(const Snapshot& snapshot) {
    if (snapshot.launch_overdue) return ServiceState::running;
    if (snapshot.start_reason == StartReason::continued) return ServiceState::continue_pending;
    return snapshot.run > 1 ? ServiceState::running : ServiceState::start_pending;
}

}  // namespace

ServiceState scm_state_of(const Snapshot& snapshot) {
    switch (snapshot.state) {
        case State::idle:
            return ServiceState::start_pending;
        case State::starting:
            return state_of_launch(snapshot);
        case State::running:
        case State::backoff:
            return ServiceState::running;
        case State::clearing:
            return snapshot.pausing ? ServiceState::paused : ServiceState::running;
        case State::stopping:
        case State::killing:
            if (snapshot.pausing) return ServiceState::pause_pending;
            return snapshot.restarting ? ServiceState::running : ServiceState::stop_pending;
        case State::paused:
            return ServiceState::paused;
        case State::stopped:
            return ServiceState::stopped;
    }
    return ServiceState::stopped;
}

SessionReport stopped_report(const FinalResult& result) {
    SessionReport report{.state = ServiceState::stopped};
    if (result.outcome == Outcome::success) return report;
    report.win32_exit_code = result.code ? k_error_service_specific : k_error_process_aborted;
    report.service_exit_code = result.code ? result.code->value : 0;
    return report;
}

// The next report about a service that has not stopped.
SessionReport ScmReporter::report_of(const Snapshot& snapshot, ServiceState state, TimePoint now) {
    SessionReport report{.state = state, .accepted = accepted_in(state, snapshot)};
    if (!is_pending(state)) return report;
    const bool is_new = !last_ || last_->state != state;
    if (is_new) pending_since_ = now;
    report.checkpoint = is_new ? 1 : last_->checkpoint + 1;
    report.wait_hint = (now - pending_since_) + k_checkpoint_interval + k_hint_margin;
    return report;
}

std::optional<SessionReport> ScmReporter::update(const Snapshot& snapshot, TimePoint now) {
    const ServiceState wanted = scm_state_of(snapshot);
    const ServiceState from = last_ ? last_->state : ServiceState::start_pending;
    const ServiceState state = way_to(from, wanted);
    const bool is_news = !last_ || from != state || !is_same(last_->accepted, accepted_in(state, snapshot));
    const bool is_silent = last_ && from == ServiceState::stopped;
    if (is_silent || (!is_news && (!due_ || now < *due_))) return std::nullopt;

    due_.reset();
    if (state == ServiceState::stopped) {
        if (!snapshot.result || snapshot.result->outcome == Outcome::recover) return std::nullopt;
        last_ = stopped_report(*snapshot.result);
        return last_;
    }
    last_ = report_of(snapshot, state, now);
    if (is_pending(state)) due_ = now + k_checkpoint_interval;
    if (way_to(state, wanted) != state) due_ = now;
    return last_;
}

}  // namespace svcwrap::supervise
