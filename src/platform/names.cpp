// What is the same on every system: the names of the seam's enums and the numbers of service controls.
#include <array>

#include "platform/process.hpp"
#include "platform/service_manager.hpp"
#include "platform/service_session.hpp"

namespace svcwrap::platform {

namespace {

struct ControlCode {
    std::uint32_t code;  // winsvc.h, SERVICE_CONTROL_*
    ServiceControl control;
};

constexpr std::array k_control_codes{
    ControlCode{.code = 0x1, .control = ServiceControl::stop},
    ControlCode{.code = 0x2, .control = ServiceControl::pause},
    ControlCode{.code = 0x3, .control = ServiceControl::resume},
    ControlCode{.code = 0x4, .control = ServiceControl::interrogate},
    ControlCode{.code = 0x5, .control = ServiceControl::shutdown},
    ControlCode{.code = 0x6, .control = ServiceControl::parameter_change},
    ControlCode{.code = 0xF, .control = ServiceControl::preshutdown},
};

}  // namespace

std::string_view name_of(LaunchStage stage) {
    switch (stage) {
        case LaunchStage::resolve_executable:
            return "resolve executable";
        case LaunchStage::open_pipes:
            return "open pipes";
        case LaunchStage::make_job:
            return "make job";
        case LaunchStage::create_process:
            return "create process";
        case LaunchStage::assign_job:
            return "assign job";
        case LaunchStage::resume:
            return "resume";
    }
    return "unknown stage";
}

std::string_view name_of(ServiceState state) {
    switch (state) {
        case ServiceState::stopped:
            return "stopped";
        case ServiceState::start_pending:
            return "start-pending";
        case ServiceState::stop_pending:
            return "stop-pending";
        case ServiceState::running:
            return "running";
        case ServiceState::continue_pending:
            return "continue-pending";
        case ServiceState::pause_pending:
            return "pause-pending";
        case ServiceState::paused:
            return "paused";
    }
    return "unknown state";
}

std::string_view name_of(StartMode mode) {
    switch (mode) {
        case StartMode::automatic:
            return "auto";
        case StartMode::delayed_automatic:
            return "delayed-auto";
        case StartMode::manual:
            return "manual";
        case StartMode::disabled:
            return "disabled";
    }
    return "unknown start mode";
}

std::optional<ServiceControl> control_from_code(std::uint32_t code) {
    for (const ControlCode& row : k_control_codes) {
        if (row.code == code) {
            return row.control;
        }
    }
    return std::nullopt;
}

}  // namespace svcwrap::platform
