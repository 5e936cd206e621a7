#pragma once
// A POSIX session (setsid) as the stand-in for a job object: every descendant that does not leave it on purpose.
#include <sys/types.h>

#include <cstddef>
#include <vector>

#include "platform/process.hpp"

namespace svcwrap::platform::posix {

// Living processes of the session; zombies do not count.
[[nodiscard]] std::size_t count_session(pid_t session);
// Kills every process of the session, also those in process groups of their own.
void kill_session(pid_t session);
// SIGSTOP and SIGCONT for every process of the session. A process that stops this way stays so until it is continued
// or killed. Error: access_denied or io_failed; then nothing is left stopped.
[[nodiscard]] Status stop_session(pid_t session);
void continue_session(pid_t session);
// Who lives in the session, by proc(5).
[[nodiscard]] std::vector<ProcessInfo> describe_session(pid_t session);

}  // namespace svcwrap::platform::posix
