#pragma once
// Launches of the child: logs, the hook pre_start, the program. They block, so they happen on a worker.
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>

#include "config/service_config.hpp"
#include "host/loop_context.hpp"
#include "host/outputs.hpp"
#include "host/worker.hpp"
#include "platform/process.hpp"

namespace svcwrap::host {

// Lives on the control loop. A launch that hangs may return after the loop is gone: its child then ends with its job
// right there.
class Launches {
public:
    struct Order {
        std::shared_ptr<const config::ServiceConfig> config;
        std::uint64_t run = 0;
        bool shown = false;   // the output goes to the wrapper's own console as well
        bool reopen = false;  // the logs' settings changed: streams are opened anew
    };
    struct Launched {
        Order order;
        Result<std::unique_ptr<platform::ChildProcess>> child;
        OutputSinks sinks;
    };

    // `queue` is shared with what launches wait for: the hooks of the run before. `take` is called on the loop.
    Launches(LoopContext context, Worker& queue, std::shared_ptr<Outputs> outputs, std::function<void(Launched)> take);
    ~Launches();
    Launches(const Launches&) = delete;
    Launches& operator=(const Launches&) = delete;

    void begin(Order order);
    // Nobody needs the launch under way any more: its hook is ended, and what has not begun does not begin.
    void cancel() { stop_.request_stop(); }
    // From here on no launch is taken any more; one that was handed over before is taken now.
    void close();

private:
    struct Desk;
    struct Task;

    LoopContext context_;
    Worker& queue_;
    std::shared_ptr<Outputs> outputs_;
    std::function<void(Launched)> take_;
    std::shared_ptr<Desk> desk_;
    std::stop_source stop_{std::nostopstate};
};

}  // namespace svcwrap::host
