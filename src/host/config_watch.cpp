#include "host/config_watch.hpp"

#include <algorithm>
#include <utility>

namespace svcwrap::host {

ConfigWatch::ConfigWatch(LoopContext context, std::string file, std::function<void()> changed,
                         std::function<void(Status)> told)
    : context_(std::move(context)),
      file_(std::move(file)),
      changed_(std::move(changed)),
      told_(std::move(told)),
      settle_(*context_.loop),
      again_(*context_.loop) {}

void ConfigWatch::set(bool wanted) {
    if (wanted == wanted_) return;
    wanted_ = wanted;
    ++attempt_;
    again_.cancel();
    settle_.cancel();
    settling_ = false;
    if (wanted) return open();
    if (std::exchange(failing_, false)) told_({});
    drop(std::move(watch_));
}

// Closing a watch may wait for its thread, which is the worker's business.
void ConfigWatch::drop(std::unique_ptr<platform::FileWatch> watch) {
    if (!watch) return;
    const auto kept = std::make_shared<std::unique_ptr<platform::FileWatch>>(std::move(watch));
    const bool posted = worker_.post([kept] { kept->reset(); });
    if (!posted) (void)kept->release();  // the worker hangs, as this would: it is left to itself with the process
}

// NOLINTNEXTLINE(readability-function-size): callbacks within callbacks, each a line
void ConfigWatch::open() {
    const bool posted = worker_.post([this, context = context_, file = file_, attempt = attempt_] {
        auto stirred = [this, context, attempt] { context.post([this, attempt] { this->stirred(attempt); }); };
        auto opened = std::make_shared<Opened>(context.parts.watcher.watch(file, std::move(stirred)));
        context.post([this, attempt, opened] { take(attempt, std::move(*opened)); });
    });
    if (!posted) take(attempt_, fail(ErrorKind::io_failed, "watch " + file_ + ": an earlier attempt hangs"));
}

void ConfigWatch::take(std::uint64_t attempt, Opened opened) {
    if (attempt != attempt_) return drop(opened ? *std::move(opened) : nullptr);
    const bool failed = !opened;
    if (failed != failing_) told_(failed ? Status(std::unexpected(opened.error())) : Status());
    failing_ = failed;
    if (!failed) {
        watch_ = *std::move(opened);
        pause_ = k_first_watch_pause;
        return changed_();
    }
    again_.expires_after(std::exchange(pause_, std::min(pause_ * 2, k_longest_watch_pause)));
    again_.async_wait([this](const boost::system::error_code& error) {
        if (!error) open();
    });
}

void ConfigWatch::stirred(std::uint64_t attempt) {
    if (attempt != attempt_ || std::exchange(settling_, true)) return;
    settle_.expires_after(k_watch_settle_time);
    settle_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        settling_ = false;
        changed_();
    });
}

}  // namespace svcwrap::host
