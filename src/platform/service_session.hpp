#pragma once
// The Service Control Manager as seen by a running service: one session from ServiceMain to STOPPED.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "platform/service_manager.hpp"

namespace svcwrap::platform {

// What HandlerEx is asked (winsvc.h, LPHANDLER_FUNCTION_EX), as far as a wrapper cares.
enum class ServiceControl : std::uint8_t { stop, shutdown, preshutdown, pause, resume, interrogate, parameter_change };

// The control for one of Windows' numbers, or nothing for a number that the wrapper does not handle.
[[nodiscard]] std::optional<ServiceControl> control_from_code(std::uint32_t code);

// SERVICE_ACCEPT_*.
struct AcceptedControls {
    bool stop = false;
    bool pause = false;
    bool shutdown = false;
    bool preshutdown = false;
    bool parameter_change = false;
};

struct SessionReport {
    ServiceState state = ServiceState::start_pending;
    AcceptedControls accepted;
    std::uint32_t checkpoint = 0;  // rises while pending, 0 otherwise
    Duration wait_hint{};          // until the next report at the latest
    std::uint32_t win32_exit_code = 0;
    std::uint32_t service_exit_code = 0;  // counts only with win32_exit_code 1066
};

// Thread-safe. After `stopped` was reported every later report is ignored: a second one can crash a service
// (winsvc.h, SetServiceStatus).
class ServiceSession {
public:
    virtual ~ServiceSession() = default;
    [[nodiscard]] virtual Status report(const SessionReport& report) = 0;
    // `handler` is called on the SCM's dispatcher thread and must return at once. Its result is what HandlerEx
    // returns: true = NO_ERROR, false = ERROR_CALL_NOT_IMPLEMENTED. Interrogate is answered without it, and controls
    // that came before the handler was set are kept for it. It may be replaced, though not from within itself: when
    // on_control returns, the old one is not running and will not be called again.
    virtual void on_control(std::function<bool(ServiceControl)> handler) = 0;
    // What came after the service's name in StartService's arguments.
    [[nodiscard]] virtual const std::vector<std::string>& arguments() const = 0;
};

// Runs this process as the service of that name: connects to the SCM, calls `body` on the service's own thread, and
// returns when the service is STOPPED. `body` must have reported STOPPED when it returns; if not, it is reported
// with ERROR_PROCESS_ABORTED. Error: scm_failed with os_code 1063 when the SCM did not start this process.
[[nodiscard]] Status run_service_session(const std::string& name, std::function<void(ServiceSession&)> body);

}  // namespace svcwrap::platform
