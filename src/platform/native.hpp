#pragma once
// The real parts for the system at hand: win32/native.cpp or posix/native.cpp.
#include <memory>

#include "platform/control_channel.hpp"
#include "platform/file_system.hpp"
#include "platform/file_watcher.hpp"
#include "platform/process.hpp"
#include "platform/service_manager.hpp"
#include "platform/service_session.hpp"
#include "platform/system.hpp"

namespace svcwrap::platform {

[[nodiscard]] std::unique_ptr<FileSystem> make_file_system();
[[nodiscard]] std::unique_ptr<ProcessLauncher> make_process_launcher();
[[nodiscard]] std::unique_ptr<ConsoleSignaller> make_console_signaller();
// Without a Service Control Manager (not Windows) every call fails with scm_failed and says so.
[[nodiscard]] std::unique_ptr<ServiceManager> make_service_manager();
[[nodiscard]] std::unique_ptr<System> make_system();
[[nodiscard]] std::unique_ptr<Clock> make_clock();
[[nodiscard]] std::unique_ptr<ControlChannel> make_control_channel();
[[nodiscard]] std::unique_ptr<FileWatcher> make_file_watcher();

}  // namespace svcwrap::platform
