#pragma once
// Security descriptors of folders and the identity of this process. Internal to platform/win32.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "platform/file_system.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

// The SDDL of a private folder: owned by Administrators and protected from inheritance; SYSTEM and Administrators full
// control, and `extra_account` (a name or a SID; may be empty) the right; inherited by everything in it. Errors:
// not_found (no such account).
[[nodiscard]] Result<std::string> private_folder_sddl(const std::string& extra_account, FolderRight right);

// The self-relative descriptor that the SDDL text describes.
[[nodiscard]] Result<LocalMemory> parse_sddl(const std::string& sddl);

// Gives an existing folder that owner and DACL. A folder that is a reparse point, or that belongs to anybody but
// SYSTEM, Administrators, TrustedInstaller or this user, is refused (access_denied): its owner could undo the
// protection.
[[nodiscard]] Status protect_existing_folder(const std::string& path, PSECURITY_DESCRIPTOR descriptor);

// The DACL of a file that does not just inherit it; nothing otherwise, also if it cannot be read. Cheap: no library is
// loaded for it, as GetNamedSecurityInfo does.
struct OwnDacl {
    std::vector<std::byte> descriptor;  // self-relative
    bool is_protected = false;
};
[[nodiscard]] std::optional<OwnDacl> own_dacl_of(const std::wstring& path);
// Gives it to a file that was opened with WRITE_DAC. Returns 0 or Windows' code.
[[nodiscard]] DWORD set_dacl(HANDLE file, OwnDacl& dacl);

// The SID of the user of this process, as text.
[[nodiscard]] Result<std::string> user_sid();

// True if this process may administer services: an enabled member of Administrators, as elevated administrators and
// LocalSystem are. In the filtered token of a not elevated administrator the group is for denying only: false.
[[nodiscard]] bool is_administrator();

}  // namespace svcwrap::platform::win32
