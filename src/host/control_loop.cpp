// Events in, deeds out.
#include "host/control_loop.hpp"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <format>
#include <utility>

#include "supervise/stop_plan.hpp"

namespace svcwrap::host {

using namespace std::chrono_literals;
using supervise::State;

namespace {

// For the state file, the history, the Event Log and the journal, each.
constexpr Duration k_papers_time = 1s;
// SHUTDOWN leaves about 5 s in all (WaitToKillServiceTimeout): the steps are cut to k_shutdown_budget, and hooks that
// follow must be over by this.
constexpr Duration k_shutdown_hooks_end = 4s;
// At a PRESHUTDOWN hooks end this much before Windows loses its patience.
constexpr Duration k_preshutdown_margin = 5s;

void report_nothing(const std::expected<Json, std::vector<Error>>&) {}

std::string name_of_trouble(const std::string& log, logs::Subject subject) {
    return std::format("log {} {}", log, static_cast<int>(subject));
}

}  // namespace

ControlLoop::ControlLoop(config::ServiceConfig config, Parts parts, HostOptions options)
    : parts_(parts),
      options_(std::move(options)),
      loop_(std::make_shared<boost::asio::io_context>()),
      stay_(boost::asio::make_work_guard(*loop_)),
      timer_(*loop_),
      config_(std::move(config)),
      supervisor_(config_.now()->supervise),
      journal_(parts.files, parts.clock, options_.journal_file, options_.announce),
      context_(make_context()),
      events_(options_.events, parts.clock, config_.now()->service.name,
              [say = context_.say](const Error& error) {
                  say(Severity::warning, "the Event Log does not take the service's events: " + to_text(error));
              }),
      outputs_(std::make_shared<Outputs>(context_, output_listeners())),
      history_(context_, options_.history_file,
               trouble_with("the history of runs", "the history of runs is not kept on the disk for now: ")),
      after_run_(
          context_,
          [this] {
              launches_.look();
              ending_.look();
          },
          [this](HookMoment moment, const Status& result) { hook_ran(moment, result); }),
      launches_(
          context_, after_run_, outputs_, [this] { feed(supervise::LaunchBegun{}); },
          [this](Launches::Launched launched) { take_launched(std::move(launched)); }),
      rotate_hooks_(context_,
                    [this](const Status& ran) { set_trouble("rotation hook", ran ? "" : ran.error().message); }),
      steps_(context_, [this](supervise::StepEnded ended) { feed(std::move(ended)); }),
      child_(*loop_, {.root_ended = [this] { last_end_at_ = parts_.clock.wall_now(); },
                      .exited =
                          [this](ExitCode code, std::size_t left) {
                              if (left == 0) tree_gone();
                              feed(supervise::ChildExited{.code = code, .left_behind = left});
                          },
                      .emptied =
                          [this] {
                              tree_gone();
                              feed(supervise::TreeEmptied{});
                          }}),
      schedule_(context_, [this] { restart_by_schedule(); }),
      config_reader_(context_, config_.now()->file, options_.judge),
      config_watch_(
          context_, config_.now()->file, [this] { reload(true, report_nothing); },
          trouble_with("the watch of the configuration", "the configuration cannot be watched for changes: ")),
      control_(context_, [this](ControlCommand command, const ControlDesk::Reply& reply) { handle(command, reply); }),
      ending_(context_, *outputs_, after_run_, [this] { report_ending(); }, [this] { loop_->stop(); }) {
    preshutdown_budget_ = supervise::preshutdown_budget(config_.now()->supervise.stop);
    if (!options_.state_file.empty()) {
        state_writer_ = std::make_unique<NewestWriter>(
            parts.files, options_.state_file, Outlives::process,
            trouble_with("the state file", "the state file cannot be written, `status` will be out of date: "));
    }
}

ControlLoop::~ControlLoop() {
    close();
    history_.settle(k_papers_time);
}

LoopContext ControlLoop::make_context() {
    return {.parts = parts_, .loop = loop_, .say = [this, loop = loop_](Severity severity, std::string text) {
                boost::asio::dispatch(*loop,
                                      [this, severity, text = std::move(text)] { journal_.write(severity, text); });
            }};
}

// Hears from any thread that something works no more, or again.
std::function<void(Status)> ControlLoop::trouble_with(std::string thing, std::string what) {
    return [this, loop = loop_, thing = std::move(thing), what = std::move(what)](const Status& now) {
        boost::asio::post(*loop, [this, thing, text = now ? std::string() : what + to_text(now.error())] {
            journal_.write(text.empty() ? Severity::info : Severity::warning,
                           text.empty() ? "works again: " + thing : text);
            set_trouble(thing, text);
        });
    };
}

// Streams that are opened anew tell of their own troubles. What concerns all logs, but for the disk, lives on.
void ControlLoop::forget_log_troubles() {
    for (const char* log : {"stdout", "stderr"}) {
        for (std::size_t subject = 0; subject < logs::k_subject_count; ++subject) {
            set_trouble(name_of_trouble(log, static_cast<logs::Subject>(subject)), {});
        }
    }
    set_trouble(name_of_trouble("", logs::Subject::disk), {});
}

// Trouble with a log is journaled, and part of the state while it lasts.
OutputListeners ControlLoop::output_listeners() {
    const auto report = [this, loop = loop_](const std::string& log, const logs::Report& what) {
        boost::asio::post(*loop, [this, log, what] {
            const bool is_event = what.subject == logs::Subject::file || what.subject == logs::Subject::settings ||
                                  what.subject == logs::Subject::loss;
            journal_.write(what.lasts || is_event ? Severity::warning : Severity::info, what.text);
            events_.logs_said(what);
            if (is_event) return;
            set_trouble(name_of_trouble(log, what.subject), what.lasts ? what.text : std::string());
        });
    };
    return {.echo = options_.echo,
            .report = report,
            .rotated = [this](const std::string& path) { rotate_hooks_.run(config_.now(), facts_, path); },
            .emptied = [this] { ending_.look(); }};
}

// From here on a launch that returns late ends its child by itself; one that slipped in before is taken and ended here.
void ControlLoop::close() {
    control_.close();
    launches_.close();
}

void ControlLoop::post(supervise::Event event) {
    boost::asio::post(*loop_, [this, event = std::move(event)] { feed(event); });
}

void ControlLoop::post_reload() {
    boost::asio::post(*loop_, [this] { reload(false, report_nothing); });
}

supervise::FinalResult ControlLoop::run() {
    since_ = parts_.clock.wall_now();
    history_.configure(config_.now()->logs);
    history_.load();
    if (options_.controlled) {
        const Status opened = control_.open(config_.now()->service.name);
        if (!opened) trouble_with("the control channel", "the control channel cannot be served: ")(opened);
    }
    config_watch_.set(config_.now()->watch);
    boost::asio::post(*loop_, [this] { feed(supervise::StartRequested{}); });
    run_until_stopped();
    history_.wait_until_loaded(k_papers_time);
    outputs_->close(k_papers_time);
    rotate_hooks_.close(k_papers_time);
    control_.retire();
    launches_.close();
    child_.release();
    publish();
    // Both at the same time.
    if (state_writer_) state_writer_->finish();
    history_.finish();
    if (state_writer_ && !state_writer_->close(k_papers_time)) {
        journal_.write(Severity::warning, "the state file could not be written in time: " + options_.state_file);
    }
    if (ending_.abandoned()) events_.say(EventId::output_lost, {"a thread that writes a log hangs in the disk"});
    if (!history_.close(k_papers_time)) {
        journal_.write(Severity::warning, "the history could not be written in time: " + options_.history_file);
    }
    events_.close(k_papers_time);
    (void)chores_.stop(k_papers_time);
    journal_.close(k_papers_time);
    return supervisor_.snapshot().result.value_or(supervise::FinalResult{});
}

// Whatever a handler throws (memory, Asio) is journaled and survived.
void ControlLoop::run_until_stopped() {
    for (;;) {
        try {
            loop_->run();
            return;
        } catch (const std::exception& error) {
            survived(error);
        }
    }
}

void ControlLoop::feed(const supervise::Event& event) {
    guarded([&] { prepare(event); });
    const double chance = std::uniform_real_distribution<double>(0.0, 1.0)(chance_);
    for (const auto& action : supervisor_.handle(event, parts_.clock.now(), chance)) carry_out(action);
    settle_up();
    if (options_.observe) options_.observe(supervisor_.snapshot());
}

// One deed that fails keeps neither the others from being done nor the clock from being set.
void ControlLoop::carry_out(const supervise::Action& action) {
    try {
        std::visit([this](const auto& deed) { perform(deed); }, action);
    } catch (const std::exception& error) {
        guarded([&] { make_up_for(action, std::format("internal error, survived: {}", error.what())); });
    }
}

// What the supervisor waits for must come, or it would wait for ever.
void ControlLoop::make_up_for(const supervise::Action& action, const std::string& what) {
    if (std::holds_alternative<supervise::Launch>(action)) {
        post(supervise::LaunchFailed{{.kind = ErrorKind::launch_failed, .message = what}});
    } else if (const auto* step = std::get_if<supervise::BeginStopStep>(&action)) {
        post(supervise::StepEnded{.index = step->index, .failed = true, .detail = what});
    } else if (std::holds_alternative<supervise::SuspendTree>(action)) {
        post(supervise::SuspendFailed{{.kind = ErrorKind::internal, .message = what}});
    }
    journal_.write(Severity::error, what);
    events_.say(EventId::internal_error, {what});
}

void ControlLoop::guarded(const std::function<void()>& deed) {
    try {
        deed();
    } catch (const std::exception& error) {
        survived(error);
    }
}

void ControlLoop::survived(const std::exception& error) {
    journal_.write(Severity::error, std::format("internal error, survived: {}", error.what()));
    events_.say(EventId::internal_error, {error.what()});
}

// What an event means to the hooks after a run: they too must fit into what the system leaves.
void ControlLoop::prepare(const supervise::Event& event) {
    const auto* stop = std::get_if<supervise::StopRequested>(&event);
    if (stop == nullptr) return;
    if (stop->reason == supervise::StopReason::system_shutdown) after_run_.cut(k_shutdown_hooks_end);
    if (stop->reason == supervise::StopReason::system_preshutdown) {
        after_run_.cut(std::max(preshutdown_budget_ - k_preshutdown_margin, Duration::zero()));
    }
}

// After every event: the world is told, and the next wake-up is set.
void ControlLoop::settle_up() {
    const State state = supervisor_.state();
    if (state != State::starting) guarded([this] { launches_.cancel(); });
    takes_pause_ = config_.now()->supervise.pause != supervise::PausePolicy::refuse;
    takes_continue_ = takes_pause_ || state == State::paused || supervisor_.snapshot().pausing;
    guarded([this] { report_to_scm(); });
    // A stop that comes while the service ends may change how it ends.
    if (is_news_ && ending_.begun()) guarded([this] { report_ending(); });
    if (std::exchange(is_news_, false)) guarded([this] { publish(); });
    guarded([this] { look_after_post_start(); });
    arm_timer();
    if (state == State::stopped && !ending_.begun()) begin_ending();
}

void ControlLoop::begin_ending() {
    guarded([this] { config_watch_.set(false); });
    schedule_.arm({}, {});
    child_.release();  // whoever is left in the job ends with it
    ending_.begin();
}

void ControlLoop::arm_timer() {
    auto next = supervisor_.deadline();
    if (const auto due = reporter_.due(); due && (!next || *due < *next)) next = due;
    timer_.cancel();
    if (!next || supervisor_.state() == State::stopped) return;
    timer_.expires_after(std::max(*next - parts_.clock.now(), Duration::zero()));
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) feed(supervise::Deadline{});
    });
}

// ---- deeds ----

void ControlLoop::perform(const supervise::Launch& launch) {
    facts_ = RunFacts{.run = launch.run, .process_id = 0, .end = {}, .result = {}};
    RunRecord record;
    record.run = launch.run;
    record.wrapper_process_id = parts_.system.process_id();
    record.start_reason = launch.reason;
    record.launched = parts_.clock.wall_now();
    history_.begin(std::move(record));
    const bool reopen = config_.wants_other_logs();
    if (reopen) forget_log_troubles();
    launches_.begin(
        {.config = config_.now(), .run = launch.run, .shown = static_cast<bool>(options_.echo), .reopen = reopen});
}

void ControlLoop::perform(const supervise::RunOver& over) {
    const supervise::Snapshot now = supervisor_.snapshot();
    supervise::RunEnd end = over.end;
    if (!has_code(end)) last_end_at_ = parts_.clock.wall_now();  // no process told when it ended
    end.when = last_end_at_.value_or(parts_.clock.wall_now());
    RunRecord record;
    record.run = over.run;
    record.wrapper_process_id = parts_.system.process_id();
    record.ended = end.when;
    record.end = end;
    record.aftermath = over.aftermath;
    record.stop_reason = over.stop_reason;
    record.why = over.why;
    if (end.asked_for) record.stop_steps = now.steps;
    record.was_killed = end.asked_for && now.was_killed;
    history_.over(std::move(record));

    events_.run_over(over, end, now, *config_.now());

    steps_.dismiss();
    post_start_due_ = false;
    post_start_stop_.request_stop();
    post_start_.reset();
    RunFacts facts = facts_;
    facts.run = over.run;
    facts.result = result_of(end, config_.now()->supervise.restart);
    facts.end = std::move(end);
    after_run_.begin(config_.now(), std::move(facts), over.aftermath == supervise::Aftermath::gave_up);
}

void ControlLoop::perform(const supervise::BeginStopStep& step) {
    steps_.begin(step, child_.child(), config_.now());
}

void ControlLoop::perform(const supervise::TerminateTree& terminate) {
    steps_.end();
    if (child_.child() == nullptr) return;
    if (const auto ended = child_.child()->terminate_tree(terminate.code); !ended) {
        journal_.write(Severity::error, "the process tree could not be ended: " + to_text(ended.error()));
    }
}

void ControlLoop::perform(const supervise::SuspendTree&) {
    const Status suspended = child_.child() != nullptr ? child_.child()->suspend_tree()
                                                       : fail(ErrorKind::not_found, "suspend the child: it has ended");
    if (!suspended) post(supervise::SuspendFailed{suspended.error()});
}

void ControlLoop::perform(const supervise::ResumeTree&) {
    if (child_.child() == nullptr) return;
    if (const auto resumed = child_.child()->resume_tree(); !resumed) {
        journal_.write(Severity::error, "the process tree could not be resumed: " + to_text(resumed.error()));
    }
}

void ControlLoop::perform(const supervise::Transition& transition) {
    if (transition.from != transition.to) since_ = parts_.clock.wall_now();
    journal_.write(Severity::info,
                   std::format("{} -> {}: {}", name_of(transition.from), name_of(transition.to), transition.reason));
    events_.changed(transition, supervisor_.snapshot(), *config_.now());
    is_news_ = true;
}

void ControlLoop::perform(const supervise::Complaint& complaint) {
    journal_.write(Severity::error, "internal error, survived: " + complaint.text);
    events_.say(EventId::internal_error, {complaint.text});
}

}  // namespace svcwrap::host
