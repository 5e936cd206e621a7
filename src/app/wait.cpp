#include "app/wait.hpp"
#include "base/argv.hpp"

#include <algorithm>
#include <utility>

namespace svcwrap::app {

using platform::ServiceState;
using platform::ServiceStatus;

namespace {

// Numbers of winerror.h.
constexpr std::uint32_t k_invalid_control = 1052;
constexpr std::uint32_t k_cannot_accept_control = 1061;
constexpr std::uint32_t k_not_started = 1062;

// After STOPPED the process has only to unload; its files are free when it is gone.
constexpr Duration k_exit_patience = std::chrono::seconds(5);

class Patience {
public:
    Patience(std::optional<Duration> timeout, TimePoint now) : timeout_(timeout), begin_(now), progressed_(now) {}

    void see(const ServiceStatus& status, TimePoint now) {
        const bool moved = !last_ || last_->state != status.state || last_->checkpoint != status.checkpoint;
        if (moved) progressed_ = now;
        last_ = status;
    }

    [[nodiscard]] bool is_over(TimePoint now) const {
        if (timeout_) return *timeout_ != k_forever && now - begin_ >= *timeout_;
        return now - progressed_ >= std::max(k_least_patience, last_ ? last_->wait_hint : Duration{});
    }

    [[nodiscard]] Duration waited(TimePoint now) const { return now - begin_; }

private:
    std::optional<Duration> timeout_;
    TimePoint begin_;
    TimePoint progressed_;
    std::optional<ServiceStatus> last_;
};

std::unexpected<Error> hangs(const std::string& name, const ServiceStatus& status, Duration waited) {
    std::string message = name + " is still " + std::string(name_of(status.state)) + " after " + to_human(waited);
    if (status.process_id != 0) message += " (wrapper process " + std::to_string(status.process_id) + ")";
    return fail(
        ErrorKind::timed_out, std::move(message),
        "It may still get there: ask with `svcwrap status " + typed(name) + "`, or wait longer with --timeout.");
}

bool has_code(const Error& error, std::uint32_t code) {
    return error.os_code == code;
}

// While a service starts it takes no STOP, and the SCM says that the control can't be accepted now (ControlService:
// 1061 in a pending state) or that the service does not take it (1052). From a running service 1052 is the last word.
bool is_refused_for_now(const Error& error, ServiceState state) {
    return has_code(error, k_cannot_accept_control) ||
           (has_code(error, k_invalid_control) && state == ServiceState::start_pending);
}

// True if the service stops now, false if it is worth another try.
Result<bool> send_stop(const AppParts& parts, const std::string& name, ServiceState state) {
    const Status sent = parts.services.stop(name);
    if (sent || has_code(sent.error(), k_not_started)) return true;
    if (is_refused_for_now(sent.error(), state)) return false;
    return std::unexpected(sent.error());
}

void wait_for_exit(const AppParts& parts, std::uint32_t process_id) {
    const TimePoint end = parts.clock.now() + k_exit_patience;
    while (process_id != 0 && parts.system.is_process_alive(process_id) && parts.clock.now() < end) {
        parts.clock.sleep(k_poll_interval);
    }
}

}  // namespace

Result<ServiceStatus> wait_for(const AppParts& parts, const std::string& name, const StatusTest& done,
                               std::optional<Duration> timeout, Progress& progress) {
    Patience patience(timeout, parts.clock.now());
    while (true) {
        auto status = parts.services.query(name);
        if (!status || done(*status)) return status;
        const TimePoint now = parts.clock.now();
        patience.see(*status, now);
        if (patience.is_over(now)) return hangs(name, *status, patience.waited(now));
        progress.tick();
        parts.clock.sleep(k_poll_interval);
    }
}

Result<StopResult> stop_and_wait(const AppParts& parts, const std::string& name, std::optional<Duration> timeout,
                                 bool quiet) {
    const auto before = parts.services.query(name);
    if (!before) return std::unexpected(before.error());
    if (before->state == ServiceState::stopped) return StopResult{.changed = false, .status = *before};

    Progress progress(parts, "Stopping " + name, quiet);
    bool sent = before->state == ServiceState::stop_pending;
    std::uint32_t process_id = before->process_id;
    std::optional<Error> refused;
    const auto done = [&](const ServiceStatus& status) {
        if (status.process_id != 0) process_id = status.process_id;
        if (status.state == ServiceState::stopped) return true;
        if (sent || status.state == ServiceState::stop_pending) return false;
        const auto result = send_stop(parts, name, status.state);
        sent = result.value_or(false);
        if (!result) refused = result.error();
        return refused.has_value();
    };
    const auto status = wait_for(parts, name, done, timeout, progress);
    if (refused) return std::unexpected(with_context(*std::move(refused), "stop " + name));
    if (!status) return std::unexpected(with_context(status.error(), "stop " + name));
    wait_for_exit(parts, process_id);
    return StopResult{.changed = true, .status = *status};
}

}  // namespace svcwrap::app
