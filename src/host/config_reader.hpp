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
    struct Refusal {
        std::vector<Error> errors;
        bool is_insecure = false;  // the judge's
    };
    using Config = std::shared_ptr<const config::ServiceConfig>;
    using Read = std::expected<Config, Refusal>;
    // As HostOptions::judge; null: all is adopted.
    using Judge = std::function<Status(const config::ServiceConfig& now, const config::ServiceConfig& fresh)>;

    ConfigReader(LoopContext context, std::string file, Judge judge);

    // Reads and checks the file, and has it judged if it differs from `now`; `done` is called on the loop. With
    // `only_if_new` it is not called if the text is the one that was read last. False: too many readings wait already
    // (the disk hangs); `done` will not be called.
    bool read(bool only_if_new, Config now, std::function<void(Read)> done);

private:
    struct Memory {
        std::string text;
    };
    LoopContext context_;
    const std::string file_;
    const Judge judge_;
    std::shared_ptr<Memory> memory_ = std::make_shared<Memory>();  // the worker's own
    Worker worker_{8};
};

}  // namespace svcwrap::host
