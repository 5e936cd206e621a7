#pragma once
// What is said over the control channel: one JSON object a line each way. Documented in README.md of this room; a new
// version only adds.
//
//   {"version": 1, "command": "status"}
//   {"version": 1, "ok": true, "result": {...}}
//   {"version": 1, "ok": false, "error": {"kind": "bad_config", "message": "...", "os_code": null, "where": "...",
//                                         "remedy": "..."}, "errors": [...]}
//
// command          result
//   status         {"state": the state file's object, "last_lines": ["..."], "waiting": [{"setting", "needs"}]}
//   reload         {"changed": [{"setting", "before", "after", "needs"}]}; needs = "nothing" | "child-restart" |
//                  "reinstall". Error bad_config: nothing was changed, "errors" has them all
//   restart-child  {}: the stop has begun; status tells the rest
//   rotate         {"logs": ["stdout"]}: asked for at the next end of line of each
//   start-child    {}: a child that waits for its next start is started now; nothing to do in other states
//
// restart-child and start-child of a service that stops, and restart-child while the child is being started, are
// refused with scm_failed and os_code 1061, as the SCM refuses a control. Values of environment variables are not in an
// answer.
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"

namespace svcwrap::host {

inline constexpr int k_control_version = 1;

enum class ControlCommand : std::uint8_t { status, reload, restart_child, rotate, start_child };
inline constexpr std::size_t k_control_command_count = 5;
[[nodiscard]] std::string_view name_of(ControlCommand command);  // "restart-child"

[[nodiscard]] std::string request_line(ControlCommand command);
// Errors: usage (not JSON, no such command, another version), naming what is understood.
[[nodiscard]] Result<ControlCommand> parse_request(std::string_view line);

[[nodiscard]] std::string success_line(Json result);
[[nodiscard]] std::string failure_line(const std::vector<Error>& errors);
// The result of a success; or the errors of a failure, at least one. A line that is neither: io_failed.
[[nodiscard]] std::expected<Json, std::vector<Error>> parse_answer(std::string_view line);

}  // namespace svcwrap::host
