#pragma once
// What remove_tree of platform/ does, with nothing but Windows: the installer's actions are built with it too. Internal
// to platform/win32.
#include <windows.h>

#include <string>

namespace svcwrap::platform::win32 {

// The first thing that could not be removed, with Windows' code; no code = everything is gone.
struct TreeFailure {
    DWORD code = ERROR_SUCCESS;
    std::wstring path;
};

[[nodiscard]] TreeFailure remove_folder_tree(const std::wstring& folder);

// The same of one entry of a folder, if it really lies in it: `folder` is what GetFinalPathNameByHandle says of it. A
// path that leads elsewhere fails with ERROR_CANT_RESOLVE_FILENAME.
[[nodiscard]] TreeFailure remove_entry_of(const std::wstring& folder, const std::wstring& name, bool is_folder);

}  // namespace svcwrap::platform::win32
