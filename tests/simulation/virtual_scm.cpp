#include "virtual_scm.hpp"

namespace svcwrap::simulation {
namespace {

using platform::ServiceState;
using platform::SessionReport;

bool is_pending(ServiceState state) {
    return state == ServiceState::start_pending || state == ServiceState::stop_pending;
}

// "Service State Transitions" (Windows' service documentation), as far as svcwrap has those states.
bool is_legal(ServiceState from, ServiceState to) {
    switch (from) {
        case ServiceState::start_pending:
            return true;
        case ServiceState::running:
            return to == ServiceState::stop_pending || to == ServiceState::stopped;
        case ServiceState::stop_pending:
            return to == ServiceState::stop_pending || to == ServiceState::stopped;
        default:
            return false;
    }
}

}  // namespace

void VirtualScm::take(const SessionReport& report, TimePoint now) {
    const auto words = [&] { return "to " + std::to_string(static_cast<unsigned>(report.state)); };
    const ServiceState from = last_ ? last_->state : ServiceState::start_pending;
    checks_.that(Rule::scm_transitions, is_legal(from, report.state), words);
    watch(now);
    if (is_pending(report.state)) {
        check_pending(report);
    } else {
        check_settled(report);
    }
    last_ = report;
    reported_ = now;
}

void VirtualScm::check_pending(const SessionReport& report) {
    const auto words = [&] { return "checkpoint " + std::to_string(report.checkpoint); };
    const bool goes_on = last_ && last_->state == report.state;
    checks_.that(Rule::scm_checkpoints, report.checkpoint > (goes_on ? last_->checkpoint : 0), words);
    const Duration least = goes_on ? last_->wait_hint : supervise::k_checkpoint_interval;
    checks_.that(Rule::scm_hints, report.wait_hint > least, words);
    checks_.that(Rule::scm_transitions, !report.accepted.stop && !report.accepted.preshutdown, words);
}

void VirtualScm::check_settled(const SessionReport& report) {
    const auto words = [&] { return "state " + std::to_string(static_cast<unsigned>(report.state)); };
    checks_.that(Rule::scm_checkpoints, report.checkpoint == 0 && report.wait_hint == Duration::zero(), words);
    const bool is_running = report.state == ServiceState::running;
    checks_.that(Rule::scm_transitions, report.accepted.stop == is_running && report.accepted.preshutdown == is_running,
                 words);
}

void VirtualScm::watch(TimePoint now) {
    if (!last_ || !is_pending(last_->state)) return;
    checks_.that(Rule::scm_hints, now <= reported_ + last_->wait_hint,
                 [&] { return "silent for " + std::to_string((now - reported_).count()) + " ms"; });
}

}  // namespace svcwrap::simulation
