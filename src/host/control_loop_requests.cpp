// What the control loop tells the world, and what the world asks of it.
#include <algorithm>
#include <format>
#include <utility>

#include "host/control_loop.hpp"
#include "host/json_fields.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::host {

using supervise::State;

// ---- what others are told ----

void ControlLoop::report_to_scm() {
    if (!options_.report || supervisor_.state() == State::stopped) return;
    if (const auto report = reporter_.update(supervisor_.snapshot(), parts_.clock.now())) {
        last_report_ = *report;
        options_.report(*report);
    }
}

// A stop is not over before the output is drained and the last hooks have run: the SCM is told how long that may take.
// Who ends so that Windows' recovery actions apply says nothing.
void ControlLoop::report_ending() {
    const auto result = supervisor_.snapshot().result;
    if (!options_.report || (result && result->outcome == supervise::Outcome::recover)) return;
    if (last_report_.state != platform::ServiceState::stop_pending) {
        last_report_ = {.state = platform::ServiceState::stop_pending};
    }
    ++last_report_.checkpoint;
    last_report_.wait_hint = std::max<Duration>(last_report_.wait_hint + std::chrono::seconds(1), k_ending_hint);
    options_.report(last_report_);
}

void ControlLoop::set_trouble(const std::string& thing, std::string text) {
    if (troubles_.set(thing, std::move(text))) publish();
}

PublishedState ControlLoop::describe() const {
    const supervise::Snapshot now = supervisor_.snapshot();
    const config::ServiceConfig& config = *config_.now();
    PublishedState state{.service = config.service.name,
                         .config_file = config.file,
                         .wrapper_process_id = parts_.system.process_id(),
                         .state = now.state,
                         .since = since_,
                         .reason = now.reason,
                         .run = now.run,
                         .restarts = now.restarts,
                         .child_process_id = now.process_id,
                         .child_started = child_started_,
                         .last_end = now.last_end,
                         .next_launch = {},
                         .program = config.process.executable,
                         .logs = outputs_->published(),
                         .housekeeping = outputs_->housekeeping(),
                         .journal = options_.journal_file,
                         .control_address = control_.address(),
                         .start_reason = now.start_reason,
                         .stop_reason = now.stop_reason,
                         .gave_up = now.gave_up,
                         .suspended = now.suspended,
                         .trouble = troubles_.text(),
                         .history = options_.history_file,
                         .stop_steps = now.steps,
                         .was_killed = now.was_killed,
                         .launch_overdue = now.launch_overdue};
    if (state.last_end) state.last_end->when = last_end_at_.value_or(since_);
    if (now.next_launch) state.next_launch = parts_.clock.wall_now() + (*now.next_launch - parts_.clock.now());
    return state;
}

void ControlLoop::publish() {
    if (!state_writer_) return;
    state_writer_->write([state = describe()] { return to_pretty_json_text(to_json(state)) + "\n"; });
}

// ---- what others ask for ----

void ControlLoop::handle(ControlCommand command, const ControlDesk::Reply& reply) {
    if (command != ControlCommand::status) {
        journal_.write(Severity::info, std::format("control channel: {} was asked for", name_of(command)));
    }
    switch (command) {
        case ControlCommand::status:
            return reply(status_json());
        case ControlCommand::reload:
            return reload(false, reply);
        case ControlCommand::restart_child:
            return restart_child(reply);
        case ControlCommand::rotate:
            return rotate(reply);
        case ControlCommand::start_child:
            break;
    }
    if (refuses("start", reply)) return;
    feed(supervise::StartRequested{});
    reply(JsonObject{});
}

// A service that stops starts no child any more; the code is ERROR_SERVICE_CANNOT_ACCEPT_CTRL, as the SCM says it.
bool ControlLoop::refuses(std::string_view what, const ControlDesk::Reply& reply) const {
    const supervise::Snapshot now = supervisor_.snapshot();
    if (now.state != State::stopped && !now.stop_reason) return false;
    reply(std::unexpected(std::vector{
        Error{.kind = ErrorKind::scm_failed,
              .message = std::format("{} the child of {}: the service is stopping", what, config_.now()->service.name),
              .os_code = 1061,
              .remedy = "start the service when it has stopped"}}));
    return true;
}

Json ControlLoop::status_json() const {
    const auto tail = history_.tail();
    return JsonObject{{"state", to_json(describe())},
                      {"last_lines", texts_json(tail ? tail->lines() : std::vector<std::string>{})},
                      {"waiting", config_.waiting()}};
}

void ControlLoop::restart_child(const ControlDesk::Reply& reply) {
    if (refuses("restart", reply)) return;
    if (supervisor_.state() == State::starting) {
        return reply(std::unexpected(std::vector{
            Error{.kind = ErrorKind::scm_failed,
                  .message = std::format("restart the child of {}: it is being started", config_.now()->service.name),
                  .os_code = 1061,
                  .remedy = "try again when it runs"}}));
    }
    feed(supervise::RestartRequested{supervise::RestartReason::asked});
    reply(JsonObject{});
}

void ControlLoop::rotate(const ControlDesk::Reply& reply) {
    reply(JsonObject{{"logs", texts_json(outputs_->rotate())}});
}

void ControlLoop::reload(bool only_if_new, const ControlDesk::Reply& reply) {
    const bool posted = config_reader_.read(
        only_if_new, config_.now(),
        [this, only_if_new, reply](ConfigReader::Read read) { take_config(only_if_new, std::move(read), reply); });
    if (posted || only_if_new) return;
    refuse_config({.errors = {{.kind = ErrorKind::timed_out,
                               .message = "reload " + config_.now()->file + ": earlier readings hang in the disk"}}},
                  reply);
}

void ControlLoop::take_config(bool only_if_new, ConfigReader::Read read, const ControlDesk::Reply& reply) {
    if (!read) return refuse_config(read.error(), reply);
    const SharedConfig before = config_.now();
    auto settings = config_.adopt(*std::move(read));
    if (!settings) return refuse_config({.errors = {settings.error()}}, reply);
    const Changes changes{.settings = *std::move(settings), .wants_input = config_.child_lacks_input()};
    const std::string text = changes_text(changes);
    // Reading the file once more when watching begins is no news if nothing changed.
    if (!text.empty() || !only_if_new) {
        journal_.write(Severity::info,
                       std::format("reload ({}): {}", only_if_new ? "the file changed" : "it was asked for",
                                   text.empty() ? "nothing changed" : text));
    }
    set_trouble("reload", {});
    if (!changes.settings.empty()) {
        events_.say(EventId::configuration_reloaded, {text});
        apply(before);
    }
    update_preshutdown();
    reply(JsonObject{{"changed", changes_json(changes)}});
}

void ControlLoop::refuse_config(const ConfigReader::Refusal& refusal, const ControlDesk::Reply& reply) {
    for (const Error& error : refusal.errors) {
        journal_.write(Severity::warning, "reload refused, nothing was changed: " + to_text(error));
    }
    const Error& first = refusal.errors.front();
    events_.say(refusal.is_insecure ? EventId::configuration_insecure : EventId::reload_refused, {to_text(first)});
    // The commands that take rights away fill a page: they are in the journal.
    set_trouble("reload",
                std::string(k_config_not_taken) + ": " + (refusal.is_insecure ? first.message : to_text(first)));
    reply(std::unexpected(refusal.errors));
}

void ControlLoop::apply(const SharedConfig& before) {
    const config::ServiceConfig& now = *config_.now();
    outputs_->configure(now.logs);
    history_.configure(now.logs);
    config_watch_.set(now.watch && supervisor_.state() != State::stopped);
    const bool is_same = before->schedule.every == now.schedule.every && before->schedule.at == now.schedule.at;
    if (!is_same) schedule_.arm(now.schedule, child_began_);
    forget_removed_hooks();
    is_news_ = true;
    feed(supervise::Reconfigured{now.supervise});
}

// Tried again at each reload until Windows knows.
// NOLINTNEXTLINE(readability-function-size): callbacks within callbacks, each a line
void ControlLoop::update_preshutdown() {
    const config::ServiceConfig& now = *config_.now();
    const Duration budget = supervise::preshutdown_budget(now.supervise.stop);
    if (!options_.registered || budget == preshutdown_budget_) return;
    const bool posted = chores_.post([this, context = context_, name = now.service.name, budget] {
        const Status set = context.parts.services.set_preshutdown_timeout(name, budget);
        if (set) {
            context.post([this, budget] { preshutdown_budget_ = budget; });
            return context.say(
                Severity::info,
                std::format("Windows now waits up to {} for the stop when the system shuts down", to_text(budget)));
        }
        context.say(Severity::warning,
                    std::format("Windows could not be told that a stop may take {} when the system shuts down: {}; "
                                "install the service anew",
                                to_text(budget), to_text(set.error())));
    });
    if (!posted) context_.say(Severity::warning, "Windows was not told how long a stop may take: earlier calls hang");
}

}  // namespace svcwrap::host
