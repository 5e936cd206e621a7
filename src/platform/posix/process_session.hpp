#pragma once
// A POSIX session (setsid) as the stand-in for a job object: every descendant that does not leave it on purpose.
#include <sys/types.h>

#include <cstddef>

namespace svcwrap::platform::posix {

// Living processes of the session; zombies do not count.
[[nodiscard]] std::size_t count_session(pid_t session);
// Kills every process of the session, also those in process groups of their own.
void kill_session(pid_t session);

}  // namespace svcwrap::platform::posix
