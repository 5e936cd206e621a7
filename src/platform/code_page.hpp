#pragma once
// Text of programs that write in one of the machine's old code pages.
#include <cstdint>
#include <string>
#include <string_view>

namespace svcwrap::platform {

enum class CodePage : std::uint8_t { oem, ansi };  // of consoles; of windows

// The bytes as UTF-8; what means nothing in that code page becomes a replacement character. Thread-safe.
// Windows: the machine's code page, which is not what this process sees: its manifest makes GetACP and GetOEMCP say
// UTF-8. POSIX has none: the bytes are taken for UTF-8 as they stand.
[[nodiscard]] std::string from_code_page(CodePage page, std::string_view bytes);

}  // namespace svcwrap::platform
