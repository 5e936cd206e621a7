#pragma once
// From arguments to a request.
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/parts.hpp"
#include "app/requests.hpp"

namespace svcwrap::app {

// Reads the arguments, the program's name first. What stands behind the first "--" belongs to the child, untouched.
// The result is a request, an answer (help, version), or a usage error of one line that names the help to read.
[[nodiscard]] std::expected<std::variant<Request, Answer>, Failure> parse_command_line(
    const std::vector<std::string>& arguments);

// The commands that users call, in the order of the help.
[[nodiscard]] const std::vector<std::string_view>& public_commands();

// The name that is meant by a misspelled one, or empty if none is near.
[[nodiscard]] std::string_view nearest_command(std::string_view word);

}  // namespace svcwrap::app
