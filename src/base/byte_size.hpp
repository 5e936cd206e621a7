#pragma once
// Numbers of bytes as a type, and as text.
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace svcwrap {

struct ByteSize {
    std::uint64_t bytes = 0;
    auto operator<=>(const ByteSize&) const = default;
};

inline constexpr ByteSize operator""_KiB(unsigned long long n) {
    return {n * 1024};
}
inline constexpr ByteSize operator""_MiB(unsigned long long n) {
    return {n * 1024 * 1024};
}
inline constexpr ByteSize operator""_GiB(unsigned long long n) {
    return {n * 1024 * 1024 * 1024};
}

// Parses "10 MiB", "10MiB", "1.5 GiB", "500 kB", "4096 B", "0". KiB/MiB/GiB/TiB are powers of 1024, kB/MB/GB/TB of
// 1000; units are read in any case. A bare number other than 0 is refused: it does not say its unit.
// Errors: ErrorKind::usage, naming the text and the units.
[[nodiscard]] Result<ByteSize> parse_byte_size(std::string_view text);

// The largest unit that gives a whole number: "10 MiB", "5 MB", "1500 B", "0". parse_byte_size reads it back.
[[nodiscard]] std::string to_text(ByteSize size);
// For people, cut off after a tenth: "9.8 MiB".
[[nodiscard]] std::string to_human(ByteSize size);

}  // namespace svcwrap
