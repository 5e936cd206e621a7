#include "host/control_loop.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <format>
#include <utility>

#include "host/launch_plan.hpp"

namespace svcwrap::host {

using namespace std::chrono_literals;
using supervise::State;

namespace {

// A console event is handed to a helper process; longer than this and something is wrong with the machine.
constexpr Duration k_send_patience = 5s;
// How often the job is asked whether its tree has ended, once the root has: Windows' job messages are no guarantee
// (JOBOBJECT_ASSOCIATE_COMPLETION_PORT), so the count is the truth.
constexpr Duration k_tree_interval = 50ms;
// The root leaves the job a moment after its handle is signalled; this many short looks tell it from descendants.
constexpr int k_patient_looks = 4;
constexpr Duration k_patient_interval = 5ms;
// After the tree has ended its output is in the pipes: time to read it, to write it, and for threads to end.
constexpr Duration k_drain_time = 2s;
constexpr Duration k_papers_time = 1s;
// All of them together, with a margin: three grades of draining, the state file and the journal.
constexpr Duration k_drain_hint = 15s;

}  // namespace

// Where a launch's result is handed over. A launch that hangs may return after the loop is gone: the child is then
// destroyed (and its job ends it) right there.
struct ControlLoop::LaunchDesk {
    std::mutex mutex;
    bool closed = false;
};

ControlLoop::ControlLoop(config::ServiceConfig config, Parts parts, HostOptions options)
    : config_(std::make_shared<const config::ServiceConfig>(std::move(config))),
      parts_(parts),
      options_(std::move(options)),
      loop_(std::make_shared<boost::asio::io_context>()),
      stay_(boost::asio::make_work_guard(*loop_)),
      timer_(*loop_),
      tree_timer_(*loop_),
      drain_timer_(*loop_),
      supervisor_(config_->supervise),
      journal_(parts.files, parts.clock, options_.journal_file, options_.announce),
      desk_(std::make_shared<LaunchDesk>()) {
    auto complain = [this, loop = loop_](std::string text) {
        boost::asio::post(*loop, [this, text = std::move(text)] { journal_.write(Severity::warning, text); });
    };
    auto emptied = [this] {
        if (draining_) stay_.reset(), drain_timer_.cancel();
    };
    if (!options_.state_file.empty()) {
        publisher_ = std::make_unique<StatePublisher>(parts.files, options_.state_file, complain);
    }
    outputs_ = std::make_shared<Outputs>(loop_, options_.echo, std::move(complain), std::move(emptied));
}

ControlLoop::~ControlLoop() {
    close_desk();
}

// From here on a launch that returns late ends its child by itself; one that slipped in before is taken and ended here.
void ControlLoop::close_desk() {
    {
        const std::lock_guard lock(desk_->mutex);
        if (std::exchange(desk_->closed, true)) return;
    }
    loop_->restart();
    loop_->poll();
}

void ControlLoop::post(supervise::Event event) {
    boost::asio::post(*loop_, [this, event = std::move(event)] { feed(event); });
}

supervise::FinalResult ControlLoop::run() {
    since_ = parts_.clock.wall_now();
    boost::asio::post(*loop_, [this] { feed(supervise::StartRequested{}); });
    run_until_drained();
    close_desk();
    child_.reset();
    publish();
    if (publisher_ && !publisher_->close(k_papers_time)) {
        journal_.write(Severity::warning, "the state file could not be written in time: " + options_.state_file);
    }
    (void)deeds_.stop(Duration::zero());
    journal_.close(k_papers_time);
    return supervisor_.snapshot().result.value_or(supervise::FinalResult{});
}

// Whatever a handler throws (memory, Asio) is journaled and survived.
void ControlLoop::run_until_drained() {
    for (;;) {
        try {
            loop_->run();
            return;
        } catch (const std::exception& error) {
            journal_.write(Severity::error, std::format("internal error, survived: {}", error.what()));
        }
    }
}

void ControlLoop::feed(const supervise::Event& event) {
    const double chance = std::uniform_real_distribution<double>(0.0, 1.0)(chance_);
    for (const auto& action : supervisor_.handle(event, parts_.clock.now(), chance)) {
        std::visit([this](const auto& deed) { perform(deed); }, action);
    }
    settle_up();
}

// After every event: the world is told, and the next wake-up is set.
void ControlLoop::settle_up() {
    report_to_scm();
    arm_timer();
    if (supervisor_.state() == State::stopped && !draining_) begin_drain();
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

// What a launch needs, so that it can outlive the loop.
struct ControlLoop::LaunchTask {
    std::shared_ptr<const config::ServiceConfig> config;
    Parts parts;
    std::shared_ptr<Outputs> outputs;
    OutputSinks sinks;
    std::shared_ptr<boost::asio::io_context> loop;
    bool shown = false;

    Launched launch() {
        try {
            if (!sinks.output) sinks = outputs->open(config->logs, parts.files, parts.clock);
            const auto plan = plan_launch(*config, parts.system, parts.files, shown);
            return plan ? parts.launcher.launch(*plan, *loop) : std::unexpected(plan.error());
        } catch (const std::exception& error) {
            return fail(ErrorKind::launch_failed, std::format("start the child: {}", error.what()));
        }
    }
};

void ControlLoop::perform(const supervise::Launch&) {
    LaunchTask task{.config = config_,
                    .parts = parts_,
                    .outputs = outputs_,
                    .sinks = outputs_->sinks(),
                    .loop = loop_,
                    .shown = static_cast<bool>(options_.echo)};
    const bool posted = deeds_.post([this, task = std::move(task), desk = desk_]() mutable {
        Launched launched = task.launch();
        const std::lock_guard lock(desk->mutex);
        if (desk->closed) return;
        boost::asio::post(*task.loop, [this, launched = std::move(launched), sinks = task.sinks]() mutable {
            outputs_->take(std::move(sinks));
            take_launched(std::move(launched));
        });
    });
    if (posted) return;
    launch_failed({.kind = ErrorKind::launch_failed, .message = "the worker that launches children hangs in a launch"});
}

void ControlLoop::launch_failed(Error error) {
    last_end_at_ = parts_.clock.wall_now();
    if (!error.remedy.empty()) {
        journal_.write(Severity::warning, "about the launch that failed: " + error.remedy);
    }
    post(supervise::LaunchFailed{.error = std::move(error)});
}

void ControlLoop::take_launched(Launched launched) {
    if (supervisor_.state() == State::stopped) return;  // too late: the child ends with its job right here
    if (!launched) return launch_failed(std::move(launched.error()));
    child_ = *std::move(launched);
    root_exit_.reset();
    exit_told_ = false;
    child_started_ = parts_.clock.wall_now();
    const std::uint32_t id = child_->id();
    try {
        outputs_->start(*child_);
        child_->async_wait([this](ExitCode code) { child_ended(code); });
    } catch (const std::exception& error) {  // no thread to be had: a child that nobody watches must not run
        child_.reset();
        child_started_.reset();
        return launch_failed(
            {.kind = ErrorKind::launch_failed, .message = std::format("watch the child: {}", error.what())});
    }
    feed(supervise::ChildStarted{.process_id = id});
}

void ControlLoop::perform(const supervise::BeginStopStep& step) {
    switch (step.step.method) {
        case supervise::StopMethod::ctrl_break:
            send_event(step.index, platform::ConsoleEvent::control_break);
            return;
        case supervise::StopMethod::ctrl_c:
            send_event(step.index, platform::ConsoleEvent::control_c);
            return;
        case supervise::StopMethod::terminate:
            break;
    }
    perform(supervise::TerminateTree{.code = k_exit_terminated});
}

void ControlLoop::send_event(std::size_t step, platform::ConsoleEvent event) {
    if (!child_) return;
    const std::string_view what = event == platform::ConsoleEvent::control_c ? "Ctrl-C" : "Ctrl-Break";
    // The answer may come late: it must not count for a later run.
    auto told = [this, step, what, run = supervisor_.snapshot().run](const Status& sent) {
        if (supervisor_.snapshot().run != run) return;
        if (sent) {
            journal_.write(Severity::info, std::format("stop step {}: {} sent", step + 1, what));
            return;
        }
        journal_.write(Severity::warning,
                       std::format("stop step {}: {} could not be sent: {}", step + 1, what, to_text(sent.error())));
        // Late is not never: the event may have been raised. And a process that is gone has what we asked of it.
        if (sent.error().kind == ErrorKind::timed_out || sent.error().kind == ErrorKind::not_found) return;
        feed(supervise::StepFailed{.index = step});
    };
    deeds_.post(
        [parts = parts_, loop = loop_, desk = desk_, id = child_->id(),
         kept = child_->keep_id(),  // the id must not become another process's while the event waits for its turn
         event, told = std::move(told)]() mutable {
            Status sent = parts.signaller.send(id, event, k_send_patience);
            const std::lock_guard lock(desk->mutex);
            if (desk->closed) return;
            boost::asio::post(*loop, [told = std::move(told), sent = std::move(sent)] { told(sent); });
        });
}

void ControlLoop::perform(const supervise::TerminateTree& terminate) {
    if (!child_) return;
    if (const auto ended = child_->terminate_tree(terminate.code); !ended) {
        journal_.write(Severity::error, "the process tree could not be ended: " + to_text(ended.error()));
    }
}

void ControlLoop::perform(const supervise::Transition& transition) {
    if (transition.from != transition.to) since_ = parts_.clock.wall_now();
    journal_.write(Severity::info,
                   std::format("{} -> {}: {}", name_of(transition.from), name_of(transition.to), transition.reason));
    publish();
}

void ControlLoop::perform(const supervise::Complaint& complaint) {
    journal_.write(Severity::error, "internal error, survived: " + complaint.text);
}

// ---- the end of a child ----

void ControlLoop::child_ended(ExitCode code) {
    root_exit_ = code;
    last_end_at_ = parts_.clock.wall_now();
    tree_looked_at(0);
}

void ControlLoop::watch_tree(int looks) {
    tree_timer_.expires_after(looks < k_patient_looks ? k_patient_interval : k_tree_interval);
    tree_timer_.async_wait([this, looks](const boost::system::error_code& error) {
        if (!error && child_ && root_exit_) tree_looked_at(looks + 1);
    });
}

void ControlLoop::tree_looked_at(int looks) {
    const std::size_t left = child_->active_processes();
    if (left > 0 && looks < k_patient_looks) return watch_tree(looks);
    const bool first_time = !std::exchange(exit_told_, true);
    if (left > 0) {
        watch_tree(looks);
        if (first_time) feed(supervise::ChildExited{.code = *root_exit_, .left_behind = left});
        return;
    }
    const ExitCode code = *root_exit_;
    child_.reset();
    root_exit_.reset();
    child_started_.reset();
    if (first_time) {
        feed(supervise::ChildExited{.code = code, .left_behind = 0});
    } else {
        feed(supervise::TreeEmptied{});
    }
}

// ---- what others are told ----

void ControlLoop::report_to_scm() {
    if (!options_.report || supervisor_.state() == State::stopped) return;
    if (const auto report = reporter_.update(supervisor_.snapshot(), parts_.clock.now())) {
        last_report_ = *report;
        options_.report(*report);
    }
}

// A stop is not over before the output is drained: the SCM is told how long that may take.
void ControlLoop::report_draining() {
    if (!options_.report || last_report_.state != platform::ServiceState::stop_pending) return;
    ++last_report_.checkpoint;
    last_report_.wait_hint = std::max<Duration>(last_report_.wait_hint, k_drain_hint);
    options_.report(last_report_);
}

void ControlLoop::publish() {
    if (!publisher_) return;
    const supervise::Snapshot now = supervisor_.snapshot();
    PublishedState state{.service = config_->service.name,
                         .config_file = config_->file,
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
                         .program = config_->process.executable,
                         .logs = outputs_->published(),
                         .journal = options_.journal_file};
    if (state.last_end) state.last_end->when = last_end_at_.value_or(since_);
    if (now.next_launch) state.next_launch = parts_.clock.wall_now() + (*now.next_launch - parts_.clock.now());
    publisher_->publish(std::move(state));
}

// ---- the end ----

void ControlLoop::begin_drain() {
    draining_ = true;
    tree_timer_.cancel();
    child_.reset();  // whoever is left in the job ends with it
    if (outputs_->idle()) {
        stay_.reset();
        return;
    }
    report_draining();
    drain_step(0);
}

// Patience in three grades: for the pipes to end by themselves, for the disk, and for the threads.
void ControlLoop::drain_step(int grade) {
    if (grade == 1) {
        journal_.write(Severity::warning,
                       "the output is not at its end: a process outside the tree still holds it, or the disk is slow; "
                       "reading ends here");
        outputs_->cancel_readers();
    } else if (grade == 2) {
        journal_.write(Severity::error, "the log folder takes no more writes; what is left of the output is lost");
        outputs_->cancel_writers();
    } else if (grade == 3) {
        outputs_->abandon();
        stay_.reset();
        return;
    }
    drain_timer_.expires_after(k_drain_time);
    drain_timer_.async_wait([this, grade](const boost::system::error_code& error) {
        if (!error && draining_ && !outputs_->idle()) drain_step(grade + 1);
    });
}

}  // namespace svcwrap::host
