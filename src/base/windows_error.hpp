#pragma once
// Windows error codes (GetLastError) that users meet around services, in words and with what to do.
#include <cstdint>
#include <string_view>

namespace svcwrap {

struct WindowsErrorText {
    std::uint32_t code;
    std::string_view meaning;
    std::string_view remedy;  // may be empty
};

// Null for a code that is not in the table (2, 3, 5, 32, 193, 740, 1051-1083, ...).
[[nodiscard]] const WindowsErrorText* find_windows_error(std::uint32_t code);

}  // namespace svcwrap
