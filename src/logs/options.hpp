#pragma once
// What the user can decide about the child's output. Filled by config/.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_size.hpp"
#include "base/time.hpp"

namespace svcwrap::logs {

enum class OutputTarget : std::uint8_t { file, discard, inherit };  // inherit: `svcwrap run` shows it only
enum class ErrorTarget : std::uint8_t { merge, file, discard };

// raw: byte for byte. text: a time and a tag before each line. json: an object a line.
enum class Format : std::uint8_t { raw, text, json };
enum class Timestamps : std::uint8_t { utc, local };
// What the child writes. text and json are UTF-8 always; raw keeps the child's bytes, whatever they mean.
enum class Encoding : std::uint8_t { utf8, oem, ansi, utf16 };

enum class RotateInterval : std::uint8_t { never, hourly, daily, weekly };

struct RotateOptions {
    ByteSize max_size = 10_MiB;  // 0 = not by size
    bool on_start = false;
    RotateInterval interval = RotateInterval::never;  // by the clock on the wall, in local time
    std::chrono::minutes at{0};                       // hourly: past the hour; else past midnight
    std::chrono::weekday weekday = std::chrono::Monday;
};

enum class Compression : std::uint8_t { none, gzip };

struct KeepOptions {
    std::uint32_t files = 10;     // rotated files kept beside the current one; 0 = none
    Duration age = k_forever;     // older rotated files are removed
    ByteSize total_size = 1_GiB;  // of the rotated files, as they are on the disk; 0 = no limit
    Compression compress = Compression::none;
    bool delay_compress = true;  // the newest rotated file stays as it is
    bool operator==(const KeepOptions&) const = default;
};

// How full the volume of the logs may be, in percent; 0 = never. A mark that was reached is left again k_disk_slack
// below it.
struct DiskOptions {
    unsigned warn_above = 80;      // it is told
    unsigned compress_above = 85;  // rotated files are compressed, whatever keep.compress says
    unsigned prune_above = 0;      // rotated files are removed, oldest first, until it is reached no more; one stays
    unsigned stop_above = 0;       // output is dropped and counted
    auto operator<=>(const DiskOptions&) const = default;
};

// When the log can't be written: the child waits, or its output is dropped, counted and a record of it written later.
enum class FullPolicy : std::uint8_t { block, drop };

// At most so many lines in so much time; what is more is dropped and counted.
struct RateLimit {
    std::uint64_t lines = 0;
    Duration per{};
    auto operator<=>(const RateLimit&) const = default;
};

// What a power cut can take. none: what the system has not written yet, commonly the last 30 s (Windows: less than
// that). rotate: nothing of a rotated file. interval: nothing older than sync_interval. The end of the wrapper, even by
// force, takes nothing that was written in any of the three.
enum class SyncPolicy : std::uint8_t { none, rotate, interval };

struct Options {
    // For the life of a stream.
    std::string directory;  // absolute
    OutputTarget standard_output = OutputTarget::file;
    ErrorTarget standard_error = ErrorTarget::merge;

    // These can change while the stream is open.
    RotateOptions rotate;
    KeepOptions keep;
    DiskOptions disk = {};
    FullPolicy on_full = FullPolicy::block;
    SyncPolicy sync = SyncPolicy::none;
    Duration sync_interval = std::chrono::seconds(5);

    // How lines are written. With the format raw only rate_limit and redact matter; without them, lines don't either.
    Format format = Format::raw;
    Timestamps timestamps = Timestamps::local;
    Encoding encoding = Encoding::utf8;
    ByteSize line_limit = 64_KiB;  // longer lines are written in parts; 256 B to 1 MiB
    Duration partial_after =
        std::chrono::seconds(1);  // of quiet: a line without its end is written; never = at the end
    std::optional<RateLimit> rate_limit = std::nullopt;
    std::vector<std::string> redact = {};  // patterns (linear_regex.hpp); what they match is written as [redacted]
};

}  // namespace svcwrap::logs
