#pragma once
// The parts of a host, all of them fakes, for the tests of its pieces.
#include "host/service_host.hpp"
#include "support/fake_control_channel.hpp"
#include "support/fake_file_system.hpp"
#include "support/fake_file_watcher.hpp"
#include "support/fake_launcher.hpp"
#include "support/fake_service_manager.hpp"

namespace svcwrap::testing {

struct FakeParts {
    FakeClock clock;
    FakeFileSystem files{clock};
    FakeProcessLauncher launcher;
    FakeConsoleSignaller signaller{launcher};
    FakeSystem system;
    FakeControlChannel channel;
    FakeFileWatcher watcher;
    FakeServiceManager services{clock};
    host::Parts parts{.files = files,
                      .launcher = launcher,
                      .signaller = signaller,
                      .system = system,
                      .clock = clock,
                      .channel = channel,
                      .watcher = watcher,
                      .services = services};
};

}  // namespace svcwrap::testing
