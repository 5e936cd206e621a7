#pragma once
// What HandlerEx answers, apart from the SCM, so that it can be tested without one. Internal to platform/win32.
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "platform/service_session.hpp"

namespace svcwrap::platform::win32 {

// Thread-safe. Keeps the controls that come before the handler is set, and hands them over then.
class ControlHandler {
public:
    // HandlerEx's result for a control code: NO_ERROR (0) or ERROR_CALL_NOT_IMPLEMENTED (120).
    [[nodiscard]] std::uint32_t handle(std::uint32_t code);
    // Sets or replaces the handler, which must not be empty; controls that waited are delivered to it before this
    // returns. An old one is not running then and will not be called again. Not to be called from within a handler.
    void set(std::function<bool(ServiceControl)> handler);

private:
    std::mutex mutex_;
    std::function<bool(ServiceControl)> handler_;
    std::vector<ServiceControl> waiting_;
};

}  // namespace svcwrap::platform::win32
