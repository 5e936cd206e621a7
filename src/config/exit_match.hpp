#pragma once
#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "supervise/options.hpp"

namespace svcwrap::config {

// Reads "3", "-1", "0xC0000005", "100-110", "crash", "timeout", "launch-failure" or "probe-failure". Codes are
// unsigned 32-bit, as Windows keeps them; -1 is 0xFFFFFFFF. Errors: usage, naming the text and the forms.
[[nodiscard]] Result<supervise::ExitMatch> parse_exit_match(std::string_view text);

}  // namespace svcwrap::config
