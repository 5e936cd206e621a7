// libFuzzer's entry.
#include "fuzz/logs_targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    svcwrap::logs::fuzz::format_lines(data, size);
    return 0;
}
