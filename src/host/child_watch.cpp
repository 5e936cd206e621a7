#include "host/child_watch.hpp"

#include <utility>

#include "base/time.hpp"

namespace svcwrap::host {
namespace {

// How often the job is asked whether its tree has ended, once the root has: Windows' job messages are no guarantee
// (JOBOBJECT_ASSOCIATE_COMPLETION_PORT), so the count is the truth.
constexpr Duration k_tree_interval = std::chrono::milliseconds(50);
// The root leaves the job a moment after its handle is signalled; this many short looks tell it from descendants. The
// pause between them doubles: 31 ms in all.
constexpr int k_patient_looks = 5;
constexpr Duration k_first_patient_interval = std::chrono::milliseconds(1);

}  // namespace

void discard(std::unique_ptr<platform::ChildProcess> child) {
    if (child) (void)child->terminate_tree(k_exit_terminated);
}

ChildWatch::ChildWatch(boost::asio::io_context& loop, Told told) : told_(std::move(told)), timer_(loop) {}

void ChildWatch::take(std::unique_ptr<platform::ChildProcess> child) {
    child_ = std::move(child);
    root_exit_.reset();
    exit_told_ = false;
    try {
        child_->async_wait([this](ExitCode code) { root_ended(code); });
    } catch (...) {
        discard(std::move(child_));
        throw;
    }
}

void ChildWatch::release() {
    timer_.cancel();
    if (root_lives()) discard(std::move(child_));
    child_.reset();
    root_exit_.reset();
}

void ChildWatch::root_ended(ExitCode code) {
    root_exit_ = code;
    told_.root_ended();
    look(0);
}

void ChildWatch::look_again(int looks) {
    timer_.expires_after(looks < k_patient_looks ? k_first_patient_interval * (1 << looks) : k_tree_interval);
    timer_.async_wait([this, looks](const boost::system::error_code& error) {
        if (!error && child_ && root_exit_) look(looks + 1);
    });
}

void ChildWatch::look(int looks) {
    const std::size_t left = child_->active_processes();
    if (left > 0 && looks < k_patient_looks) return look_again(looks);
    const bool first_time = !std::exchange(exit_told_, true);
    const ExitCode code = *root_exit_;
    if (left > 0) {
        look_again(looks);
    } else {
        release();
    }
    if (first_time) return told_.exited(code, left);
    if (left == 0) told_.emptied();
}

}  // namespace svcwrap::host
