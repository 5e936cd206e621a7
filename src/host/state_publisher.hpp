#pragma once
// Writes the state file off the control loop. Only the newest state counts: while the disk is busy, older ones that
// wait are passed over.
#include <functional>
#include <memory>
#include <string>

#include "host/published_state.hpp"
#include "host/worker.hpp"
#include "platform/file_system.hpp"

namespace svcwrap::host {

// One thread uses it. `complain` is told on the worker's thread when writing starts to fail, and when it works again.
class StatePublisher {
public:
    StatePublisher(platform::FileSystem& files, std::string path, std::function<void(std::string)> complain);
    ~StatePublisher();
    StatePublisher(const StatePublisher&) = delete;
    StatePublisher& operator=(const StatePublisher&) = delete;

    // Never blocks.
    void publish(PublishedState state);
    // Waits until the newest state is written, at most that long; false if it is not.
    bool close(Duration patience);

private:
    struct Desk;
    std::shared_ptr<Desk> desk_;
    Worker worker_{1};
};

}  // namespace svcwrap::host
