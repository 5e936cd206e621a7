#include "host/after_run.hpp"

#include <algorithm>
#include <exception>
#include <format>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace svcwrap::host {
namespace {

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

// Whatever happens to the hooks, their end must be told.
void run_guarded(const LoopContext& context, const std::function<void()>& run) {
    try {
        run();
    } catch (const std::exception& error) {
        context.say(Severity::error,
                    std::format("internal error in the hooks after the run, survived: {}", error.what()));
    }
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

// Nothing: there was no time left for it.
std::optional<Status> AfterRun::run_within(const LoopContext& context, const config::ServiceConfig& config,
                                           HookMoment moment, const RunFacts& facts, Budget& budget) {
    const Duration left = budget.left(context.parts.clock.now());
    if (left > Duration::zero()) return run_hook(context, config, moment, facts, budget.stop.get_token(), left);
    context.say(Severity::warning, std::format("hook {}: left out, the system is shutting down", name_of(moment)));
    return std::nullopt;
}

AfterRun::AfterRun(LoopContext context, std::function<void()> done, std::function<void(HookMoment, const Status&)> ran)
    : context_(std::move(context)),
      done_(std::move(done)),
      ran_(std::move(ran)),
      cut_timer_(*context_.loop),
      bound_timer_(*context_.loop),
      budget_(std::make_shared<Budget>()) {}

// NOLINTNEXTLINE(readability-function-size): callbacks within callbacks, each a line
void AfterRun::begin(std::shared_ptr<const config::ServiceConfig> config, RunFacts facts, bool gave_up) {
    const auto moments = moments_after(config->hooks, facts, gave_up);
    if (moments.empty()) return;
    Duration longest{};
    for (const HookMoment moment : moments)
        longest += std::min(hook_at(config->hooks, moment)->timeout, k_longest_hook);
    const auto run_all = [context = context_, config = std::move(config), facts = std::move(facts), moments,
                          budget = budget_, ran = ran_] {
        for (const HookMoment moment : moments) {
            const auto result = run_within(context, *config, moment, facts, *budget);
            if (result) context.post([tell = std::bind_front(ran, moment, *result)] { tell(); });
        }
    };
    if (!worker_) worker_ = std::make_unique<Worker>(16);
    const bool posted = worker_->post([this, context = context_, turn = turn_, run_all] {
        run_guarded(context, run_all);
        context.post([this, turn] { finished(turn); });
    });
    if (!posted) return context_.say(Severity::error, "the hooks after the run were left out: too many wait");
    ++under_way_;
    latest_ = std::max(latest_.value_or(TimePoint::min()), context_.parts.clock.now()) + longest;
    bound();
}

void AfterRun::finished(std::uint64_t turn) {
    if (turn != turn_ || --under_way_ > 0) return;
    bound_timer_.cancel();
    latest_.reset();
    done_();
}

// Hooks that hang while they are started have no timeout of their own.
void AfterRun::bound() {
    if (under_way_ == 0) return;
    const TimePoint now = context_.parts.clock.now();
    const Duration left = std::max(*latest_ - now, Duration::zero());
    bound_timer_.expires_after(std::min(left, budget_->left(now)) + k_hook_grace);
    bound_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) give_up();
    });
}

void AfterRun::give_up() {
    if (under_way_ == 0) return;
    context_.say(Severity::error, "a hook hangs in the system although its time is over; it is left to itself");
    worker_.reset();
    ++turn_;
    under_way_ = 0;
    latest_.reset();
    done_();
}

void AfterRun::cut(Duration most) {
    budget_->cut(context_.parts.clock.now() + most);
    cut_timer_.expires_after(most);
    cut_timer_.async_wait([budget = budget_](const boost::system::error_code& error) {
        if (!error) budget->stop.request_stop();
    });
    bound();
}

}  // namespace svcwrap::host
