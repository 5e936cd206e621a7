#pragma once
// errno as an Error.
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace svcwrap::platform::posix {

[[nodiscard]] ErrorKind kind_of_errno(int code);

// "<attempt> <path>: <words of the system>", with the kind that belongs to the code.
[[nodiscard]] std::unexpected<Error> fail_errno(std::string_view attempt, const std::string& path, int code);

}  // namespace svcwrap::platform::posix
