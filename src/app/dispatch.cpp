#include <algorithm>
#include <utility>

#include "app/cli.hpp"
#include "app/commands.hpp"
#include "app/output.hpp"

namespace svcwrap::app {

namespace {

template <class... Functions>
struct Overload : Functions... {
    using Functions::operator()...;
};

Outcome execute(const AppParts& parts, const Request& request) {
    return std::visit(Overload{
                          [&](const InstallRequest& r) { return install(parts, r); },
                          [&](const UninstallRequest& r) { return uninstall(parts, r); },
                          [&](const StartRequest& r) { return start(parts, r); },
                          [&](const StopRequest& r) { return stop(parts, r); },
                          [&](const RestartRequest& r) { return restart(parts, r); },
                          [&](const StatusRequest& r) { return status(parts, r); },
                          [&](const RunRequest& r) { return run_foreground(parts, r); },
                          [&](const CheckRequest& r) { return check(parts, r); },
                          [&](const ReloadRequest& r) { return reload(parts, r); },
                          [&](const RotateRequest& r) { return rotate(parts, r); },
                          [&](const PauseRequest& r) { return pause(parts, r); },
                          [&](const HistoryRequest& r) { return history(parts, r); },
                          [&](const LogsRequest& r) { return show_logs(parts, r); },
                          [&](const PipeRequest& r) { return pipe(parts, r); },
                          [&](const WhyRequest& r) { return why(parts, r); },
                          [&](const TestStopRequest& r) { return test_stop(parts, r); },
                          [&](const ServiceRequest& r) { return run_service(parts, r); },
                          [&](const SendEventRequest& r) { return send_console_event(parts, r); },
                      },
                      request);
}

// Known before the arguments are understood, so that a usage error can be JSON as well.
bool wants_json(const std::vector<std::string>& arguments) {
    const auto end = std::ranges::find(arguments, "--");
    return std::find(arguments.begin(), end, "--json") != end;
}

}  // namespace

int run_command_line(const AppParts& parts, const std::vector<std::string>& arguments) {
    const bool json = wants_json(arguments);
    auto parsed = parse_command_line(arguments);
    if (!parsed) return print(parts, std::unexpected(std::move(parsed.error())), json);
    if (auto* answer = std::get_if<Answer>(&*parsed)) return print(parts, std::move(*answer), false);
    return print(parts, execute(parts, std::get<Request>(*parsed)), json);
}

}  // namespace svcwrap::app
