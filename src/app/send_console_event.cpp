#include "app/commands.hpp"

namespace svcwrap::app {

namespace {

// Not those of the other commands: the one who calls this is svcwrap itself, which tells these apart
// (ConsoleSignaller in platform/process.hpp).
constexpr int k_exit_no_process = 3;
constexpr int k_exit_no_console = 4;
constexpr int k_exit_other = 1;

int exit_status_for(const Error& error) {
    if (error.kind == ErrorKind::not_found) return k_exit_no_process;
    return error.kind == ErrorKind::io_failed ? k_exit_no_console : k_exit_other;
}

}  // namespace

Outcome send_console_event(const AppParts& parts, const SendEventRequest& request) {
    const Status raised = parts.raise_event(request.process_id, request.event);
    if (raised) return Answer{};
    return Answer{.text = {},
                  .warnings = "svcwrap: " + to_text(raised.error()) + "\n",
                  .json = {},
                  .exit_status = exit_status_for(raised.error())};
}

}  // namespace svcwrap::app
