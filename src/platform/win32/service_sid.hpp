#pragma once
// The SID that Windows gives to a service's virtual account (NT SERVICE\name). Internal to platform/win32.
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace svcwrap::platform::win32 {

// "S-1-5-80-..." by Windows' rule: the SHA-1 of the upper-case UTF-16 name. LookupAccountName knows the account only
// once the service exists, but the service's folder is made before it.
[[nodiscard]] Result<std::string> service_sid(std::string_view service_name);

}  // namespace svcwrap::platform::win32
