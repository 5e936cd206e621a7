#pragma once
// When a log is rotated by the clock on the wall. Pure.
#include <optional>

#include "base/local_time.hpp"
#include "logs/options.hpp"

namespace svcwrap::logs {

// The first moment later than `now` at which the options want a rotation; nothing if they want none. In local time,
// once an hour, a local day or a local week, whatever the clocks are put forward or back over.
[[nodiscard]] std::optional<WallTime> next_rotation(WallTime now, const RotateOptions& options,
                                                    const UtcOffset& offset);

}  // namespace svcwrap::logs
