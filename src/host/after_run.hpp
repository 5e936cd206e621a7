#pragma once
// The hooks that follow a run: post_stop, on_failure, on_give_up.
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

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
// So many may hang, each with its thread, before further hooks are left out.
inline constexpr std::size_t k_most_hanging_hooks = 8;
// So many wait for their turn; what comes beyond is left out.
inline constexpr std::size_t k_most_waiting_hooks = 48;

// Lives on the control loop. What is left out is journaled, and told as a failure of that hook.
class AfterRun {
public:
    // Called on the loop: `done` when nothing is under way any more; `ran` when a hook has ended, with its error if it
    // did not do its job. A hook that takes longer than its time hangs in the system: it is left to itself, has failed,
    // and the next one has its turn.
    AfterRun(LoopContext context, std::function<void()> done, std::function<void(HookMoment, const Status&)> ran);

    // Runs what has to follow that end, one hook after the other. `facts` with its end and result.
    void begin(const std::shared_ptr<const config::ServiceConfig>& config, const RunFacts& facts, bool gave_up);
    [[nodiscard]] bool idle() const { return !at_hand_ && waiting_.empty(); }
    // The system shuts down: all that is under way or still comes must be over within this time, or is ended and left
    // out.
    void cut(Duration most);

private:
    struct Budget;
    struct Job {
        std::shared_ptr<const config::ServiceConfig> config;
        RunFacts facts;
        HookMoment moment{};
    };
    static std::optional<Status> run_within(const LoopContext& context, const Job& job, Budget& budget);

    void go_on();
    void start(const Job& job);
    void finished(std::uint64_t turn);
    void bound();
    void give_up();
    void leave_out(HookMoment moment, const std::string& why);

    LoopContext context_;
    std::function<void()> done_;
    std::function<void(HookMoment, const Status&)> ran_;
    boost::asio::steady_timer cut_timer_;
    boost::asio::steady_timer bound_timer_;
    std::shared_ptr<Budget> budget_;
    std::shared_ptr<std::atomic<std::size_t>> running_;  // hooks, those that hang among them
    std::unique_ptr<Worker> worker_;                     // a new one after one that hangs
    std::deque<Job> waiting_;
    std::optional<HookMoment> at_hand_;
    std::uint64_t turn_ = 0;  // of the hook at hand; news of an earlier one does not count
    TimePoint latest_{};      // the hook at hand has had its time by then
};

}  // namespace svcwrap::host
