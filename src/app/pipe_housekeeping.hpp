#pragma once
// The thread on which a housekeeper of logs works, behind all others.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "logs/housekeeper.hpp"
#include "platform/system.hpp"

namespace svcwrap::app {

class PipeHousekeeping {
public:
    PipeHousekeeping(const platform::System& system, std::shared_ptr<logs::Housekeeper> housekeeper);
    ~PipeHousekeeping();
    PipeHousekeeping(const PipeHousekeeping&) = delete;
    PipeHousekeeping& operator=(const PipeHousekeeping&) = delete;

    // Waits until everything is done that was brought so far, and ends the thread.
    void finish();
    // The same without what is left to do. From any thread.
    void cancel();

private:
    void work();

    const platform::System& system_;
    const std::shared_ptr<logs::Housekeeper> housekeeper_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool has_work_ = false;
    bool is_over_ = false;
    std::thread thread_;
};

}  // namespace svcwrap::app
