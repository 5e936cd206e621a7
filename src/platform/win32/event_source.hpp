#pragma once
// Sources of the Event Log in the registry. Internal to platform/win32.
#include <string>

#include "base/error.hpp"

namespace svcwrap::platform::win32 {

// As platform::EventLog::register_source and remove_source, for a source of any name.
[[nodiscard]] Status register_event_source(const std::wstring& name);
[[nodiscard]] Status remove_event_source(const std::wstring& name);

}  // namespace svcwrap::platform::win32
