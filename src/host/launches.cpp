#include "host/launches.hpp"

#include <exception>
#include <format>
#include <utility>

#include "host/hooks.hpp"
#include "host/launch_plan.hpp"

namespace svcwrap::host {

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
    OutputSinks retired;  // closed before others are opened; that may block

    Result<std::unique_ptr<platform::ChildProcess>> launch() {
        try {
            return try_to_launch();
        } catch (const std::exception& error) {
            return fail(ErrorKind::launch_failed, std::format("start the child: {}", error.what()));
        }
    }

private:
    Result<std::unique_ptr<platform::ChildProcess>> try_to_launch() {
        if (stop.stop_requested()) return given_up();
        Parts& parts = context.parts;
        retired = {};
        if (!sinks.output) sinks = outputs->open(*order.config);
        const RunFacts facts{.run = order.run, .process_id = 0, .end = {}, .result = {}};
        const Status prepared = run_hook(context, *order.config, HookMoment::pre_start, facts, stop);
        if (!prepared) return std::unexpected(prepared.error());
        const auto plan = plan_launch(*order.config, parts.system, parts.files, order.shown);
        if (!plan) return std::unexpected(plan.error());
        if (stop.stop_requested()) return given_up();
        return parts.launcher.launch(*plan, *context.loop);
    }
    static std::unexpected<Error> given_up() {
        return fail(ErrorKind::launch_failed, "start the child: it was given up, because a stop was asked for");
    }
};

Launches::Launches(LoopContext context, Worker& queue, std::shared_ptr<Outputs> outputs,
                   std::function<void(Launched)> take)
    : context_(std::move(context)),
      queue_(queue),
      outputs_(std::move(outputs)),
      take_(std::move(take)),
      desk_(std::make_shared<Desk>()) {}

Launches::~Launches() {
    close();
}

void Launches::begin(Order order) {
    stop_ = std::stop_source();
    OutputSinks retired = order.reopen ? outputs_->retire() : OutputSinks();
    Task task{.context = context_,
              .outputs = outputs_,
              .stop = stop_.get_token(),
              .order = order,
              .sinks = outputs_->sinks(),
              .retired = std::move(retired)};
    const bool posted = queue_.post([this, task = std::move(task), desk = desk_]() mutable {
        Launched launched{.order = task.order, .child = task.launch(), .sinks = task.sinks};
        const std::lock_guard lock(desk->mutex);
        if (desk->closed) return;
        task.context.post([this, launched = std::move(launched)]() mutable { take_(std::move(launched)); });
    });
    if (posted) return;
    Launched failed{.order = std::move(order),
                    .child = fail(ErrorKind::launch_failed, "the worker that launches children hangs"),
                    .sinks = outputs_->sinks()};
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
