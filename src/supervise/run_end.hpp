#pragma once
// How a run of the child ended, and how the service ended.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/exit_code.hpp"
#include "base/time.hpp"

namespace svcwrap::supervise {

// start_timed_out: the launch failed, and later than start.timeout. A launch that never returned counts as failed.
// left_over: the child could not be ended and was left alone when the service stopped.
enum class EndKind : std::uint8_t { exited, crashed, launch_failed, start_timed_out, left_over };
inline constexpr std::size_t k_end_kind_count = 5;
[[nodiscard]] std::string_view name_of(EndKind kind);

struct RunEnd {
    EndKind kind = EndKind::exited;
    ExitCode code;           // exited and crashed only
    std::string detail;      // launch_failed, start_timed_out: the error in words; left_over: what is left
    WallTime when{};         // filled by the host
    bool asked_for = false;  // it ended after our own stop request
};

// True if the run came so far that the child could leave an exit code.
[[nodiscard]] inline bool has_code(const RunEnd& end) {
    return end.kind == EndKind::exited || end.kind == EndKind::crashed;
}
// "exit code 3", "launch failed: create process: ..."; one line.
[[nodiscard]] std::string describe(const RunEnd& end);

// How the service ends: what STOPPED carries.
enum class Outcome : std::uint8_t { success, failure, recover };
[[nodiscard]] std::string_view name_of(Outcome outcome);

struct FinalResult {
    Outcome outcome = Outcome::success;
    std::optional<ExitCode> code;  // of the last run's child, where there was one
    std::string reason;
};

}  // namespace svcwrap::supervise
