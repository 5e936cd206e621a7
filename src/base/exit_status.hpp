#pragma once
// The exit codes of svcwrap's own command line: one table, documented in the README, never renumbered.
#include "base/error.hpp"

namespace svcwrap {

inline constexpr int k_exit_ok = 0;
inline constexpr int k_exit_not_running = 3;      // `status`: installed and stopped (as systemctl)
inline constexpr int k_exit_no_such_service = 4;  // `status`: not installed (as systemctl)

// The exit code of a command that failed with this kind of error.
// usage 2, not_found 4, bad_config 5, already_exists 6, access_denied 7, launch_failed 8, timed_out 9, io_failed 10,
// scm_failed 11, internal 70.
[[nodiscard]] int exit_status_of(ErrorKind kind);

}  // namespace svcwrap
