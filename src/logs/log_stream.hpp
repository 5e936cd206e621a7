#pragma once
// One stream of output, from chunks of bytes to a current file and its rotated elders. In raw format, the concatenation
// of all files, in the order of their names with the current file last, is byte for byte what was written.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"
#include "logs/disk_watch.hpp"
#include "logs/housekeeper.hpp"
#include "logs/options.hpp"
#include "logs/report.hpp"
#include "platform/file_system.hpp"
#include "platform/system.hpp"

namespace svcwrap::logs {

// Everything that happened to a stream, counted since it was opened.
struct StreamCounters {
    std::uint64_t bytes_in = 0;  // handed over
    std::uint64_t bytes = 0;     // written to files
    std::uint64_t lines = 0;     // newline bytes of them
    std::uint64_t rotations = 0;
    std::uint64_t rotations_deferred = 0;  // the rename was refused; writing went on in the same file
    std::uint64_t write_errors = 0;        // writes that failed and were tried again
    std::uint64_t sync_errors = 0;
    std::uint64_t removed_files = 0;  // by retention
    std::uint64_t housekeeping_errors = 0;
    std::uint64_t lost_bytes = 0;        // handed over and not written when cancel() came
    std::uint64_t dropped_bytes = 0;     // by on_full = drop or disk.stop_above; each time told in the log itself
    std::uint64_t suppressed_lines = 0;  // by rate_limit
    std::uint64_t redactions = 0;
    std::uint64_t split_lines = 0;    // longer than line_limit: written in parts
    std::uint64_t partial_lines = 0;  // written before their end came
    std::uint64_t invalid_lines = 0;  // not in the encoding that they should be in
};

// Files of a stream NAME in its folder (README.md of this room has the states):
//   NAME.log                              the current one, always of this name
//   NAME.20261121T100000.123Z.log[.gz]    rotated, named by the UTC moment of the rotation. The moments of a stream
//                                         only rise (two rotations within a millisecond, or a clock that was set back,
//                                         take the next free millisecond), so names never collide and sort by age.
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

inline constexpr ByteSize k_most_at_once = 256_KiB;

// Which pipe of the child bytes come from. Lines are put together for each by itself.
enum class Source : std::uint8_t { output, error };

// Owned by one thread at a time (or under one lock), but for what says "from any thread".
class LogStream {
public:
    virtual ~LogStream() = default;
    // Appends the bytes, rotating where due. Blocks while the disk is full or the file can't be written, and tries
    // again with growing pauses: nothing that was handed over is dropped, unless on_full or disk.stop_above say so.
    // Returns an error only after cancel(). Without bytes it is tick().
    [[nodiscard]] virtual Status write(std::span<const std::byte> bytes, Source source) = 0;
    [[nodiscard]] Status write(std::span<const std::byte> bytes) { return write(bytes, Source::output); }
    // How many bytes the next write() had best have, if there are so many: for speed alone. At most k_most_at_once.
    [[nodiscard]] virtual std::size_t best_write_size() const = 0;
    // The process that the next bytes come from. Ends the lines that the earlier one left without an end.
    virtual void begin_run(std::uint64_t run, std::uint32_t pid) = 0;
    // Writes the lines that wait for their end: at the end of a run. The destructor does so, too. Errors as write().
    [[nodiscard]] virtual Status finish() = 0;
    // Does what time demands: unfinished lines after a quiet while, rotations, a flush to disk, the end of drops. May
    // block as write() does. To be called at next_deadline(), and after request_rotation(); too often does no harm.
    virtual void tick() = 0;
    // When tick() wants to be called; never while there is nothing to do. Asked again after each write() and tick().
    [[nodiscard]] virtual std::optional<TimePoint> next_deadline() const = 0;

    // Takes new settings from the next write() or tick() on: all that Options says can change. From any thread.
    virtual void configure(const Options& options) = 0;
    // Asks for a rotation at the next end of line; an empty file is not rotated. From any thread.
    virtual void request_rotation() = 0;
    // Makes a write that waits for the disk give up (at the end of a stop), now and from now on; what it could not
    // write is counted lost. Writes that need no waiting go on. From any thread.
    virtual void cancel() = 0;
    // From any thread.
    [[nodiscard]] virtual StreamCounters counters() const = 0;
    // From any thread.
    [[nodiscard]] virtual std::string current_path() const = 0;
};

// Who a stream belongs to: what json says of each line.
struct StreamIdentity {
    std::string service;
};

struct StreamContext {
    platform::FileSystem& files;
    platform::Clock& clock;
    // Told once about each kind of trouble, and once when it is over, on the writing thread. Must not write to this
    // very stream.
    Complain complain = {};
    StreamIdentity identity = {};
    // A line in the OEM or ANSI code page, as UTF-8; without it such bytes are taken for UTF-8.
    std::function<std::string(std::string_view)> to_utf8 = {};
    // The path of each rotated file, right after its rotation, on the writing thread: hands over to others and returns.
    std::function<void(const std::string&)> rotated = {};
    // Shared by the streams of a service. Without a housekeeper nothing is compressed; without a watch, the stream
    // makes its own.
    std::shared_ptr<Housekeeper> housekeeper = {};
    std::shared_ptr<DiskWatch> disk_watch = {};
};

// Opens (or continues) the stream NAME in options.directory, which is created if missing. If the folder can't be
// used now, the stream is made all the same and keeps trying: a service must not end over its logs. `complain` is told
// once about each kind of trouble, and once when it is over; it is called on the writing thread.
[[nodiscard]] std::unique_ptr<LogStream> open_log_stream(const std::string& name, const Options& options,
                                                         StreamContext context);

}  // namespace svcwrap::logs
