#pragma once
// What the user asked for: one struct per command, filled by the command line.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "platform/process.hpp"
#include "platform/service_manager.hpp"
#include "supervise/options.hpp"

namespace svcwrap::app {

// How long `start` waits for RUNNING, and then watches that the child stays alive.
struct StartLimits {
    Duration timeout = std::chrono::seconds(60);
    Duration settle = std::chrono::seconds(1);
};

struct InstallRequest {
    std::string name;
    std::string executable;
    std::string config_file;
    std::optional<std::string> display_name;
    std::optional<std::string> description;
    std::optional<platform::StartMode> start;
    std::string working_directory;
    std::vector<std::string> environment;  // NAME=VALUE
    std::optional<supervise::StopMethod> stop;
    std::optional<Duration> stop_timeout;
    bool start_now = false;
    bool update = false;             // of a service that is there
    bool allow_insecure = false;     // and have the configuration say so
    bool password_on_input = false;  // the account's password is the first line of standard input
    std::vector<std::string> arguments;
    bool json = false;
};
struct UninstallRequest {
    std::string name;
    bool purge = false;
    std::optional<Duration> timeout;  // nothing = as long as the service shows progress
    bool json = false;
};
struct StartRequest {
    std::string name;
    StartLimits limits;
    bool json = false;
};
struct StopRequest {
    std::string name;
    std::optional<Duration> timeout;
    bool json = false;
};
struct RestartRequest {
    std::string name;
    StartLimits limits;
    std::optional<Duration> stop_timeout;
    bool child_only = false;  // through the control channel: the wrapper and the service stay up
    bool json = false;
};
struct StatusRequest {
    std::string name;    // empty = all
    bool watch = false;  // shows it again whenever it changes, until Ctrl-C
    bool json = false;
};
struct RunRequest {
    std::string name;
    std::string config_file;
    std::string executable;
    std::string working_directory;
    std::vector<std::string> environment;
    std::vector<std::string> arguments;
};
struct CheckRequest {
    std::string target;  // a file or a service's name
    bool json = false;
};
struct ReloadRequest {
    std::string name;
    bool json = false;
};
struct RotateRequest {
    std::string name;
    bool json = false;
};
struct PauseRequest {  // and `continue`
    std::string name;
    bool resume = false;
    std::optional<Duration> timeout;
    bool json = false;
};
struct HistoryRequest {
    std::string name;
    std::size_t count = 20;  // the newest runs; 0 = all
    bool output = false;     // with the last lines of each run
    bool json = false;
};
struct WhyRequest {
    std::string name;
    bool json = false;
};
struct TestStopRequest {
    std::string name;
    std::string config_file;
    Duration after = std::chrono::seconds(3);  // how long the child runs before it is asked to stop
    bool json = false;
};
struct ServiceRequest {
    std::string name;
    std::string config_file;
};
struct SendEventRequest {
    std::uint32_t process_id = 0;
    platform::ConsoleEvent event = platform::ConsoleEvent::control_c;
};

using Request = std::variant<InstallRequest, UninstallRequest, StartRequest, StopRequest, RestartRequest, StatusRequest,
                             RunRequest, CheckRequest, ReloadRequest, RotateRequest, PauseRequest, HistoryRequest,
                             WhyRequest, TestStopRequest, ServiceRequest, SendEventRequest>;

}  // namespace svcwrap::app
