#pragma once
// The hooks that follow a run: post_stop, on_failure, on_give_up.
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>

#include "config/service_config.hpp"
#include "host/hooks.hpp"
#include "host/loop_context.hpp"
#include "host/worker.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::host {

// Lives on the control loop.
class AfterRun {
public:
    // `queue` is shared with the launches, which so wait for the hooks before them. `done` is called on the loop when
    // nothing is under way any more; `failed` when a hook did not do its job.
    AfterRun(LoopContext context, Worker& queue, std::function<void()> done, std::function<void(Error)> failed);

    // Runs what has to follow that end, one hook after the other. `facts` with its end and result.
    void begin(std::shared_ptr<const config::ServiceConfig> config, RunFacts facts, bool gave_up);
    [[nodiscard]] bool idle() const { return under_way_ == 0; }
    // The system shuts down: all that is under way or still comes must be over within this time, or is ended and left
    // out.
    void cut(Duration most);
    // How long what is under way takes at the most, so that the end of the service can be bounded too.
    [[nodiscard]] Duration longest() const { return longest_; }

private:
    struct Budget;

    LoopContext context_;
    Worker& queue_;
    std::function<void()> done_;
    std::function<void(Error)> failed_;
    boost::asio::steady_timer timer_;
    std::shared_ptr<Budget> budget_;
    std::size_t under_way_ = 0;
    Duration longest_{};
};

}  // namespace svcwrap::host
