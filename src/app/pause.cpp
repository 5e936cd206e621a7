#include <chrono>
#include <optional>
#include <utility>

#include "app/commands.hpp"
#include "app/service_view.hpp"
#include "app/wait.hpp"
#include "base/argv.hpp"

namespace svcwrap::app {

using platform::ControlRequest;
using platform::ServiceState;
using platform::ServiceStatus;

namespace {

// Numbers of winerror.h.
constexpr std::uint32_t k_invalid_control = 1052;
constexpr std::uint32_t k_cannot_accept_control = 1061;

// A service that has taken the control says so by a pending state at once. One that still is where it was has gone
// there and back between two looks, or never will.
constexpr Duration k_turn_patience = std::chrono::seconds(5);

// PAUSE or CONTINUE, and where it leads.
struct Change {
    std::string command;  // of svcwrap
    ControlRequest control;
    ServiceState from;
    ServiceState by_way_of;
    ServiceState to;
};

Change change_for(const PauseRequest& request) {
    if (request.resume) {
        return {"continue", ControlRequest::resume, ServiceState::paused, ServiceState::continue_pending,
                ServiceState::running};
    }
    return {"pause", ControlRequest::pause, ServiceState::running, ServiceState::pause_pending, ServiceState::paused};
}

Error explain_refusal(const ServiceView& view, const Change& change, Error error) {
    if (error.os_code == k_invalid_control && change.control == ControlRequest::pause) {
        return Error{.kind = ErrorKind::scm_failed,
                     .message = "pause " + view.name + ": its setting service.pause is \"refuse\"",
                     .os_code = error.os_code,
                     .where = {},
                     .remedy = "Set service.pause to \"suspend\" or \"stop\" in " +
                               view.registration.image.config_file + ", then svcwrap reload " + typed(view.name) +
                               " and try again."};
    }
    return with_context(std::move(error), change.command + " " + view.name);
}

Error not_possible(const ServiceView& view, const Change& change) {
    const bool stopped = view.status.state == ServiceState::stopped;
    return Error{.kind = ErrorKind::scm_failed,
                 .message = change.command + " " + view.name + ": it is " + std::string(name_of(view.status.state)),
                 .os_code = {},
                 .where = {},
                 .remedy = stopped ? "Start it: svcwrap start " + typed(view.name)
                                   : "Wait until it is there: svcwrap status " + typed(view.name) + " --watch"};
}

// It went back to where it came from: the wrapper could not do it.
Error fell_back(const ServiceView& view, const Change& change) {
    const std::string why =
        is_known(view) && !view.published->trouble.empty() ? view.published->trouble : "the wrapper could not do it";
    return Error{.kind = ErrorKind::scm_failed,
                 .message = change.command + " " + view.name + ": " + why,
                 .os_code = {},
                 .where = {},
                 .remedy = "The wrapper's journal has the details: " + view.journal};
}

class Changing {
public:
    Changing(const AppParts& parts, const ServiceView& view, const Change& change)
        : parts_(parts), view_(view), change_(change) {}

    // True when there is nothing more to wait for.
    [[nodiscard]] bool is_done(const ServiceStatus& status) {
        if (status.state == change_.to || status.state == ServiceState::stopped) return true;
        if (status.state == change_.by_way_of) {
            under_way_ = true;
            return false;
        }
        if (under_way_) return status.state == change_.from;
        if (!sent_at_) send();
        return refused_.has_value() || (sent_at_ && parts_.clock.now() - *sent_at_ >= k_turn_patience);
    }

    [[nodiscard]] const std::optional<Error>& refused() const { return refused_; }

private:
    // A control that can't be taken now is sent again at the next look.
    void send() {
        const Status sent = parts_.services.send_control(view_.name, change_.control);
        if (sent) sent_at_ = parts_.clock.now();
        if (!sent && sent.error().os_code != k_cannot_accept_control)
            refused_ = explain_refusal(view_, change_, sent.error());
    }

    const AppParts& parts_;
    const ServiceView& view_;
    const Change& change_;
    std::optional<TimePoint> sent_at_;
    bool under_way_ = false;
    std::optional<Error> refused_;
};

Answer answer_for(const AppParts& parts, const ServiceView& view, const Change& change, bool changed) {
    const std::string state = change.control == ControlRequest::pause ? "paused" : "running";
    return Answer{.text = view.name + (changed ? " is " : " is already ") + state + ".\n",
                  .warnings = {},
                  .json = JsonObject{{"ok", true},
                                     {"command", change.command},
                                     {"changed", changed},
                                     {"service", to_json(view, parts.clock.wall_now())}}};
}

}  // namespace

Outcome pause(const AppParts& parts, const PauseRequest& request) {
    const Change change = change_for(request);
    const auto before = load_view(parts, request.name);
    if (!before) return std::unexpected(before.error());
    const ServiceState state = before->status.state;
    if (state == change.to) return answer_for(parts, *before, change, false);
    if (state != change.from && state != change.by_way_of) return std::unexpected(not_possible(*before, change));

    Progress progress(parts, (request.resume ? "Continuing " : "Pausing ") + request.name, request.json);
    Changing changing(parts, *before, change);
    const auto status = wait_for(
        parts, request.name, [&](const ServiceStatus& seen) { return changing.is_done(seen); }, request.timeout,
        progress);
    if (changing.refused()) return std::unexpected(*changing.refused());
    if (!status) return std::unexpected(with_context(status.error(), change.command + " " + request.name));
    const auto after = load_view(parts, request.name, before->registration);
    if (!after) return std::unexpected(after.error());
    if (status->state == ServiceState::stopped) return std::unexpected(not_possible(*after, change));
    if (status->state != change.to) return std::unexpected(fell_back(*after, change));
    return answer_for(parts, *after, change, true);
}

}  // namespace svcwrap::app
