#pragma once
// The user's programs at the moments of a run's life, and what they are told about it.
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "config/service_config.hpp"
#include "host/loop_context.hpp"
#include "host/side_program.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::host {

enum class HookMoment : std::uint8_t { pre_start, post_start, pre_stop, post_stop, on_failure, on_give_up, on_rotate };
[[nodiscard]] std::string_view name_of(HookMoment moment);  // "pre_start"
[[nodiscard]] const std::optional<config::Hook>& hook_at(const config::Hooks& hooks, HookMoment moment);

// What there is to tell about the run.
struct RunFacts {
    std::uint64_t run = 0;
    std::uint32_t process_id = 0;          // of the child; 0 = there is none
    std::optional<supervise::RunEnd> end;  // once it is over
    std::string result;                    // of the run, once it is over: result_of()
    std::string file;                      // that was rotated; empty = this is about none
};

// "success", "exit-code", "crash", "timeout", "launch-failure"; "stopped" = the end was our own doing.
[[nodiscard]] std::string_view result_of(const supervise::RunEnd& end, const supervise::RestartOptions& options);
[[nodiscard]] inline bool is_failure(std::string_view result) {
    return result != "success" && result != "stopped";
}

// The environment of a hook or a stop command: the child's, and the variables that README.md of this room lists.
// `event` = the moment's name, or "stop". Blocks on the disk; a broken environment file is left out.
[[nodiscard]] platform::Environment side_environment(const config::ServiceConfig& config, const Parts& parts,
                                                     std::string_view event, const RunFacts& facts);
// The order for a program of the user's. Blocks on the disk.
[[nodiscard]] ProgramOrder side_order(const config::ServiceConfig& config, const Parts& parts,
                                      std::vector<std::string> command, std::string_view event, const RunFacts& facts);

// Runs the hook of that moment to its end, if there is one, and journals its output and how it ended. Blocks: called on
// a worker. `most` bounds its timeout. Errors: launch_failed, naming the hook, what happened and what to do; not where
// the hook says ignore_failure.
[[nodiscard]] Status run_hook(const LoopContext& context, const config::ServiceConfig& config, HookMoment moment,
                              const RunFacts& facts, const std::stop_token& stop, Duration most = k_forever);

}  // namespace svcwrap::host
