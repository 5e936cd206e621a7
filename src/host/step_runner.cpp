#include "host/step_runner.hpp"

#include <exception>
#include <format>
#include <span>
#include <utility>

#include "host/output_filter.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::host {
namespace {

using supervise::StopMethod;
using supervise::StopStep;

// A console event is handed to a helper process; longer than this and something is wrong with the machine.
constexpr Duration k_send_patience = std::chrono::seconds(5);

// An exception is a failure too: the step must not be waited for.
Status guarded(const std::function<Status(std::stop_token)>& work, const std::stop_token& token) {
    try {
        return work(token);
    } catch (const std::exception& error) {
        return fail(ErrorKind::internal, error.what());
    }
}

}  // namespace

StepRunner::StepRunner(LoopContext context, std::function<void(supervise::StepEnded)> ended)
    : context_(std::move(context)), ended_(std::move(ended)) {}

void StepRunner::attend(RunFacts facts, std::unique_ptr<platform::PipeWriter> input) {
    dismiss();
    facts_ = std::move(facts);
    input_ = std::move(input);
}

void StepRunner::dismiss() {
    end();
    input_.reset();
}

void StepRunner::end() {
    ++turn_;
    stop_.request_stop();
    stop_ = std::stop_source(std::nostopstate);
    worker_.reset();  // its thread ends by itself, now or when what it hangs in returns
}

void StepRunner::begin(const supervise::BeginStopStep& step, platform::ChildProcess* child,
                       std::shared_ptr<const config::ServiceConfig> config) {
    end();
    config_ = std::move(config);
    const Task task{.index = step.index,
                    .turn = turn_,
                    .title = std::format("stop step {} ({})", step.index + 1, name_of(step.step.method))};
    if (child == nullptr) return;
    switch (step.step.method) {
        case StopMethod::ctrl_break:
            return send_event(task, *child, platform::ConsoleEvent::control_break);
        case StopMethod::ctrl_c:
            return send_event(task, *child, platform::ConsoleEvent::control_c);
        case StopMethod::close_window:
            return close_windows(task, *child);
        case StopMethod::standard_input:
            return write_input(task, step.step);
        case StopMethod::command:
            return run_command(task, step.step);
        case StopMethod::pre_stop:
            return run_pre_stop(task, step.step);
        case StopMethod::terminate:
            return terminate(task, *child);
        case StopMethod::wait:
            return;
    }
}

// Runs `work` on a thread of the step's own; `done` hears of it on the loop, if the step is still under way then.
void StepRunner::work(const Task& task, std::function<Status(std::stop_token)> work,
                      std::function<void(const Status&)> done) {
    stop_ = std::stop_source();
    worker_ = std::make_unique<Worker>(1);
    const bool posted = worker_->post([this, context = context_, turn = task.turn, token = stop_.get_token(),
                                       work = std::move(work), done = std::move(done)] {
        Status result = guarded(work, token);
        context.post([this, turn, done, result = std::move(result)] {
            if (turn == turn_) done(result);
        });
    });
    if (!posted) fail_step(task, {.kind = ErrorKind::internal, .message = "the system has no thread for it"});
}

void StepRunner::fail_step(const Task& task, const Error& error) {
    context_.say(Severity::warning, task.title + " could not be carried out: " + to_text(error));
    context_.post([this, turn = task.turn, index = task.index, detail = error.message] {
        if (turn == turn_) ended_({.index = index, .failed = true, .detail = detail});
    });
}

void StepRunner::send_event(const Task& task, const platform::ChildProcess& child, platform::ConsoleEvent event) {
    // The id must not become another process's while the event waits for its turn.
    auto send = [parts = context_.parts, id = child.id(), kept = child.keep_id(), event](const std::stop_token&) {
        return parts.signaller.send(id, event, k_send_patience);
    };
    work(task, std::move(send), [this, task](const Status& sent) {
        if (sent) return context_.say(Severity::info, task.title + ": sent");
        // Late is not never: the event may have been raised. And a process that is gone has what we asked of it.
        if (sent.error().kind == ErrorKind::timed_out || sent.error().kind == ErrorKind::not_found) {
            return context_.say(Severity::warning, task.title + ": " + to_text(sent.error()));
        }
        fail_step(task, sent.error());
    });
}

void StepRunner::close_windows(const Task& task, platform::ChildProcess& child) {
    const auto asked = child.close_windows();
    if (!asked) return fail_step(task, asked.error());
    if (*asked == 0) {
        return fail_step(task, {.kind = ErrorKind::not_found,
                                .message = "close its windows: it has none that is open",
                                .remedy = "leave close-window out of stop.steps"});
    }
    context_.say(Severity::info, std::format("{}: {} window{} asked", task.title, *asked, *asked == 1 ? "" : "s"));
}

void StepRunner::write_input(const Task& task, const StopStep& step) {
    if (!input_) {
        return fail_step(task, {.kind = ErrorKind::io_failed,
                                .message = "write to its standard input: it is closed, or the child was started before "
                                           "the configuration had this step"});
    }
    auto write = [input = std::shared_ptr<platform::PipeWriter>(std::move(input_)), text = step.text,
                  patience = step.timeout](const std::stop_token&) mutable -> Status {
        Status written;
        if (!text.empty()) written = input->write(std::as_bytes(std::span(text)), patience);
        input.reset();  // the end of its input
        return written;
    };
    work(task, std::move(write), [this, task](const Status& written) {
        if (!written) return fail_step(task, written.error());
        context_.say(Severity::info, task.title + ": written and closed");
    });
}

// How the command ends is told and no more: the step waits for the child, unless the command never came to be.
void StepRunner::run_command(const Task& task, const StopStep& step) {
    auto run = [context = context_, config = config_, facts = facts_, step,
                title = task.title](const std::stop_token& stop) -> Status {
        ProgramOrder order = side_order(*config, context.parts, step.command, "stop", facts);
        order.timeout = step.timeout;
        const OutputFilter filter(config->logs, {});
        const auto tell = [&](std::string line) {
            context.say(Severity::info, title + ": | " + filter.redact(std::move(line)));
        };
        const ProgramEnd end = run_program(context.parts.launcher, context.parts.system, order, stop, tell);
        if (end.fate == ProgramFate::not_started) return std::unexpected(end.error);
        context.say(end.is_success() ? Severity::info : Severity::warning, title + ": " + describe(end, order.timeout));
        return {};
    };
    work(task, std::move(run), [this, task](const Status& ran) {
        if (!ran) fail_step(task, ran.error());
    });
}

void StepRunner::run_pre_stop(const Task& task, const StopStep& step) {
    auto run = [context = context_, config = config_, facts = facts_,
                most = step.timeout](const std::stop_token& stop) {
        return run_hook(context, *config, HookMoment::pre_stop, facts, stop, most);
    };
    work(task, std::move(run), [this, task](const Status& ran) {
        ended_({.index = task.index, .failed = !ran, .detail = ran ? std::string() : ran.error().message});
    });
}

void StepRunner::terminate(const Task& task, platform::ChildProcess& child) {
    if (const auto ended = child.terminate_tree(k_exit_terminated); !ended) fail_step(task, ended.error());
}

}  // namespace svcwrap::host
