#pragma once
// The counters of a stream: written by the writing thread, read by any.
#include <atomic>
#include <cstdint>

#include "logs/log_stream.hpp"

namespace svcwrap::logs {

struct AtomicCounters {
    using Count = std::atomic<std::uint64_t>;
    Count bytes_in{0};
    Count bytes{0};
    Count lines{0};
    Count rotations{0};
    Count rotations_deferred{0};
    Count write_errors{0};
    Count sync_errors{0};
    Count removed_files{0};
    Count housekeeping_errors{0};
    Count lost_bytes{0};
    Count dropped_bytes{0};

    [[nodiscard]] StreamCounters snapshot() const {
        return {.bytes_in = bytes_in,
                .bytes = bytes,
                .lines = lines,
                .rotations = rotations,
                .rotations_deferred = rotations_deferred,
                .write_errors = write_errors,
                .sync_errors = sync_errors,
                .removed_files = removed_files,
                .housekeeping_errors = housekeeping_errors,
                .lost_bytes = lost_bytes,
                .dropped_bytes = dropped_bytes};
    }
};

}  // namespace svcwrap::logs
