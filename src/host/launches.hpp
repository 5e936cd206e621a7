#pragma once
// Launches of the child: logs, the hook pre_start, the program. They block, so they happen on a worker.
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "config/service_config.hpp"
#include "host/after_run.hpp"
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

    // A launch waits for `hooks`, those of the run before. Called on the loop: `under_way` once for each launch, when
    // the hooks before it, pre_start too, are over or have had their time; `take` with its result.
    Launches(LoopContext context, AfterRun& hooks, std::shared_ptr<Outputs> outputs, std::function<void()> under_way,
             std::function<void(Launched)> take);
    ~Launches();
    Launches(const Launches&) = delete;
    Launches& operator=(const Launches&) = delete;

    void begin(Order order);
    // Hooks of the run before have ended.
    void look();
    // Nobody needs the launch under way any more: its hook is ended, and what has not begun does not begin; one that
    // waits for other hooks is given up at once.
    void cancel();
    // From here on no launch is taken any more; one that was handed over before is taken now.
    void close();

private:
    struct Desk;
    struct Task;

    void carry_out(Order order);
    void await_hook(Duration most);
    void hook_over(std::uint64_t turn);
    void refuse(Order order, Error error);

    LoopContext context_;
    AfterRun& hooks_;
    std::shared_ptr<Outputs> outputs_;
    std::function<void()> under_way_;
    std::function<void(Launched)> take_;
    boost::asio::steady_timer hook_timer_;
    std::optional<Order> waiting_;  // for the hooks of the run before
    std::uint64_t turn_ = 0;        // of the launch under way; news of an earlier one does not count
    std::uint64_t told_ = 0;        // the one of which `under_way` was told
    Worker queue_{4};
    std::shared_ptr<Desk> desk_;
    std::stop_source stop_{std::nostopstate};
};

}  // namespace svcwrap::host
