#pragma once
// What the user can decide about the child's output. Filled by config/.
#include <cstdint>
#include <string>

#include "base/byte_size.hpp"
#include "base/time.hpp"

namespace svcwrap::logs {

enum class OutputTarget : std::uint8_t { file, discard, inherit };  // inherit: `svcwrap run` shows it only
enum class ErrorTarget : std::uint8_t { merge, file, discard };

struct RotateOptions {
    ByteSize max_size = 10_MiB;  // 0 = not by size
    bool on_start = false;
};

struct KeepOptions {
    std::uint32_t files = 10;     // rotated files kept beside the current one; 0 = none
    Duration age = k_forever;     // older rotated files are removed
    ByteSize total_size = 1_GiB;  // of the rotated files; 0 = no limit
};

struct Options {
    std::string directory;  // absolute
    OutputTarget standard_output = OutputTarget::file;
    ErrorTarget standard_error = ErrorTarget::merge;
    RotateOptions rotate;
    KeepOptions keep;
};

}  // namespace svcwrap::logs
