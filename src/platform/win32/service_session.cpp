#include "platform/service_session.hpp"

#include <array>
#include <mutex>
#include <semaphore>

#include "platform/win32/control_handler.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

DWORD accept_flags(const AcceptedControls& accepted) {
    DWORD flags = 0;
    flags |= accepted.stop ? SERVICE_ACCEPT_STOP : 0U;
    flags |= accepted.pause ? SERVICE_ACCEPT_PAUSE_CONTINUE : 0U;
    flags |= accepted.shutdown ? SERVICE_ACCEPT_SHUTDOWN : 0U;
    flags |= accepted.preshutdown ? SERVICE_ACCEPT_PRESHUTDOWN : 0U;
    flags |= accepted.parameter_change ? SERVICE_ACCEPT_PARAMCHANGE : 0U;
    return flags;
}

SERVICE_STATUS to_service_status(const SessionReport& report) {
    SERVICE_STATUS status{};
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = static_cast<DWORD>(report.state);
    status.dwControlsAccepted = accept_flags(report.accepted);
    status.dwWin32ExitCode = report.win32_exit_code;
    status.dwServiceSpecificExitCode = report.service_exit_code;
    status.dwCheckPoint = report.checkpoint;
    status.dwWaitHint = to_wait(report.wait_hint);
    return status;
}

class WindowsServiceSession final : public ServiceSession {
public:
    explicit WindowsServiceSession(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {}

    // Must come first in ServiceMain.
    Status connect(const std::string& name);
    Status report(const SessionReport& report) override;
    void on_control(std::function<bool(ServiceControl)> handler) override { controls_.set(std::move(handler)); }
    const std::vector<std::string>& arguments() const override { return arguments_; }

private:
    static DWORD WINAPI handle_control(DWORD code, DWORD, void*, void* context) {
        return static_cast<WindowsServiceSession*>(context)->controls_.handle(code);
    }

    std::vector<std::string> arguments_;
    ControlHandler controls_;
    std::mutex mutex_;
    SERVICE_STATUS_HANDLE handle_ = nullptr;  // needs no closing
    bool stopped_ = false;
};

Status WindowsServiceSession::connect(const std::string& name) {
    handle_ = RegisterServiceCtrlHandlerExW(to_wide(name).c_str(), handle_control, this);
    if (handle_ == nullptr) {
        return fail_with(ErrorKind::scm_failed, "cannot register the control handler of the service " + name,
                         GetLastError());
    }
    return {};
}

Status WindowsServiceSession::report(const SessionReport& report) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) {
        return {};
    }
    stopped_ = report.state == ServiceState::stopped;
    SERVICE_STATUS status = to_service_status(report);
    if (SetServiceStatus(handle_, &status) == 0) {
        return fail_with(ErrorKind::scm_failed, "cannot report the service's state to the SCM", GetLastError());
    }
    return {};
}

constexpr std::chrono::seconds k_patience_with_service_main{2};

// ServiceMain gets no parameter of ours, and a process is one service.
struct ServiceEntry {
    std::string name;
    std::function<void(ServiceSession&)> body;
    std::unique_ptr<WindowsServiceSession> session;
    Status connected;
    std::binary_semaphore main_is_over{0};
};

// Never destroyed: the dispatcher returns as soon as the SCM has seen STOPPED, while the thread of ServiceMain, and
// one that delivers a control, may still be on their way out.
ServiceEntry& service() {
    static ServiceEntry& entry = *new ServiceEntry;
    return entry;
}

// The exit code of a body that did not end as it should.
DWORD run_body(ServiceSession& session) {
    try {
        service().body(session);
        return ERROR_PROCESS_ABORTED;
    } catch (...) {
        return ERROR_EXCEPTION_IN_SERVICE;
    }
}

void run_session(ServiceEntry& entry, std::vector<std::string> extra) {
    entry.session = std::make_unique<WindowsServiceSession>(std::move(extra));
    entry.connected = entry.session->connect(entry.name);
    if (!entry.connected) {
        return;
    }
    const DWORD exit_code = run_body(*entry.session);
    SessionReport report;
    report.state = ServiceState::stopped;
    report.win32_exit_code = exit_code;
    (void)entry.session->report(report);  // does nothing if the body reported STOPPED
}

void WINAPI service_main(DWORD count, wchar_t** arguments) {
    std::vector<std::string> extra;
    for (DWORD i = 1; i < count; ++i) {
        extra.push_back(from_wide(arguments[i]));
    }
    run_session(service(), std::move(extra));
    service().main_is_over.release();
}

}  // namespace

Status run_service_session(const std::string& name, std::function<void(ServiceSession&)> body) {
    service().name = name;
    service().body = std::move(body);
    std::wstring wide_name = to_wide(name);
    const std::array<SERVICE_TABLE_ENTRYW, 2> table{
        SERVICE_TABLE_ENTRYW{wide_name.data(), service_main},
        SERVICE_TABLE_ENTRYW{nullptr, nullptr},
    };
    if (StartServiceCtrlDispatcherW(table.data()) == 0) {
        return fail_with(ErrorKind::scm_failed, "cannot run as the service " + name, GetLastError());
    }
    // What the body refers to belongs to our caller and goes when this returns.
    (void)service().main_is_over.try_acquire_for(k_patience_with_service_main);
    return service().connected;
}

}  // namespace svcwrap::platform
