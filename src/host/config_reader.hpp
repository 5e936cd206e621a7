#pragma once
// Reads the service's TOML again, off the control loop.
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/service_config.hpp"
#include "host/loop_context.hpp"
#include "host/worker.hpp"

namespace svcwrap::host {

// Lives on the control loop.
class ConfigReader {
public:
    using Read = std::expected<std::shared_ptr<const config::ServiceConfig>, std::vector<Error>>;

    ConfigReader(LoopContext context, std::string file);

    // Reads and checks the file; `done` is called on the loop. With `only_if_new` it is not called if the text is the
    // one that was read last. False: too many readings wait already (the disk hangs); `done` will not be called.
    bool read(bool only_if_new, std::function<void(Read)> done);

private:
    struct Memory {
        std::string text;
    };
    LoopContext context_;
    const std::string file_;
    std::shared_ptr<Memory> memory_ = std::make_shared<Memory>();  // the worker's own
    Worker worker_{8};
};

}  // namespace svcwrap::host
