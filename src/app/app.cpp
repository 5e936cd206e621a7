#include "app/app.hpp"

#include <cstdlib>
#include <memory>

#include "app/commands.hpp"
#include "platform/native.hpp"
#include "platform/standard_input.hpp"
#include "platform/tree_removal.hpp"

namespace svcwrap::app {

namespace {

// Made once and never destroyed: a thread that hangs in the system when the process ends may still be in one of them.
struct RealParts {
    std::unique_ptr<platform::FileSystem> files = platform::make_file_system();
    std::unique_ptr<platform::ServiceManager> services = platform::make_service_manager();
    std::unique_ptr<platform::System> system = platform::make_system();
    std::unique_ptr<platform::Clock> clock = platform::make_clock();
    std::unique_ptr<platform::ProcessLauncher> launcher = platform::make_process_launcher();
    std::unique_ptr<platform::ConsoleSignaller> signaller = platform::make_console_signaller();
    std::unique_ptr<platform::ControlChannel> channel = platform::make_control_channel();
    std::unique_ptr<platform::FileWatcher> watcher = platform::make_file_watcher();
    std::unique_ptr<platform::AccessControl> access = platform::make_access_control();
    std::unique_ptr<platform::Accounts> accounts = platform::make_accounts();
    std::shared_ptr<platform::EventLog> events = platform::make_event_log();
};

const RealParts& real_parts() {
    static const auto* const parts = new RealParts;
    return *parts;
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
    const RealParts& real = real_parts();
    const AppParts parts{.files = *real.files,
                         .services = *real.services,
                         .system = *real.system,
                         .clock = *real.clock,
                         .launcher = *real.launcher,
                         .signaller = *real.signaller,
                         .channel = *real.channel,
                         .watcher = *real.watcher,
                         .access = *real.access,
                         .accounts = *real.accounts,
                         .events = real.events,
                         .write = platform::write_text,
                         .is_terminal = platform::is_terminal,
                         .run_session = platform::run_service_session,
                         .raise_event = platform::raise_console_event,
                         .watch_console = platform::watch_console,
                         .ask_password = platform::ask_password,
                         .read_password_line = platform::read_password_line,
                         .end_process = [](int status) { std::_Exit(status); },
                         .remove_tree = platform::remove_tree,
                         .read_input = platform::read_standard_input,
                         .widen_input = platform::widen_standard_input,
                         .write_bytes = platform::write_standard_output};
    return run_command_line(parts, arguments);
}

}  // namespace svcwrap::app
