#pragma once
// What a running wrapper lets others know of itself: a small JSON file, replaced whole at every change, in the
// service's own folder. `svcwrap status` and `svcwrap start` read it beside what the SCM says.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/time.hpp"
#include "logs/log_stream.hpp"
#include "platform/file_system.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::host {

struct PublishedLog {
    std::string stream;  // "stdout", "stderr"
    std::string path;    // of the current file
    // As of logs::StreamCounters.
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes = 0;
    std::uint64_t lines = 0;
    std::uint64_t rotations = 0;
    std::uint64_t rotations_deferred = 0;
    std::uint64_t write_errors = 0;
    std::uint64_t sync_errors = 0;
    std::uint64_t removed_files = 0;
    std::uint64_t housekeeping_errors = 0;
    std::uint64_t lost_bytes = 0;
    std::uint64_t dropped_bytes = 0;
    std::uint64_t suppressed_lines = 0;
    std::uint64_t redactions = 0;
    std::uint64_t split_lines = 0;
    std::uint64_t partial_lines = 0;
    std::uint64_t invalid_lines = 0;
};
[[nodiscard]] PublishedLog published_log(std::string stream, std::string path, const logs::StreamCounters& counters);
// {"stream", "path"}, and all counters by their names.
[[nodiscard]] Json to_json(const PublishedLog& log);
[[nodiscard]] Json to_json(const logs::HousekeeperCounters& counters);

struct PublishedState {
    std::string service;
    std::string config_file;
    std::uint32_t wrapper_process_id = 0;  // who wrote this; if it is not the SCM's pid, the file is stale
    supervise::State state = supervise::State::idle;
    WallTime since{};
    std::string reason;
    std::uint64_t run = 0;
    std::uint64_t restarts = 0;
    std::uint32_t child_process_id = 0;
    std::optional<WallTime> child_started;
    std::optional<supervise::RunEnd> last_end;
    std::optional<WallTime> next_launch;
    std::string program;
    std::vector<PublishedLog> logs;
    logs::HousekeeperCounters housekeeping;  // compression of rotated logs, and repairs
    std::string journal;
    std::string control_address;  // where the wrapper can be asked; empty = it can't
    supervise::StartReason start_reason = supervise::StartReason::requested;
    std::optional<supervise::StopReason> stop_reason;
    bool gave_up = false;
    bool suspended = false;
    std::string trouble;  // what works worse than it should (hooks, watch, files), in words; empty = nothing
    std::string history;  // path of the run history; empty = none
    std::vector<supervise::StepRecord> stop_steps;
    bool was_killed = false;
    bool launch_overdue = false;  // starting: the launch takes longer than start.timeout
};

[[nodiscard]] Json to_json(const PublishedState& state);
[[nodiscard]] Result<PublishedState> published_state_from_json(const Json& json);

// The service's own folder below the data folder; in it the folder of what the wrapper keeps, where the service's
// account may write (beside its configuration it may not); and the state file in that.
[[nodiscard]] std::string service_folder(const std::string& data_folder, const std::string& service);
[[nodiscard]] std::string state_folder(const std::string& data_folder, const std::string& service);
[[nodiscard]] std::string state_file_path(const std::string& data_folder, const std::string& service);
[[nodiscard]] Result<PublishedState> read_published_state(platform::FileSystem& files, const std::string& path);

}  // namespace svcwrap::host
