#pragma once
// Commands that take dangerous rights away. Internal to guard.
#include <string>
#include <vector>

#include "guard/rights.hpp"

namespace svcwrap::guard {

// For cmd.exe and PowerShell alike, to be run in an elevated prompt.
[[nodiscard]] std::vector<std::string> fix_commands(const platform::ObjectSecurity& object, const Grant& grant);

// The owner and the DACL as SDDL, which `sc sdset` takes.
[[nodiscard]] std::string to_sddl(const platform::SecurityDescriptor& descriptor);

}  // namespace svcwrap::guard
