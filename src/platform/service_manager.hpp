#pragma once
// The Service Control Manager as seen by the command line: registering, starting, stopping and asking.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace svcwrap::platform {

// dwCurrentState, with Windows' own numbers (winsvc.h, SERVICE_STATUS).
enum class ServiceState : std::uint32_t {
    stopped = 1,
    start_pending = 2,
    stop_pending = 3,
    running = 4,
    continue_pending = 5,
    pause_pending = 6,
    paused = 7,
};
[[nodiscard]] std::string_view name_of(ServiceState state);  // "start-pending"

enum class StartMode : std::uint8_t { automatic, delayed_automatic, manual, disabled };
[[nodiscard]] std::string_view name_of(StartMode mode);  // "auto", "delayed-auto", "manual", "disabled"

enum class SidType : std::uint8_t { none, unrestricted, restricted };

// What a controlling program may send besides STOP.
enum class ControlRequest : std::uint8_t { pause, resume, parameter_change };

// What Windows does when the service's process ends without having reported STOPPED. Empty = nothing.
struct RecoveryActions {
    std::vector<Duration> restarts;  // the wait before each restart; the last one counts for all that follow
    Duration reset_after{};        // a time without failures after which it begins with the first again; whole seconds
    bool on_failure_exit = false;  // also when STOPPED was reported with an error
    friend bool operator==(const RecoveryActions&, const RecoveryActions&) = default;
};

struct ServiceDefinition {
    std::string name;
    std::string display_name;
    std::string description;
    std::string command_line;  // the image path: a quoted absolute exe and its arguments
    StartMode start = StartMode::automatic;
    std::string account;  // "LocalSystem", "NT AUTHORITY\LocalService", "NT SERVICE\x", "DOMAIN\user", "DOMAIN\gmsa$"
    Secret password;      // empty for accounts that have none
    std::vector<std::string> dependencies;         // "+Group" for a load-order group
    std::vector<std::string> required_privileges;  // empty = all of the account's
    SidType sid_type = SidType::unrestricted;
    Duration preshutdown_timeout{};
    RecoveryActions recovery;
};

struct ServiceStatus {
    ServiceState state = ServiceState::stopped;
    std::uint32_t process_id = 0;
    std::uint32_t win32_exit_code = 0;    // 1066: see service_exit_code; 1077: never started since boot
    std::uint32_t service_exit_code = 0;  // the child's exit code, when the wrapper reported one
    std::uint32_t checkpoint = 0;
    Duration wait_hint{};
};

struct ServiceSummary {
    std::string name;
    std::string display_name;
    ServiceStatus status;
};

struct ServiceConfiguration {
    std::string display_name;
    std::string description;
    std::string command_line;
    std::string account;
    StartMode start = StartMode::manual;
    std::vector<std::string> dependencies;
    // Nothing: this system cannot tell.
    std::optional<std::vector<std::string>> required_privileges;
    std::optional<SidType> sid_type;
    std::optional<Duration> preshutdown_timeout;
    std::optional<RecoveryActions> recovery;
};

// Every call may block up to 30 s while the SCM is busy. Thread-safe. Errors: scm_failed, not_found (1060),
// already_exists (1073), access_denied (5, with the remedy to use an elevated prompt), with Windows' code in words.
class ServiceManager {
public:
    virtual ~ServiceManager() = default;
    // Registers the service with all of its settings. If a later setting fails, the service is removed again.
    [[nodiscard]] virtual Status create(const ServiceDefinition& definition) = 0;
    // Sets everything anew that create() sets, of a service that is there, also while it runs. An empty password leaves
    // the one that the SCM has, which works only if the account stays. What was set before an error stays set.
    [[nodiscard]] virtual Status update(const ServiceDefinition& definition, bool account_changes) = 0;
    [[nodiscard]] virtual Status remove(const std::string& name) = 0;
    // Asks the SCM to start it and returns when its process answers (not when it runs).
    [[nodiscard]] virtual Status start(const std::string& name) = 0;
    // Sends STOP and returns at once. Error: scm_failed with 1062 if it is stopped, 1061 if it cannot take it now.
    [[nodiscard]] virtual Status stop(const std::string& name) = 0;
    // Sends PAUSE, CONTINUE or PARAMCHANGE and returns at once. Errors: scm_failed with 1052 if the service does not
    // take that control, 1061 if it cannot now, 1062 if it is stopped.
    [[nodiscard]] virtual Status send_control(const std::string& name, ControlRequest control) = 0;
    // How long Windows waits for the service when the system shuts down (SERVICE_PRESHUTDOWN_INFO).
    [[nodiscard]] virtual Status set_preshutdown_timeout(const std::string& name, Duration timeout) = 0;
    [[nodiscard]] virtual Result<ServiceStatus> query(const std::string& name) = 0;
    [[nodiscard]] virtual Result<ServiceConfiguration> configuration(const std::string& name) = 0;
    // All services of the machine, drivers left out.
    [[nodiscard]] virtual Result<std::vector<ServiceSummary>> list() = 0;
};

}  // namespace svcwrap::platform
