#pragma once
// The exit code of a child as Windows keeps it, unsigned 32-bit, and what it means.
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace svcwrap {

struct ExitCode {
    std::uint32_t value = 0;
    auto operator<=>(const ExitCode&) const = default;
};

inline constexpr ExitCode k_exit_control_c{0xC000013A};   // STATUS_CONTROL_C_EXIT: default end at Ctrl-C and Ctrl-Break
inline constexpr ExitCode k_exit_terminated{0xC000013A};  // what TerminateJobObject is given when a stop runs out

// A crash: 0xC0000000-0xCFFFFFFF, 0xE0434352 (CLR), 0xE06D7363 (C++), 0x80000003, 0x40000015. Not 0xFFFFFFFF
// (exit(-1)).
[[nodiscard]] bool is_crash(ExitCode code);

// After our own stop request these are a clean end: 0, 1, 130, 143 and 0xC000013A.
[[nodiscard]] bool is_clean_after_stop(ExitCode code);

// The meaning of a code that has one ("access violation"), else empty.
[[nodiscard]] std::string_view meaning_of(ExitCode code);
// What to do about a code that has a known cause, else empty.
[[nodiscard]] std::string_view remedy_of(ExitCode code);
// "exit code 3 (often abort() or an uncaught C++ exception)", "exit code 0xC0000005 (3221225477, access violation)".
[[nodiscard]] std::string describe(ExitCode code);

}  // namespace svcwrap
