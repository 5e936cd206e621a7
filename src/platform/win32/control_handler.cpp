#include "platform/win32/control_handler.hpp"

#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

std::uint32_t ControlHandler::handle(std::uint32_t code) {
    const auto control = control_from_code(code);
    if (!control) {
        return ERROR_CALL_NOT_IMPLEMENTED;
    }
    if (control == ServiceControl::interrogate) {
        return NO_ERROR;
    }
    // Called with the lock held, so that controls reach the handler one after the other and in order.
    const std::scoped_lock lock(mutex_);
    if (!handler_) {
        waiting_.push_back(*control);
        return NO_ERROR;
    }
    return handler_(*control) ? NO_ERROR : ERROR_CALL_NOT_IMPLEMENTED;
}

void ControlHandler::set(std::function<bool(ServiceControl)> handler) {
    const std::scoped_lock lock(mutex_);
    handler_ = std::move(handler);
    for (const ServiceControl control : std::exchange(waiting_, {})) {
        handler_(control);
    }
}

}  // namespace svcwrap::platform::win32
