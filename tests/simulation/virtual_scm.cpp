#include "virtual_scm.hpp"

namespace svcwrap::simulation {
namespace {

using platform::ServiceState;
using platform::SessionReport;

bool is_pending(ServiceState state) {
    switch (state) {
        case ServiceState::start_pending:
        case ServiceState::stop_pending:
        case ServiceState::continue_pending:
        case ServiceState::pause_pending:
            return true;
        default:
            return false;
    }
}

// "Service State Transitions" (Windows' service documentation): the ways out of each state.
bool is_legal(ServiceState from, ServiceState to) {
    using enum ServiceState;
    if (to == stop_pending || to == stopped) return from != stopped && from != to;
    switch (from) {
        case start_pending:
        case continue_pending:
            return to == running;
        case running:
            return to == pause_pending || to == paused;
        case pause_pending:
            return to == paused;
        case paused:
            return to == continue_pending || to == running;
        default:
            return false;
    }
}

bool is_same(const platform::AcceptedControls& one, const platform::AcceptedControls& other) {
    return one.stop == other.stop && one.pause == other.pause && one.preshutdown == other.preshutdown &&
           one.parameter_change == other.parameter_change;
}

}  // namespace

void VirtualScm::take(const SessionReport& report, TimePoint now) {
    const ServiceState from = last_ ? last_->state : ServiceState::start_pending;
    const auto words = [&] {
        return std::to_string(static_cast<unsigned>(from)) + " to " +
               std::to_string(static_cast<unsigned>(report.state));
    };
    // The same state again says how the time goes by, or what is accepted now.
    const bool is_again = from == report.state && (is_pending(from) || !is_same(last_->accepted, report.accepted));
    checks_.that(Rule::scm_transitions, is_again || is_legal(from, report.state), words);
    watch(now);
    check_accepted(report);
    if (is_pending(report.state)) {
        check_pending(report);
    } else {
        checks_.that(Rule::scm_checkpoints, report.checkpoint == 0 && report.wait_hint == Duration::zero(), words);
    }
    last_ = report;
    reported_ = now;
}

void VirtualScm::check_accepted(const SessionReport& report) {
    using enum ServiceState;
    const auto words = [&] { return "state " + std::to_string(static_cast<unsigned>(report.state)); };
    const bool is_settled = report.state == running || report.state == paused;
    const bool takes_stop = is_settled || report.state == pause_pending || report.state == continue_pending;
    const auto& accepted = report.accepted;
    checks_.that(Rule::scm_accepted, accepted.stop == takes_stop && accepted.preshutdown == takes_stop, words);
    checks_.that(Rule::scm_accepted, accepted.parameter_change == is_settled && !accepted.shutdown, words);
    const bool must_continue = report.state == paused;
    checks_.that(Rule::scm_accepted, accepted.pause ? is_settled : !must_continue, words);
}

void VirtualScm::check_pending(const SessionReport& report) {
    const auto words = [&] { return "checkpoint " + std::to_string(report.checkpoint); };
    const bool goes_on = last_ && last_->state == report.state;
    checks_.that(Rule::scm_checkpoints, report.checkpoint > (goes_on ? last_->checkpoint : 0), words);
    const Duration least = goes_on ? last_->wait_hint : supervise::k_checkpoint_interval;
    checks_.that(Rule::scm_hints, report.wait_hint > least, words);
}

void VirtualScm::watch(TimePoint now) {
    if (!last_ || !is_pending(last_->state)) return;
    checks_.that(Rule::scm_hints, now <= reported_ + last_->wait_hint,
                 [&] { return "silent for " + std::to_string((now - reported_).count()) + " ms"; });
}

}  // namespace svcwrap::simulation
