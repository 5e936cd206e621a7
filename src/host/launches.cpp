#include "host/launches.hpp"

#include <algorithm>
#include <exception>
#include <format>
#include <utility>

#include "host/child_watch.hpp"
#include "host/hooks.hpp"
#include "host/launch_plan.hpp"

namespace svcwrap::host {
namespace {

Error given_up() {
    return {.kind = ErrorKind::launch_failed,
            .message = "start the child: it was given up, because a stop was asked for"};
}

}  // namespace

// Where a result is handed over.
struct Launches::Desk {
    std::mutex mutex;
    bool closed = false;
};

// What a launch needs, so that it can outlive the loop.
struct Launches::Task {
    LoopContext context;
    std::shared_ptr<Outputs> outputs;
    std::stop_token stop;
    Order order;
    OutputSinks sinks;
    OutputSinks retired;  // closed before others are opened
    std::function<void()> hooks_over;

    Result<std::unique_ptr<platform::ChildProcess>> launch() {
        try {
            return try_to_launch();
        } catch (const std::exception& error) {
            return fail(ErrorKind::launch_failed, std::format("start the child: {}", error.what()));
        }
    }

private:
    Result<std::unique_ptr<platform::ChildProcess>> try_to_launch() {
        if (stop.stop_requested()) return std::unexpected(given_up());
        Parts& parts = context.parts;
        retired = {};
        if (!sinks.output) sinks = outputs->open(*order.config);
        const RunFacts facts{.run = order.run, .process_id = 0, .end = {}, .result = {}};
        const Status prepared = run_hook(context, *order.config, HookMoment::pre_start, facts, stop);
        if (!prepared) return std::unexpected(prepared.error());
        hooks_over();
        const auto plan = plan_launch(*order.config, parts.system, parts.files, order.shown);
        if (!plan) return std::unexpected(plan.error());
        if (stop.stop_requested()) return std::unexpected(given_up());
        return parts.launcher.launch(*plan, *context.loop);
    }
};

Launches::Launches(LoopContext context, AfterRun& hooks, std::shared_ptr<Outputs> outputs,
                   std::function<void()> under_way, std::function<void(Launched)> take)
    : context_(std::move(context)),
      hooks_(hooks),
      outputs_(std::move(outputs)),
      under_way_(std::move(under_way)),
      take_(std::move(take)),
      hook_timer_(*context_.loop),
      desk_(std::make_shared<Desk>()) {}

Launches::~Launches() {
    close();
}

void Launches::begin(Order order) {
    if (hooks_.idle()) return carry_out(std::move(order));
    waiting_ = std::move(order);
}

void Launches::look() {
    if (!waiting_ || !hooks_.idle()) return;
    Order order = *std::move(waiting_);
    waiting_.reset();
    carry_out(std::move(order));
}

void Launches::cancel() {
    stop_.request_stop();
    hook_timer_.cancel();
    if (!waiting_) return;
    refuse(*std::move(waiting_), given_up());
    waiting_.reset();
}

void Launches::carry_out(Order order) {
    stop_ = std::stop_source();
    const auto& hook = order.config->hooks.pre_start;
    const std::uint64_t turn = ++turn_;
    Task task{.context = context_, .outputs = outputs_, .stop = stop_.get_token(), .order = order};
    if (order.reopen) task.retired = outputs_->retire();
    task.sinks = outputs_->sinks();
    task.hooks_over = [this, context = context_, turn] { context.post([this, turn] { hook_over(turn); }); };
    const bool posted = queue_.post([this, task = std::move(task), desk = desk_]() mutable {
        Launched launched{.order = task.order, .child = task.launch(), .sinks = task.sinks};
        const std::lock_guard lock(desk->mutex);
        if (desk->closed) return launched.child ? discard(*std::move(launched.child)) : void();
        task.context.post([this, launched = std::move(launched)]() mutable { take_(std::move(launched)); });
    });
    if (!posted) {
        return refuse(std::move(order),
                      {.kind = ErrorKind::launch_failed, .message = "the worker that launches children hangs"});
    }
    await_hook(hook ? std::min(hook->timeout, k_longest_hook) + k_hook_grace : Duration::zero());
}

// A hook that hangs in the system must not keep the time of the launch from running.
void Launches::await_hook(Duration most) {
    hook_timer_.expires_after(most);
    hook_timer_.async_wait([this, turn = turn_](const boost::system::error_code& error) {
        if (!error) hook_over(turn);
    });
}

void Launches::hook_over(std::uint64_t turn) {
    if (turn != turn_ || told_ == turn) return;
    told_ = turn;
    under_way_();
}

void Launches::refuse(Order order, Error error) {
    Launched failed{.order = std::move(order), .child = std::unexpected(std::move(error)), .sinks = outputs_->sinks()};
    context_.post([this, failed = std::move(failed)]() mutable { take_(std::move(failed)); });
}

void Launches::close() {
    cancel();
    {
        const std::lock_guard lock(desk_->mutex);
        if (std::exchange(desk_->closed, true)) return;
    }
    context_.loop->restart();
    context_.loop->poll();
}

}  // namespace svcwrap::host
