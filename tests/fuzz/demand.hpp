#pragma once
// What the targets have in common.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace svcwrap::fuzz {

// Ends the process, so that the fuzzer keeps the input.
inline void demand(bool holds) {
    if (!holds) {
        std::abort();
    }
}

[[nodiscard]] inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// The text up to the first NUL; it and the NUL are taken off `rest`.
[[nodiscard]] inline std::string_view take_part(std::string_view& rest) {
    const std::string_view part = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(part.size() < rest.size() ? part.size() + 1 : part.size());
    return part;
}

}  // namespace svcwrap::fuzz
