#include "supervise/scm_report.hpp"

namespace svcwrap::supervise {
namespace {

using platform::ServiceState;
using platform::SessionReport;

constexpr std::uint32_t k_error_service_specific = 1066;
constexpr std::uint32_t k_error_process_aborted = 1067;

bool is_pending(ServiceState state) {
    return state == ServiceState::start_pending || state == ServiceState::stop_pending;
}

}  // namespace

ServiceState scm_state_of(const Snapshot& snapshot) {
    switch (snapshot.state) {
        case State::idle:
            return ServiceState::start_pending;
        case State::starting:
            return snapshot.run > 1 || snapshot.launch_overdue ? ServiceState::running : ServiceState::start_pending;
        case State::running:
        case State::clearing:
        case State::backoff:
            return ServiceState::running;
        case State::stopping:
        case State::killing:
            return snapshot.restarting ? ServiceState::running : ServiceState::stop_pending;
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

std::optional<SessionReport> ScmReporter::update(const Snapshot& snapshot, TimePoint now) {
    const ServiceState state = scm_state_of(snapshot);
    const bool is_news = !last_ || last_->state != state;
    const bool is_silent = last_ && last_->state == ServiceState::stopped;
    if (is_silent || (!is_news && (!due_ || now < *due_))) return std::nullopt;

    SessionReport report{.state = state};
    due_.reset();
    if (state == ServiceState::stopped) {
        if (!snapshot.result || snapshot.result->outcome == Outcome::recover) return std::nullopt;
        report = stopped_report(*snapshot.result);
    } else if (is_pending(state)) {
        if (is_news) pending_since_ = now;
        report.checkpoint = is_news ? 1 : last_->checkpoint + 1;
        report.wait_hint = (now - pending_since_) + k_checkpoint_interval + k_hint_margin;
        due_ = now + k_checkpoint_interval;
    } else {
        report.accepted = {.stop = true, .preshutdown = true};
    }
    last_ = report;
    return report;
}

}  // namespace svcwrap::supervise
