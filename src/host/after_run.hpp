#pragma once
// The hooks that follow a run: post_stop, on_failure, on_give_up.
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "config/service_config.hpp"
#include "host/hooks.hpp"
#include "host/loop_context.hpp"
#include "host/worker.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::host {

// As long as the settings allow; so sums of times cannot overflow.
inline constexpr Duration k_longest_hook = std::chrono::hours(24);
// A hook that has not ended so long after its time hangs in the system.
inline constexpr Duration k_hook_grace = std::chrono::seconds(5);

// Lives on the control loop.
class AfterRun {
public:
    // Called on the loop: `done` when nothing is under way any more; `ran` when a hook has ended, with its error if it
    // did not do its job. Hooks that take longer than all their times together hang in the system: they are left to
    // themselves, and count as done.
    AfterRun(LoopContext context, std::function<void()> done, std::function<void(HookMoment, const Status&)> ran);

    // Runs what has to follow that end, one hook after the other. `facts` with its end and result.
    void begin(std::shared_ptr<const config::ServiceConfig> config, RunFacts facts, bool gave_up);
    [[nodiscard]] bool idle() const { return under_way_ == 0; }
    // The system shuts down: all that is under way or still comes must be over within this time, or is ended and left
    // out.
    void cut(Duration most);

private:
    struct Budget;
    static std::optional<Status> run_within(const LoopContext& context, const config::ServiceConfig& config,
                                            HookMoment moment, const RunFacts& facts, Budget& budget);

    void finished(std::uint64_t turn);
    void bound();
    void give_up();

    LoopContext context_;
    std::function<void()> done_;
    std::function<void(HookMoment, const Status&)> ran_;
    boost::asio::steady_timer cut_timer_;
    boost::asio::steady_timer bound_timer_;
    std::shared_ptr<Budget> budget_;
    std::unique_ptr<Worker> worker_;  // a new one after one that hangs
    std::size_t under_way_ = 0;
    std::uint64_t turn_ = 0;           // of the worker; news of an earlier one does not count
    std::optional<TimePoint> latest_;  // what is under way has had all its time by then
};

}  // namespace svcwrap::host
