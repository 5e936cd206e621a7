#include "app/start_watch.hpp"

#include <algorithm>
#include <utility>

#include "app/wait.hpp"
#include "base/argv.hpp"
#include "base/windows_error.hpp"

namespace svcwrap::app {

using platform::ServiceState;
using platform::ServiceStatus;

namespace {

// Numbers of winerror.h.
constexpr std::uint32_t k_already_running = 1056;
constexpr std::uint32_t k_service_specific = 1066;
constexpr std::uint32_t k_process_aborted = 1067;
constexpr std::uint32_t k_bad_configuration = 1610;

bool child_is_lost(const host::PublishedState& state, std::uint64_t run) {
    using supervise::State;
    if (state.run != run) return state.run > run;
    return !(state.state == State::idle || state.state == State::starting || state.state == State::running);
}

std::string scm_reason(const ServiceStatus& status) {
    if (status.win32_exit_code == 0) return "the program ended and the service stopped with it, as a success";
    if (status.win32_exit_code == k_service_specific) {
        return "the program ended at once with " + describe(ExitCode{status.service_exit_code});
    }
    if (status.win32_exit_code == k_bad_configuration) return "its configuration is wrong";
    if (status.win32_exit_code == k_process_aborted) return "the program could not be started, or the wrapper died";
    const WindowsErrorText* known = find_windows_error(status.win32_exit_code);
    return "the service stopped with error " + std::to_string(status.win32_exit_code) +
           (known ? ": " + std::string(known->meaning) : "");
}

std::string reason_of(const ServiceView& view) {
    if (!view.current || !view.published->last_end) return scm_reason(view.status);
    const host::PublishedState& state = *view.published;
    std::string text = "the program " + describe_end(*state.last_end);
    if (state.last_end->kind == supervise::EndKind::exited)
        text = "the program ended at once with " + describe_end(*state.last_end);
    return state.reason.empty() ? text
                                : text + "; now in state " + std::string(name_of(state.state)) + ": " + state.reason;
}

std::string remedy_from_scm(const ServiceView& view) {
    const ServiceStatus& status = view.status;
    if (status.win32_exit_code == k_service_specific) return std::string(remedy_of(ExitCode{status.service_exit_code}));
    if (status.win32_exit_code == k_bad_configuration) return "Check it: svcwrap check " + typed(view.name);
    if (status.win32_exit_code == 0) return "A service's program must keep running; this one did its work and ended.";
    const WindowsErrorText* known = find_windows_error(status.win32_exit_code);
    return known ? std::string(known->remedy) : std::string();
}

std::string places_to_look(const ServiceView& view) {
    std::string text;
    if (view.current) {
        for (const host::PublishedLog& log : view.published->logs) text += "Its " + log.stream + ": " + log.path + ". ";
    }
    return text + "The wrapper's journal: " + view.journal + ". More: svcwrap why " + typed(view.name);
}

bool is_on_its_way_down(const host::PublishedState& state) {
    using supervise::State;
    return state.state == State::stopping || state.state == State::killing || state.state == State::clearing;
}

// What is seen of one start.
class StartWatch {
public:
    StartWatch(const AppParts& parts, std::string name, Registration registration, std::uint64_t run)
        : parts_(parts),
          name_(std::move(name)),
          registration_(std::move(registration)),
          run_(run),
          asked_at_(parts.clock.wall_now()) {}

    void see(const ServiceStatus& status) {
        if (status.process_id != 0) process_id_ = status.process_id;
    }

    // Until the run is up or has failed. A run before it may still be stopping, for `stop_timeout` at most; from then
    // on `launch_timeout` counts.
    [[nodiscard]] Result<ServiceView> arrive(Duration launch_timeout, Duration stop_timeout, Progress& progress) {
        const TimePoint begin = parts_.clock.now();
        TimePoint launch_begin = begin;
        while (true) {
            auto view = look();
            if (!view || judge_start(*view, run_) != StartVerdict::pending) return view;
            const TimePoint now = parts_.clock.now();
            const bool stopping =
                is_known(*view) && view->published->run < run_ && is_on_its_way_down(*view->published);
            if (stopping) launch_begin = now;
            if (stopping ? now - begin >= stop_timeout : now - launch_begin >= launch_timeout)
                return late(*view, now - begin);
            progress.tick();
            parts_.clock.sleep(k_poll_interval);
        }
    }

    // The first run, of a service that is RUNNING: likewise. Where nothing can be known of the child, the SCM's word
    // counts once the settle time is over.
    [[nodiscard]] Result<ServiceView> come_up(const StartLimits& limits, Progress& progress) {
        const TimePoint begin = parts_.clock.now();
        while (true) {
            auto view = look();
            if (!view || judge_start(*view, run_) != StartVerdict::pending) return view;
            const Duration waited = parts_.clock.now() - begin;
            const bool is_seen = is_known(*view) && view->status.state == ServiceState::running;
            if (!is_seen && waited >= limits.settle) return view;
            if (waited >= limits.timeout) return late(*view, waited);
            progress.tick();
            parts_.clock.sleep(k_poll_interval);
        }
    }

    // Until the settle time is over or the start has failed.
    [[nodiscard]] Result<ServiceView> settle(Duration time, Progress& progress) {
        const TimePoint begin = parts_.clock.now();
        while (true) {
            auto view = look();
            if (!view || judge_start(*view, run_) == StartVerdict::failed) return view;
            const TimePoint now = parts_.clock.now();
            if (now - begin >= time) return view;
            progress.tick();
            parts_.clock.sleep(std::min<Duration>(k_poll_interval, time - (now - begin)));
        }
    }

private:
    // When the service has stopped again the SCM knows no process any more; what this start's process published last
    // still counts.
    [[nodiscard]] Result<ServiceView> look() {
        auto view = load_view(parts_, name_, registration_);
        if (!view) return view;
        see(view->status);
        if (view->current || !view->published || view->status.state != ServiceState::stopped) return view;
        const host::PublishedState& state = *view->published;
        view->current = process_id_ != 0 ? state.wrapper_process_id == process_id_ : state.since >= asked_at_;
        return view;
    }

    [[nodiscard]] std::unexpected<Error> late(const ServiceView& view, Duration waited) const {
        const std::string state = is_known(view) ? "its program is " + std::string(name_of(view.published->state))
                                                 : "what its program does is not known";
        return fail(
            ErrorKind::timed_out, name_ + " has not started its program after " + to_human(waited) + ": " + state,
            "It may still get there: ask with `svcwrap status " + typed(name_) + "`, or wait longer with --timeout.");
    }

    const AppParts& parts_;
    std::string name_;
    Registration registration_;
    std::uint64_t run_;
    WallTime asked_at_;
    std::uint32_t process_id_ = 0;
};

bool is_running_or_stopped(const ServiceStatus& status) {
    return status.state == ServiceState::running || status.state == ServiceState::stopped;
}

// A service that is on its way down must be down before it can be started.
Status ask_to_start(const AppParts& parts, const std::string& name, const ServiceStatus& before, Duration timeout,
                    Progress& progress) {
    if (before.state == ServiceState::start_pending) return {};
    if (before.state == ServiceState::stop_pending) {
        const auto down =
            wait_for(parts, name, [](const auto& s) { return s.state == ServiceState::stopped; }, timeout, progress);
        if (!down) return std::unexpected(down.error());
    }
    Status started = parts.services.start(name);
    if (!started && started.error().os_code == k_already_running) return {};
    return started;
}

}  // namespace

StartVerdict judge_start(const ServiceView& view, std::uint64_t run) {
    switch (view.status.state) {
        case ServiceState::stopped:
        case ServiceState::stop_pending:
            return StartVerdict::failed;
        case ServiceState::start_pending:
        case ServiceState::continue_pending:
        case ServiceState::pause_pending:
        case ServiceState::paused:
            return StartVerdict::pending;
        case ServiceState::running:
            break;
    }
    if (!view.current) return StartVerdict::pending;
    if (child_is_lost(*view.published, run)) return StartVerdict::failed;
    const bool up = view.published->run == run && view.published->state == supervise::State::running;
    return up ? StartVerdict::up : StartVerdict::pending;
}

Error explain_failed_start(const ServiceView& view, const std::string& doing) {
    std::string remedy;
    if (view.current && view.published->last_end) remedy = remedy_for(*view.published->last_end);
    if (remedy.empty() && view.status.state == ServiceState::stopped) remedy = remedy_from_scm(view);
    if (!remedy.empty()) remedy += "\n  ";
    // The end of the program is the better reason, once it is known.
    const bool is_told = view.current && view.published->last_end.has_value();
    const bool lost_alone = view.status.state == ServiceState::stop_pending && !is_told;
    return Error{.kind = ErrorKind::launch_failed,
                 .message = doing + ": " + (lost_alone ? "the service is being stopped" : reason_of(view)),
                 .os_code = {},
                 .where = {},
                 .remedy = remedy + places_to_look(view)};
}

namespace {

using Started = std::expected<StartResult, Failure>;

Started verdict_on(const std::string& doing, Result<ServiceView> view, std::uint64_t run) {
    if (!view) return std::unexpected(with_context(std::move(view.error()), doing));
    if (judge_start(*view, run) == StartVerdict::failed) return std::unexpected(explain_failed_start(*view, doing));
    return StartResult{.changed = true, .view = *std::move(view)};
}

struct Patience {
    StartLimits limits;
    Duration stop_timeout{};
};

// The wrapper is told to launch the next run, and that one is watched.
Started next_run(const AppParts& parts, ServiceView before, host::ControlCommand command, const Patience& patience,
                 Progress& progress) {
    const bool starts = command == host::ControlCommand::start_child;
    const std::string doing = (starts ? "start " : "restart the program of ") + before.name;
    const auto wrapper = wrapper_of(before);
    if (!wrapper) return std::unexpected(with_context(wrapper.error(), doing));
    // While a launch is under way a restart would find nothing to stop: that launch is the one to watch.
    const bool is_launching = before.published->state == supervise::State::starting;
    const std::uint64_t run = before.published->run + (is_launching ? 0 : 1);
    const auto asked = ask(parts, *wrapper, command, k_ask_patience);
    if (!asked) return std::unexpected(asked.error());
    StartWatch watch(parts, before.name, std::move(before.registration), run);
    watch.see(before.status);
    auto view = watch.arrive(patience.limits.timeout, patience.stop_timeout, progress);
    if (view && judge_start(*view, run) == StartVerdict::up) view = watch.settle(patience.limits.settle, progress);
    return verdict_on(doing, std::move(view), run);
}

Started refuse_paused(const ServiceView& view, std::string_view verb) {
    return std::unexpected(Error{.kind = ErrorKind::scm_failed,
                                 .message = std::string(verb) + " " + view.name + ": it is paused",
                                 .os_code = {},
                                 .where = {},
                                 .remedy = "Let it go on: svcwrap continue " + typed(view.name)});
}

bool is_paused(const ServiceView& view) {
    return view.status.state == ServiceState::paused || view.status.state == ServiceState::pause_pending;
}

Started start_from_stopped(const AppParts& parts, const ServiceView& before, const StartLimits& limits,
                           std::string_view verb, Progress& progress) {
    const std::string doing = std::string(verb) + " " + before.name;
    StartWatch watch(parts, before.name, before.registration, 1);
    const Status asked = ask_to_start(parts, before.name, before.status, limits.timeout, progress);
    if (!asked) return std::unexpected(with_context(asked.error(), doing));
    const auto arrived = wait_for(
        parts, before.name,
        [&watch](const ServiceStatus& status) {
            watch.see(status);
            return is_running_or_stopped(status);
        },
        limits.timeout, progress);
    if (!arrived) return std::unexpected(with_context(arrived.error(), doing));
    auto view = watch.come_up(limits, progress);
    if (view && judge_start(*view, 1) == StartVerdict::up) view = watch.settle(limits.settle, progress);
    return verdict_on(doing, std::move(view), 1);
}

}  // namespace

Started start_and_watch(const AppParts& parts, const std::string& name, const StartLimits& limits, bool quiet,
                        std::string_view verb) {
    auto before = load_view(parts, name);
    if (!before) return std::unexpected(before.error());
    if (is_paused(*before)) return refuse_paused(*before, verb);
    Progress progress(parts, "Starting " + name, quiet);
    if (before->status.state != ServiceState::running) {
        return start_from_stopped(parts, *before, limits, verb, progress);
    }
    const bool waits = is_known(*before) && before->published->state == supervise::State::backoff &&
                       !before->published->control_address.empty();
    if (!waits) return StartResult{.changed = false, .view = *std::move(before)};
    auto started = next_run(parts, *std::move(before), host::ControlCommand::start_child, {.limits = limits}, progress);
    if (started) started->from_backoff = true;
    return started;
}

Started restart_child_and_watch(const AppParts& parts, const std::string& name, const StartLimits& limits,
                                std::optional<Duration> stop_timeout, bool quiet) {
    auto before = load_view(parts, name);
    if (!before) return std::unexpected(before.error());
    if (is_paused(*before)) return refuse_paused(*before, "restart the program of");
    Progress progress(parts, "Restarting the program of " + name, quiet);
    return next_run(parts, *std::move(before), host::ControlCommand::restart_child,
                    {.limits = limits, .stop_timeout = stop_timeout.value_or(k_forever)}, progress);
}

std::string started_text(const StartResult& result) {
    const ServiceView& view = result.view;
    std::string text = view.name + (result.changed ? " is running" : " is already running");
    if (result.from_backoff) text = "The program of " + view.name + " waited for its next start and is running now";
    if (view.current && view.published->state == supervise::State::running) {
        return text + ": process " + std::to_string(view.published->child_process_id) + ".\n";
    }
    if (view.current) {
        text += ", but its program is " + std::string(name_of(view.published->state));
        if (!view.published->reason.empty()) text += " (" + view.published->reason + ")";
        return text + "; see svcwrap status " + typed(view.name) + ".\n";
    }
    return view.note.empty() ? text + ".\n" : text + "; " + view.note + ".\n";
}

}  // namespace svcwrap::app
