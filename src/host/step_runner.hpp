#pragma once
// Carries out stop steps. Nothing here blocks the control loop: what may block runs on a thread of the step's own.
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "config/service_config.hpp"
#include "host/hooks.hpp"
#include "host/loop_context.hpp"
#include "host/worker.hpp"
#include "platform/process.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::host {

// Lives on the control loop.
class StepRunner {
public:
    // `ended` is called on the loop, never from within begin(): for steps that could not be carried out, and for the
    // hook pre_stop when it has ended.
    StepRunner(LoopContext context, std::function<void(supervise::StepEnded)> ended);

    // The child that later steps are about.
    void attend(RunFacts facts, std::unique_ptr<platform::PipeWriter> input);
    // The step before is over. `child` may be null: it has ended already. `config` = whose hooks count.
    void begin(const supervise::BeginStopStep& step, platform::ChildProcess* child,
               std::shared_ptr<const config::ServiceConfig> config);
    // The step under way is over; what it runs is ended.
    void end();
    // The run is over.
    void dismiss();

private:
    struct Task {
        std::size_t index = 0;
        std::uint64_t turn = 0;
        std::string title;
    };

    void send_event(const Task& task, const platform::ChildProcess& child, platform::ConsoleEvent event);
    void close_windows(const Task& task, platform::ChildProcess& child);
    void write_input(const Task& task, const supervise::StopStep& step);
    void run_command(const Task& task, const supervise::StopStep& step);
    void run_pre_stop(const Task& task, const supervise::StopStep& step);
    void terminate(const Task& task, platform::ChildProcess& child);
    void work(const Task& task, std::function<Status(std::stop_token)> work, std::function<void(const Status&)> done);
    void fail_step(const Task& task, const Error& error);

    LoopContext context_;
    std::function<void(supervise::StepEnded)> ended_;
    std::shared_ptr<const config::ServiceConfig> config_;
    RunFacts facts_;
    std::unique_ptr<platform::PipeWriter> input_;
    std::uint64_t turn_ = 0;  // news of an earlier one does not count
    std::stop_source stop_{std::nostopstate};
    std::unique_ptr<Worker> worker_;
};

}  // namespace svcwrap::host
