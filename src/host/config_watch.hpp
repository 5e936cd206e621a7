#pragma once
// Watches the service's TOML.
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "host/loop_context.hpp"
#include "host/worker.hpp"
#include "platform/file_watcher.hpp"

namespace svcwrap::host {

// A change is told this much later, once: editors write a file in several steps.
inline constexpr Duration k_watch_settle_time = std::chrono::milliseconds(200);
// Where the file cannot be watched, that is tried again; the pauses double from the first to the longest.
inline constexpr Duration k_first_watch_pause = std::chrono::seconds(1);
inline constexpr Duration k_longest_watch_pause = std::chrono::minutes(1);

// Lives on the control loop.
class ConfigWatch {
public:
    // `changed` is called on the loop when the file may have changed, and once when watching begins: nobody watched
    // between the last reading and that. `told` hears when watching fails, and when it works again.
    ConfigWatch(LoopContext context, std::string file, std::function<void()> changed, std::function<void(Status)> told);

    void set(bool wanted);

private:
    using Opened = Result<std::unique_ptr<platform::FileWatch>>;

    void open();
    void take(std::uint64_t attempt, Opened opened);
    void stirred(std::uint64_t attempt);
    void drop(std::unique_ptr<platform::FileWatch> watch);

    LoopContext context_;
    const std::string file_;
    std::function<void()> changed_;
    std::function<void(Status)> told_;
    boost::asio::steady_timer settle_;
    boost::asio::steady_timer again_;
    bool wanted_ = false;
    bool settling_ = false;
    bool failing_ = false;
    Duration pause_ = k_first_watch_pause;
    std::uint64_t attempt_ = 0;
    std::unique_ptr<platform::FileWatch> watch_;
    Worker worker_{4};
};

}  // namespace svcwrap::host
