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
#include "logs/options.hpp"
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
    bool verbose = false;            // say everything that was found
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
// Which lines of the logs are shown.
struct LogsRequest {
    std::string name;       // a service's
    std::string directory;  // or a folder that `svcwrap pipe` writes to
    std::string log = "output";
    std::optional<logs::Format> format;  // of that folder's log; nothing = as its last line looks
    std::optional<std::size_t> count;    // the newest lines; nothing = k_default_log_lines, or all between two bounds
    bool all = false;                    // `-n all`
    bool follow = false;
    std::string since;
    std::string until;
    std::optional<std::int64_t> run;  // 0 or less: counted back from the newest one
    std::string stream;               // "stdout", "stderr"
    std::string pattern;
    std::string level;
    bool paths = false;   // the names of the files, instead of what is in them
    bool events = false;  // the wrapper's own journal as well
    bool json = false;
};
inline constexpr std::size_t k_default_log_lines = 10;
// The engine of the logs as a filter from standard input.
struct PipeRequest {
    std::string name = "output";
    std::string service;    // as json calls it; empty = name
    logs::Options options;  // the directory as it was written
    bool tee = false;       // to standard output as well
    bool json = false;      // counts at the end
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
                             WhyRequest, TestStopRequest, ServiceRequest, SendEventRequest, LogsRequest, PipeRequest>;

}  // namespace svcwrap::app
