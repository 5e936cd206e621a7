// The child as the control loop sees it: its launch, and its end.
#include <exception>
#include <format>
#include <utility>

#include "host/control_loop.hpp"

namespace svcwrap::host {

using supervise::State;

void ControlLoop::take_launched(Launches::Launched launched) {
    if (launched.sinks.output && launched.sinks.output != outputs_->sinks().output) {
        outputs_->take(std::move(launched.sinks));
        config_.logs_opened_by(launched.order.config);
        outputs_->configure(config_.now()->logs);  // a reload may have come meanwhile
    }
    if (supervisor_.state() == State::stopped) {  // too late
        if (launched.child) discard(*std::move(launched.child));
        return;
    }
    if (!launched.child) return launch_failed(std::move(launched.child.error()));
    const std::uint64_t run = launched.order.run;
    std::uint32_t id = 0;
    auto child = *std::move(launched.child);
    try {
        id = child->id();
        facts_.process_id = id;
        outputs_->start(*child, run, history_.tail(), [this, run] { history_.output_ended(run); });
        steps_.attend(facts_, child->take_input());
        child_.take(std::move(child));
    } catch (const std::exception& error) {  // no thread to be had: a child that nobody watches must not run
        discard(std::move(child));
        child_.release();
        return launch_failed(
            {.kind = ErrorKind::launch_failed, .message = std::format("watch the child: {}", error.what())});
    }
    child_started_ = parts_.clock.wall_now();
    child_began_ = parts_.clock.now();
    events_.child_started(*child_started_);
    config_.launched_with(std::move(launched.order.config));
    history_.started(run, id);
    schedule_.arm(config_.now()->schedule, child_began_);
    post_start_due_ = true;
    feed(supervise::ChildStarted{.process_id = id});
}

void ControlLoop::launch_failed(Error error) {
    last_end_at_ = parts_.clock.wall_now();
    if (!error.remedy.empty()) {
        journal_.write(Severity::warning, "about the launch that failed: " + error.remedy);
    }
    post(supervise::LaunchFailed{.error = std::move(error)});
}

// A child that is paused before it ran gets its hook when it runs on.
void ControlLoop::look_after_post_start() {
    if (!post_start_due_ || supervisor_.state() != State::running || !child_.root_lives()) return;
    post_start_due_ = false;
    try {
        begin_post_start();
    } catch (const std::exception& error) {  // no thread to be had
        hook_ran(HookMoment::post_start,
                 fail(ErrorKind::launch_failed, std::format("hook post_start could not be started: {}", error.what())));
    }
}

void ControlLoop::begin_post_start() {
    if (!config_.now()->hooks.post_start) return child_ready(facts_.run, {});
    post_start_stop_ = std::stop_source();
    post_start_ = std::make_unique<Worker>(1);
    const bool posted = post_start_->post(
        [this, context = context_, config = config_.now(), facts = facts_, token = post_start_stop_.get_token()] {
            const Status ran = run_hook(context, *config, HookMoment::post_start, facts, token);
            if (token.stop_requested()) return;  // the run is over
            context.post([this, run = facts.run, ran] { child_ready(run, ran); });
        });
    if (!posted) throw std::runtime_error("the system has no thread for it");
}

void ControlLoop::child_ready(std::uint64_t run, const Status& prepared) {
    if (run != facts_.run || !child_.root_lives()) return;
    hook_ran(HookMoment::post_start, prepared);
    if (prepared) history_.ready(run);
}

void ControlLoop::hook_ran(HookMoment moment, const Status& result) {
    if (!result) events_.say(EventId::hook_failed, {result.error().message});
    set_trouble(std::format("hook {}", name_of(moment)), result ? std::string() : result.error().message);
}

// A hook that is no more cannot fail any more.
void ControlLoop::forget_removed_hooks() {
    for (const HookMoment moment :
         {HookMoment::post_start, HookMoment::post_stop, HookMoment::on_failure, HookMoment::on_give_up}) {
        if (!hook_at(config_.now()->hooks, moment)) hook_ran(moment, {});
    }
}

void ControlLoop::tree_gone() {
    child_started_.reset();
    child_began_.reset();
    config_.launched_with(nullptr);
    schedule_.arm({}, {});
}

// A child that is paused is not restarted: its time begins anew.
void ControlLoop::restart_by_schedule() {
    if (supervisor_.state() == State::running) {
        events_.restarting_by_schedule(config_.now()->schedule);
        return feed(supervise::RestartRequested{supervise::RestartReason::scheduled});
    }
    if (child_began_) schedule_.arm(config_.now()->schedule, parts_.clock.now());
}

}  // namespace svcwrap::host
