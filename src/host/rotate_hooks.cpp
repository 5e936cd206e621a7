#include "host/rotate_hooks.hpp"

#include <format>
#include <utility>

namespace svcwrap::host {
RotateHooks::RotateHooks(LoopContext context, std::function<void(Status)> told)
    : context_(std::move(context)), told_(std::move(told)) {}

void RotateHooks::run(std::shared_ptr<const config::ServiceConfig> config, RunFacts facts, std::string path) {
    if (!config->hooks.on_rotate) return;
    if (!worker_) worker_ = std::make_unique<Worker>(k_waiting_rotate_hooks);
    facts.file = std::move(path);
    const std::string file = facts.file;
    const bool posted = worker_->post([context = context_, told = told_, config = std::move(config),
                                       facts = std::move(facts), stop = stop_.get_token()] {
        if (stop.stop_requested()) return;
        const Status ran = run_hook(context, *config, HookMoment::on_rotate, facts, stop);
        context.post([told, ran] { told(ran); });
    });
    if (posted) return;
    context_.say(Severity::warning,
                 std::format("hook on_rotate: left out for {}, because {} wait already ({} left out in all)", file,
                             k_waiting_rotate_hooks, ++left_out_));
}

void RotateHooks::close(Duration patience) {
    if (!worker_) return;
    if (!worker_->stop(patience)) stop_.request_stop();
}

}  // namespace svcwrap::host
