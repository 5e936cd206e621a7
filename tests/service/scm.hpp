#pragma once
// The Service Control Manager, asked directly.
#include <windows.h>
#include <winsvc.h>

#include <optional>
#include <string>

namespace svcwrap::testing::scm {

// Nothing if there is no such service.
[[nodiscard]] std::optional<SERVICE_STATUS_PROCESS> query(const std::string& name);
[[nodiscard]] bool exists(const std::string& name);
// dwCurrentState; 0 if there is no such service.
[[nodiscard]] DWORD state_of(const std::string& name);
// Waits for that state; the test fails if it does not come.
void wait_for_state(const std::string& name, DWORD state);
// lpBinaryPathName.
[[nodiscard]] std::string image_path(const std::string& name);

// Each fails the test if the SCM refuses.
void create(const std::string& name, const std::string& command_line);
void start(const std::string& name);
void stop(const std::string& name);

// What ControlService says to a control code of the test's own: NO_ERROR or its error, and the state it answers with.
struct ControlAnswer {
    DWORD error = NO_ERROR;
    SERVICE_STATUS status{};
};
[[nodiscard]] ControlAnswer control(const std::string& name, DWORD code);

// Stops and deletes the service if it is there; ends its process, which the SCM names, if it does not stop.
void clean_up(const std::string& name) noexcept;

}  // namespace svcwrap::testing::scm
