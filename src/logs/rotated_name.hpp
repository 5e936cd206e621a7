#pragma once
// The names of a stream's files.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace svcwrap::logs {

inline constexpr std::string_view k_compressed_extension = ".gz";
inline constexpr std::string_view k_unfinished_extension = ".tmp";  // behind .gz: being compressed

enum class FileState : std::uint8_t { plain, compressed, unfinished };

struct RotatedNameParts {
    WallTime moment;
    FileState state = FileState::plain;
};

// "NAME.log".
[[nodiscard]] std::string current_name(std::string_view stream);
// "NAME.20261121T100000.123Z.log"; the years 0 to 9999.
[[nodiscard]] std::string rotated_name(std::string_view stream, WallTime moment);
// The moment in the name of a rotated file of this very stream, "NAME.20261121T100000.123Z.log" and nothing behind it;
// nothing for every other file.
[[nodiscard]] std::optional<WallTime> parse_rotated_name(std::string_view stream, std::string_view file);
// The same, for the plain file, its ".gz" and its ".gz.tmp".
[[nodiscard]] std::optional<RotatedNameParts> parse_any_rotated_name(std::string_view stream, std::string_view file);

// Whether the current file of a stream of that name would be taken for a rotated one of another stream.
[[nodiscard]] bool is_like_rotated(std::string_view stream);

}  // namespace svcwrap::logs
