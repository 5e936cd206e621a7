#pragma once
// What a trial of the stop steps has shown, and what to change. Pure.
#include <string>
#include <vector>

#include "base/json.hpp"
#include "platform/process.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::app {

// What was seen of one child that was started, left alone for a while, and asked to stop.
struct StopTrial {
    std::string service;
    std::string program;                        // path of its file
    supervise::StopOptions stop;                // as configured
    supervise::Snapshot last;                   // of the supervisor, at the end
    std::vector<platform::ProcessInfo> left;    // alive when the tree had to be ended by force
    std::vector<platform::ProcessInfo> living;  // outlived the child because stop.kill_tree is off
    std::uint32_t root_id = 0;                  // process id of the child itself
};

enum class StopVerdict : std::uint8_t {
    ended_by_step,  // one of the configured steps ended the whole tree
    killed,         // none did: the job object had to
    ended_early,    // the child ended before it was asked to
    not_started,    // there was no child
};
[[nodiscard]] StopVerdict verdict_on(const StopTrial& trial);

// What to change in the configuration or in the program, most important first; empty if all is well.
[[nodiscard]] std::vector<std::string> stop_advice_after(const StopTrial& trial);

[[nodiscard]] std::string text_of(const StopTrial& trial);
// The shape is in README.md.
[[nodiscard]] Json to_json(const StopTrial& trial);

}  // namespace svcwrap::app
