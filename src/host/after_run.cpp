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
std::optional<Status> AfterRun::run_within(const LoopContext& context, const Job& job, Budget& budget) {
    const Duration left = budget.left(context.parts.clock.now());
    if (left > Duration::zero())
        return run_hook(context, *job.config, job.moment, job.facts, budget.stop.get_token(), left);
    context.say(Severity::warning, std::format("hook {}: left out, the system is shutting down", name_of(job.moment)));
    return std::nullopt;
}

AfterRun::AfterRun(LoopContext context, std::function<void()> done, std::function<void(HookMoment, const Status&)> ran)
    : context_(std::move(context)),
      done_(std::move(done)),
      ran_(std::move(ran)),
      cut_timer_(*context_.loop),
      bound_timer_(*context_.loop),
      budget_(std::make_shared<Budget>()),
      running_(std::make_shared<std::atomic<std::size_t>>(0)) {}

void AfterRun::begin(const std::shared_ptr<const config::ServiceConfig>& config, const RunFacts& facts, bool gave_up) {
    for (const HookMoment moment : moments_after(config->hooks, facts, gave_up)) {
        if (waiting_.size() >= k_most_waiting_hooks) {
            leave_out(moment, "too many wait");
        } else {
            waiting_.push_back({.config = config, .facts = facts, .moment = moment});
        }
    }
    go_on();
}

// To the next hook that can be started, if none is at hand.
void AfterRun::go_on() {
    while (!at_hand_ && !waiting_.empty()) {
        const Job job = std::move(waiting_.front());
        waiting_.pop_front();
        if (*running_ >= k_most_hanging_hooks) {
            leave_out(job.moment, std::format("{} hooks hang in the system", k_most_hanging_hooks));
            continue;
        }
        try {
            start(job);
        } catch (const std::exception& error) {  // no thread to be had
            leave_out(job.moment, error.what());
        }
    }
}

void AfterRun::start(const Job& job) {
    if (!worker_) worker_ = std::make_unique<Worker>(1);
    ++*running_;
    const bool posted =
        worker_->post([this, context = context_, turn = turn_, job, budget = budget_, ran = ran_, running = running_] {
            run_guarded(context, [&] {
                const auto result = run_within(context, job, *budget);
                if (result) context.post(std::bind_front(ran, job.moment, *result));
            });
            --*running;
            context.post([this, turn] { finished(turn); });
        });
    if (!posted) {
        --*running_;
        return leave_out(job.moment, "the one before has not returned");
    }
    at_hand_ = job.moment;
    const Duration most = std::min(hook_at(job.config->hooks, job.moment)->timeout, k_longest_hook);
    latest_ = context_.parts.clock.now() + most;
    bound();
}

void AfterRun::finished(std::uint64_t turn) {
    if (turn != turn_) return;
    ++turn_;
    bound_timer_.cancel();
    at_hand_.reset();
    go_on();
    if (idle()) done_();
}

// A hook that hangs while it is started has no timeout of its own.
void AfterRun::bound() {
    if (!at_hand_) return;
    const TimePoint now = context_.parts.clock.now();
    const Duration left = std::max(latest_ - now, Duration::zero());
    bound_timer_.expires_after(std::min(left, budget_->left(now)) + k_hook_grace);
    bound_timer_.async_wait([this, turn = turn_](const boost::system::error_code& error) {
        if (!error && turn == turn_) give_up();
    });
}

void AfterRun::give_up() {
    const std::string what = std::format(
        "hook {}: it hangs in the system although its time is over; it is left to itself", name_of(*at_hand_));
    context_.say(Severity::error, what);
    ran_(*at_hand_, fail(ErrorKind::timed_out, what));
    worker_.reset();
    finished(turn_);
}

void AfterRun::leave_out(HookMoment moment, const std::string& why) {
    const std::string what = std::format("hook {}: left out: {}", name_of(moment), why);
    context_.say(Severity::error, what);
    ran_(moment, fail(ErrorKind::launch_failed, what));
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
