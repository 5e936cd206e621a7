#pragma once
// The commands: each one does what its request says and returns what to tell. None of them prints its result, asks a
// question or ends the process (except `service`, where that is the outcome).
#include "app/parts.hpp"
#include "app/requests.hpp"

namespace svcwrap::app {

[[nodiscard]] Outcome install(const AppParts& parts, const InstallRequest& request);
[[nodiscard]] Outcome uninstall(const AppParts& parts, const UninstallRequest& request);
[[nodiscard]] Outcome start(const AppParts& parts, const StartRequest& request);
[[nodiscard]] Outcome stop(const AppParts& parts, const StopRequest& request);
[[nodiscard]] Outcome restart(const AppParts& parts, const RestartRequest& request);
[[nodiscard]] Outcome status(const AppParts& parts, const StatusRequest& request);
[[nodiscard]] Outcome run_foreground(const AppParts& parts, const RunRequest& request);
[[nodiscard]] Outcome check(const AppParts& parts, const CheckRequest& request);
[[nodiscard]] Outcome reload(const AppParts& parts, const ReloadRequest& request);
[[nodiscard]] Outcome rotate(const AppParts& parts, const RotateRequest& request);
[[nodiscard]] Outcome pause(const AppParts& parts, const PauseRequest& request);
[[nodiscard]] Outcome history(const AppParts& parts, const HistoryRequest& request);
[[nodiscard]] Outcome show_logs(const AppParts& parts, const LogsRequest& request);
[[nodiscard]] Outcome pipe(const AppParts& parts, const PipeRequest& request);
[[nodiscard]] Outcome why(const AppParts& parts, const WhyRequest& request);
[[nodiscard]] Outcome test_stop(const AppParts& parts, const TestStopRequest& request);
[[nodiscard]] Outcome run_service(const AppParts& parts, const ServiceRequest& request);
[[nodiscard]] Outcome send_console_event(const AppParts& parts, const SendEventRequest& request);

// Reads the arguments (the program's name first), does what they say, prints the result and returns the exit status.
[[nodiscard]] int run_command_line(const AppParts& parts, const std::vector<std::string>& arguments);

}  // namespace svcwrap::app
