#pragma once
// Open files: AppendFile and ReadFile over descriptors.
#include <memory>
#include <string>

#include "platform/file_system.hpp"
#include "platform/posix/held_folder.hpp"

namespace svcwrap::platform::posix {

// `held`: the folder that the file lies right in, or null.
[[nodiscard]] Result<std::unique_ptr<AppendFile>> open_append_file(const std::string& path, const HeldPointer& held);
// In a held folder links are not followed.
[[nodiscard]] Result<std::unique_ptr<ReadFile>> open_read_file(const std::string& path, const HeldPointer& held);

// renameat2 with RENAME_NOREPLACE: fails with EEXIST instead of replacing. `held`: the folder of both, or null.
[[nodiscard]] Status rename_without_replacing(const std::string& from, const std::string& to, const HeldPointer& held);

}  // namespace svcwrap::platform::posix
