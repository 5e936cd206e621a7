#pragma once
// SIDs and the names of accounts. Internal to platform/win32.
#include <string>

#include "base/error.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

// "S-1-5-18". Error: internal (no valid SID).
[[nodiscard]] Result<std::string> sid_to_text(PSID sid);
// The SID that the text describes; its memory is LocalAlloc's. Error: internal.
[[nodiscard]] Result<LocalMemory> sid_from_text(const std::string& text);
// The user of this process.
[[nodiscard]] Result<std::string> own_user_sid();

struct NamedAccount {
    std::string domain;  // may be empty
    std::string name;
    std::string sid;
    SID_NAME_USE use = SidTypeUnknown;
};
// Asks the machine, then its domain: may take long where a domain controller is slow. Error: not_found.
[[nodiscard]] Result<NamedAccount> look_up_name(const std::string& name);
[[nodiscard]] Result<NamedAccount> look_up_sid(const std::string& sid);

}  // namespace svcwrap::platform::win32
