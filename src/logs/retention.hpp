#pragma once
// Which rotated files stay.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "logs/options.hpp"
#include "logs/rotated_name.hpp"
#include "platform/file_system.hpp"

namespace svcwrap::logs {

struct RotatedFile {
    std::string name;
    WallTime moment;  // of its rotation, from its name
    ByteSize size;
    FileState state = FileState::plain;  // or compressed
};

// The rotated files of the stream among the entries of its folder, oldest first; a plain file stands before its own
// compressed one, which a crash may leave beside it. Links, folders and files of other
// names are nobody's business here.
[[nodiscard]] std::vector<RotatedFile> find_rotated_files(std::string_view stream,
                                                          std::span<const platform::DirectoryEntry> entries);

// How many of these files, from the oldest on, have to go: beyond keep.files, older than keep.age, or beyond
// keep.total_size counted from the newest. A file that stands there both plain and compressed counts once as a file.
[[nodiscard]] std::size_t count_expired(std::span<const RotatedFile> oldest_first, const KeepOptions& keep,
                                        WallTime now);

struct CleanUpResult {
    std::uint64_t removed = 0;
    std::uint64_t errors = 0;
    std::optional<Error> first_error;
    std::optional<WallTime> newest;       // moment of the newest rotated file
    std::vector<RotatedFile> kept;        // oldest first
    std::vector<std::string> unfinished;  // names: what a compression that was cut short left
};

// Removes a rotated file; of a plain one, also what the housekeeper may be making of it at this moment.
[[nodiscard]] Status remove_rotated(platform::FileSystem& files, const std::string& folder, const RotatedFile& file);

// Removes what has expired, with one scan of the folder. A file that can't be removed now is found again next time.
[[nodiscard]] CleanUpResult clean_up(platform::FileSystem& files, const std::string& folder, std::string_view stream,
                                     const KeepOptions& keep, WallTime now);

// Of the files that are kept, those that are to be compressed: the plain ones, but the newest if that is delayed.
[[nodiscard]] std::vector<RotatedFile> files_to_compress(std::span<const RotatedFile> kept, bool delayed);

}  // namespace svcwrap::logs
