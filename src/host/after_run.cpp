#include "host/after_run.hpp"

#include <algorithm>
#include <array>
#include <format>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace svcwrap::host {
namespace {

// As long as the settings allow; here only so that sums cannot overflow.
constexpr Duration k_longest_hook = std::chrono::hours(24);

std::vector<HookMoment> moments_after(const config::Hooks& hooks, const RunFacts& facts, bool gave_up) {
    std::vector<HookMoment> moments;
    const auto add = [&](HookMoment moment, bool wanted) {
        if (wanted && hook_at(hooks, moment)) moments.push_back(moment);
    };
    add(HookMoment::post_stop, true);
    add(HookMoment::on_failure, is_failure(facts.result));
    add(HookMoment::on_give_up, gave_up);
    return moments;
}

}  // namespace

// How long hooks may take, which the loop may cut while they run.
struct AfterRun::Budget {
    std::mutex mutex;
    std::optional<TimePoint> end;
    std::stop_source stop;

    Duration left(TimePoint now) {
        const std::lock_guard lock(mutex);
        return end ? std::max(*end - now, Duration::zero()) : k_forever;
    }
    void cut(TimePoint to) {
        const std::lock_guard lock(mutex);
        end = end ? std::min(*end, to) : to;
    }
};

AfterRun::AfterRun(LoopContext context, Worker& queue, std::function<void()> done, std::function<void(Error)> failed)
    : context_(std::move(context)),
      queue_(queue),
      done_(std::move(done)),
      failed_(std::move(failed)),
      timer_(*context_.loop),
      budget_(std::make_shared<Budget>()) {}

void AfterRun::begin(std::shared_ptr<const config::ServiceConfig> config, RunFacts facts, bool gave_up) {
    const auto moments = moments_after(config->hooks, facts, gave_up);
    if (moments.empty()) return;
    for (const HookMoment moment : moments)
        longest_ += std::min(hook_at(config->hooks, moment)->timeout, k_longest_hook);
    const auto run_all = [context = context_, config = std::move(config), facts = std::move(facts), moments,
                          budget = budget_, failed = failed_] {
        for (const HookMoment moment : moments) {
            const Duration left = budget->left(context.parts.clock.now());
            if (left == Duration::zero()) {
                context.say(Severity::warning,
                            std::format("hook {}: left out, the system is shutting down", name_of(moment)));
                continue;
            }
            const Status ran = run_hook(context, *config, moment, facts, budget->stop.get_token(), left);
            if (!ran) context.post([failed, error = ran.error()] { failed(error); });
        }
    };
    ++under_way_;
    const auto finished = [this] {
        if (--under_way_ > 0) return;
        longest_ = Duration::zero();
        done_();
    };
    const bool posted = queue_.post([context = context_, run_all, finished] {
        run_all();
        context.post(finished);
    });
    if (posted) return;
    context_.say(Severity::error, "the hooks after the run were left out: the worker that runs them hangs");
    context_.post(finished);
}

void AfterRun::cut(Duration most) {
    budget_->cut(context_.parts.clock.now() + most);
    timer_.expires_after(most);
    timer_.async_wait([budget = budget_](const boost::system::error_code& error) {
        if (!error) budget->stop.request_stop();
    });
}

}  // namespace svcwrap::host
