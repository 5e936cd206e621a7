#pragma once
// Open files and what is done by handle. Internal to platform/win32.
#include "platform/file_system.hpp"
#include "platform/win32/held_folder.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

// `held`: the folder that the file lies right in, or null.
[[nodiscard]] Result<std::unique_ptr<AppendFile>> open_append_file(const std::string& path, const HeldPointer& held);
// In a held folder links are not followed.
[[nodiscard]] Result<std::unique_ptr<ReadFile>> open_read_file(const std::string& path, const HeldPointer& held);
// The same as FileSystem::rename() for a file of a held folder.
[[nodiscard]] Status rename_held_file(const std::string& from, const std::string& to, const HeldPointer& held);

// Renames the open file (opened with DELETE access). Returns 0 or Windows' code; nothing has changed on failure.
// With `replace` a file of that name is replaced, even while others have it open.
[[nodiscard]] DWORD rename_by_handle(HANDLE file, const std::wstring& new_path, bool replace);

// Removes the file itself, a link too (but for a held folder, where they stay) and never its target. One that is not
// there is success.
[[nodiscard]] Status remove_by_handle(const std::string& path, const HeldPointer& held);

// 100 ns since 1601 (FILETIME) as wall time.
[[nodiscard]] WallTime to_wall_time(const FILETIME& time);
[[nodiscard]] FILETIME to_file_time(WallTime time);

}  // namespace svcwrap::platform::win32
