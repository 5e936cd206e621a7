#include "app/app.hpp"

#include <cstdlib>

#include "app/commands.hpp"
#include "platform/native.hpp"

namespace svcwrap::app {

int run(const std::vector<std::string>& arguments) {
    const auto files = platform::make_file_system();
    const auto services = platform::make_service_manager();
    const auto system = platform::make_system();
    const auto clock = platform::make_clock();
    const auto launcher = platform::make_process_launcher();
    const auto signaller = platform::make_console_signaller();
    const AppParts parts{.files = *files,
                         .services = *services,
                         .system = *system,
                         .clock = *clock,
                         .launcher = *launcher,
                         .signaller = *signaller,
                         .write = platform::write_text,
                         .is_terminal = platform::is_terminal,
                         .run_session = platform::run_service_session,
                         .raise_event = platform::raise_console_event,
                         .watch_console = platform::watch_console,
                         .end_process = [](int status) { std::_Exit(status); }};
    return run_command_line(parts, arguments);
}

}  // namespace svcwrap::app
