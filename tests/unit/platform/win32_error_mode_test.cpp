#ifdef _WIN32
#include <windows.h>

#include <catch_amalgamated.hpp>

#include "platform/system.hpp"

namespace svcwrap::platform {

// Children inherit it, which Wine cannot show (service/windows_only_test.cpp).
TEST_CASE("a process that was prepared shows no box for a missing disk or file, and still reports its crashes") {
    SetErrorMode(SEM_NOGPFAULTERRORBOX);
    (void)prepare_process(0, nullptr);
    CHECK(GetErrorMode() == (SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX));
}

}  // namespace svcwrap::platform
#endif
