#pragma once
// Random numbers and SHA-1 of the system. bcrypt.dll is none of the KnownDLLs: imported by the exe, it would be looked
// for in the exe's own folder first, which may be one for downloads. So it is loaded from System32 at the first call.
// Internal to platform/win32.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.hpp"

namespace svcwrap::platform::win32 {

// Thread-safe both. Error: internal.
[[nodiscard]] Status fill_random(std::span<std::byte> bytes);
// The digest as five numbers, each of four bytes with the lowest first.
[[nodiscard]] Result<std::array<std::uint32_t, 5>> sha1(std::span<const std::byte> bytes);

}  // namespace svcwrap::platform::win32
