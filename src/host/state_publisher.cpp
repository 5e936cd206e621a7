#include "host/state_publisher.hpp"

#include <mutex>
#include <optional>
#include <utility>

namespace svcwrap::host {

struct StatePublisher::Desk {
    platform::FileSystem& files;
    const std::string path;
    const std::function<void(std::string)> complain;
    std::mutex mutex;
    std::optional<PublishedState> newest;
    bool failing = false;  // the worker's own

    void write_newest();
    void tell(const Status& written);
};

void StatePublisher::Desk::write_newest() {
    std::optional<PublishedState> state;
    {
        const std::lock_guard lock(mutex);
        state = std::exchange(newest, std::nullopt);
    }
    if (state) tell(files.write_whole(path, to_pretty_json_text(to_json(*state)) + "\n"));
}

void StatePublisher::Desk::tell(const Status& written) {
    const bool failed = !written;
    if (failed != failing) {
        complain(failed ? "the state file cannot be written, `status` will be out of date: " + to_text(written.error())
                        : "the state file is written again: " + path);
    }
    failing = failed;
}

StatePublisher::StatePublisher(platform::FileSystem& files, std::string path, std::function<void(std::string)> complain)
    : desk_(std::make_shared<Desk>(files, std::move(path), std::move(complain))) {}

StatePublisher::~StatePublisher() = default;

void StatePublisher::publish(PublishedState state) {
    {
        const std::lock_guard lock(desk_->mutex);
        desk_->newest = std::move(state);
    }
    // Refused means that a task waits already; it will find this state.
    worker_.post([desk = desk_] { desk->write_newest(); });
}

bool StatePublisher::close(Duration patience) {
    return worker_.stop(patience);
}

}  // namespace svcwrap::host
