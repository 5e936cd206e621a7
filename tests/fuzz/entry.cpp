// libFuzzer's entry; which target it feeds is said by the build.
#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    svcwrap::fuzz::SVCWRAP_FUZZ_TARGET(data, size);
    return 0;
}
