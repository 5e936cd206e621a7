#pragma once
// The child at hand, from its launch to the end of its tree.
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "platform/process.hpp"

namespace svcwrap::host {

// Ends a child that nobody wants, with its tree where the tree is ours, and lets go of it. Letting go alone would leave
// it alive where stop.kill_tree is off. Null does nothing. From any thread.
void discard(std::unique_ptr<platform::ChildProcess> child);

// Lives on the control loop.
class ChildWatch {
public:
    struct Told {
        std::function<void()> root_ended;                                    // at once; only to note the time
        std::function<void(ExitCode code, std::size_t left_behind)> exited;  // once
        std::function<void()> emptied;                                       // once, if anything was left behind
    };
    ChildWatch(boost::asio::io_context& loop, Told told);

    // Watches this one from now on. Throws what threads and Asio throw; the child is gone then.
    void take(std::unique_ptr<platform::ChildProcess> child);
    // Null if there is none: before its launch, and when its tree has ended.
    [[nodiscard]] platform::ChildProcess* child() const { return child_.get(); }
    // Its root has not ended.
    [[nodiscard]] bool root_lives() const { return child_ && !root_exit_; }
    // Lets go of it: a root that lives is ended, and so is whoever is left in the job.
    void release();

private:
    void root_ended(ExitCode code);
    void look(int looks);
    void look_again(int looks);

    Told told_;
    boost::asio::steady_timer timer_;
    std::unique_ptr<platform::ChildProcess> child_;
    std::optional<ExitCode> root_exit_;
    bool exit_told_ = false;
};

}  // namespace svcwrap::host
