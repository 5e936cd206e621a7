#pragma once
// The hook on_rotate: one run after the other, on a thread of their own.
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "config/service_config.hpp"
#include "host/hooks.hpp"
#include "host/loop_context.hpp"
#include "host/worker.hpp"

namespace svcwrap::host {

// So many rotations wait for their hook; what comes beyond is left out and counted.
inline constexpr std::size_t k_waiting_rotate_hooks = 64;

// Lives on the control loop.
class RotateHooks {
public:
    // `told` is called on the loop with how each of them ended.
    RotateHooks(LoopContext context, std::function<void(Status)> told);

    // Runs the hook, if there is one, for that rotated file.
    void run(std::shared_ptr<const config::ServiceConfig> config, RunFacts facts, std::string path);
    // Waits for those under way, at most so long; the rest is ended.
    void close(Duration patience);

private:
    LoopContext context_;
    std::function<void(Status)> told_;
    std::unique_ptr<Worker> worker_;  // null before the first
    std::stop_source stop_;
    std::uint64_t left_out_ = 0;
};

}  // namespace svcwrap::host
