#pragma once
// The sender of console events with a helper exe of choice, for tests. Internal to platform/win32.
#include <memory>
#include <string>

#include "platform/process.hpp"

namespace svcwrap::platform::win32 {

// What the helper life answers with its exit code.
inline constexpr std::uint32_t k_signal_sent = 0;
inline constexpr std::uint32_t k_signal_no_process = 3;
inline constexpr std::uint32_t k_signal_no_console = 4;

// Runs `helper_exe send-console-event ID c|break` for each event.
[[nodiscard]] std::unique_ptr<ConsoleSignaller> make_console_signaller_with(std::string helper_exe);

}  // namespace svcwrap::platform::win32
