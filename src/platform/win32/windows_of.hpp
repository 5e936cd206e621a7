#pragma once
// Asking windows to close. Internal to platform/win32.
#include <vector>

#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

// Posts WM_CLOSE to every top-level window without an owner of these processes on this desktop, visible or not, and
// returns to how many. user32.dll is loaded for the call only: a process that imports it takes desktop heap, of which
// session 0 has little, and gets no console events at shutdown (Console documentation, HandlerRoutine).
[[nodiscard]] Result<std::size_t> ask_windows_to_close(const std::vector<DWORD>& processes);

}  // namespace svcwrap::platform::win32
