#pragma once
// What an entry of a folder is, told by its open handle. Internal to platform/win32.
#include <functional>
#include <string>

#include "platform/file_type.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

// `path` stands in the error.
[[nodiscard]] Result<FILE_ATTRIBUTE_TAG_INFO> tag_info_of(HANDLE entry, const std::string& path);
[[nodiscard]] Result<FileType> type_of(HANDLE entry, const std::string& path);
// Of the entry with this path and these attributes. Looks at the disk for a reparse point only, which is taken for a
// link if it can't be opened.
[[nodiscard]] FileType type_at(const std::wstring& path, DWORD attributes);

// Opens the file: CreateFile with this disposition and these flags.
using OpenCall = std::function<KernelHandle(DWORD disposition, DWORD flags)>;
// The file itself, or a link itself, never what that leads to. A file whose data a filter of the system brings
// (file_type.hpp) is opened once more through the filter, and must be the same file then.
// Errors: those of fail_file(), access_denied if there was another file at the second look.
[[nodiscard]] Result<KernelHandle> open_itself(const std::string& path, DWORD disposition, const OpenCall& open);

}  // namespace svcwrap::platform::win32
