#pragma once
// One stream of output, from chunks of bytes to a current file and its rotated elders. Raw format: the concatenation
// of all files, in the order of their names with the current file last, is byte for byte what was written.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"
#include "logs/options.hpp"
#include "platform/file_system.hpp"
#include "platform/system.hpp"

namespace svcwrap::logs {

// Everything that happened to a stream, counted since it was opened.
struct StreamCounters {
    std::uint64_t bytes = 0;
    std::uint64_t lines = 0;  // newline bytes
    std::uint64_t rotations = 0;
    std::uint64_t rotations_deferred = 0;  // the rename was refused; writing went on in the same file
    std::uint64_t write_errors = 0;        // writes that failed and were tried again
    std::uint64_t removed_files = 0;       // by retention
    std::uint64_t housekeeping_errors = 0;
    std::uint64_t lost_bytes = 0;  // handed over and not written when cancel() came
};

// Files of a stream NAME in its folder (README.md of this room has the states):
//   NAME.log                              the current one, always of this name
//   NAME.20261121T100000.123Z.log         rotated, named by the UTC moment of the rotation. The moments of a stream
//   only
//                                         rise (two rotations within a millisecond, or a clock that was set back, take
//                                         the next free millisecond), so names never collide and sort by age.
// A line is never split over two files, unless it alone is longer than max_size + k_longest_wait_for_newline.
inline constexpr ByteSize k_longest_wait_for_newline = 1_MiB;
// While the file can't be written: the pauses between two attempts double from the first to the longest.
inline constexpr Duration k_first_write_pause{100};
inline constexpr Duration k_longest_write_pause = std::chrono::seconds(5);
// While the file can't be renamed: the same for attempts to rotate.
inline constexpr Duration k_first_rotation_pause = std::chrono::seconds(1);
inline constexpr Duration k_longest_rotation_pause = std::chrono::minutes(5);
// How often a stream that is being written looks whether its file still has its name. Somebody who deletes or moves
// NAME.log gets a new one within this time.
inline constexpr Duration k_name_check_interval = std::chrono::seconds(2);

// Owned by one output thread at a time; counters() may be read from any thread.
class LogStream {
public:
    virtual ~LogStream() = default;
    // Appends the bytes, rotating where due. Blocks while the disk is full or the file can't be written, and tries
    // again with growing pauses: nothing that was handed over is dropped. Returns an error only after cancel(). A write
    // of nothing carries out a rotation that was asked for, where the file ends with a line.
    [[nodiscard]] virtual Status write(std::span<const std::byte> bytes) = 0;
    // Takes new settings of rotation and retention, from the next write on. From any thread.
    virtual void configure(const RotateOptions& rotate, const KeepOptions& keep) = 0;
    // Asks for a rotation at the next end of line; an empty file is not rotated. From any thread.
    virtual void request_rotation() = 0;
    // Makes a write that waits for the disk give up (at the end of a stop), now and from now on; what it could not
    // write is counted lost. Writes that need no waiting go on. From any thread.
    virtual void cancel() = 0;
    [[nodiscard]] virtual StreamCounters counters() const = 0;
    [[nodiscard]] virtual std::string current_path() const = 0;
};

// Opens (or continues) the stream NAME in options.directory, which is created if missing. If the folder can't be
// used now, the stream is made all the same and keeps trying: a service must not end over its logs. `complain` is told
// once about each kind of trouble, and once when it is over; it is called on the writing thread.
struct StreamContext {
    platform::FileSystem& files;
    platform::Clock& clock;
    std::function<void(std::string)> complain;
};
[[nodiscard]] std::unique_ptr<LogStream> open_log_stream(const std::string& name, const Options& options,
                                                         StreamContext context);

}  // namespace svcwrap::logs
