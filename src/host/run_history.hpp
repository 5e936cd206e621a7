#pragma once
// The runs of a service, kept on disk: bounded, replaced whole, in the service's own folder (history.json). A file that
// was torn or tampered with is detected by its check sum, put aside and begun anew.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/time.hpp"
#include "platform/file_system.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::host {

inline constexpr std::size_t k_history_runs = 100;       // the oldest go first
inline constexpr std::size_t k_history_tail_lines = 20;  // of output, per run
inline constexpr std::size_t k_history_line_bytes = 512;

struct RunRecord {
    std::uint64_t run = 0;  // counted from 1 over the life of one wrapper process
    std::uint32_t wrapper_process_id = 0;
    std::uint32_t process_id = 0;  // of the child; 0 = it never came to be
    supervise::StartReason start_reason = supervise::StartReason::requested;
    WallTime launched{};              // the launch began
    std::optional<WallTime> started;  // the child was there
    std::optional<WallTime> ready;    // and counted as started (post_start has ended well, or there is none)
    std::optional<WallTime> ended;
    std::optional<supervise::RunEnd> end;  // none: it runs, or the wrapper died with it
    std::optional<supervise::Aftermath> aftermath;
    std::optional<supervise::StopReason> stop_reason;
    std::string why;  // the decision in words
    std::vector<supervise::StepRecord> stop_steps;
    bool was_killed = false;
    std::vector<std::string> last_lines;  // of output, oldest first
};

[[nodiscard]] Json to_json(const RunRecord& record);
// The whole file's text, and back. Errors: io_failed (not whole: the check sum or the form is wrong).
[[nodiscard]] std::string history_text(const std::vector<RunRecord>& oldest_first);
[[nodiscard]] Result<std::vector<RunRecord>> parse_history(std::string_view text);

[[nodiscard]] std::string history_file_path(const std::string& data_folder, const std::string& service);
// Oldest first; a file that does not exist is an empty history. Blocks on the disk.
[[nodiscard]] Result<std::vector<RunRecord>> read_history(platform::FileSystem& files, const std::string& path);

}  // namespace svcwrap::host
