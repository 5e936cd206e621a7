#pragma once
// A look at a stream's files in which none is missing and none is there twice, although they are being rotated.
#include "logs/reader_files.hpp"

namespace svcwrap::logs {

struct Snapshot {
    std::vector<RotatedFile> rotated;             // oldest first
    std::shared_ptr<platform::ReadFile> current;  // null if there is none
    std::uint64_t current_size = 0;
};

[[nodiscard]] Result<Snapshot> take_snapshot(const StreamFiles& where);

}  // namespace svcwrap::logs
