#include "app/pipe_housekeeping.hpp"

#include <utility>

namespace svcwrap::app {

PipeHousekeeping::PipeHousekeeping(const platform::System& system, std::shared_ptr<logs::Housekeeper> housekeeper)
    : system_(system), housekeeper_(std::move(housekeeper)) {
    housekeeper_->on_work([this] {
        {
            const std::scoped_lock lock(mutex_);
            has_work_ = true;
        }
        changed_.notify_all();
    });
    thread_ = std::thread([this] { work(); });
}

PipeHousekeeping::~PipeHousekeeping() {
    finish();
}

void PipeHousekeeping::work() {
    system_.enter_background();
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return has_work_ || is_over_; });
        if (!std::exchange(has_work_, false)) return;
        lock.unlock();
        while (housekeeper_->run_once()) {
        }
        lock.lock();
    }
}

void PipeHousekeeping::finish() {
    {
        const std::scoped_lock lock(mutex_);
        is_over_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void PipeHousekeeping::cancel() {
    housekeeper_->cancel();
}

}  // namespace svcwrap::app
