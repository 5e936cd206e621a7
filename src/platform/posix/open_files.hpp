#pragma once
// Open files: AppendFile and ReadFile over descriptors.
#include <memory>
#include <string>

#include "platform/file_system.hpp"

namespace svcwrap::platform::posix {

[[nodiscard]] Result<std::unique_ptr<AppendFile>> open_append_file(const std::string& path);
[[nodiscard]] Result<std::unique_ptr<ReadFile>> open_read_file(const std::string& path);

// renameat2 with RENAME_NOREPLACE: fails with EEXIST instead of replacing.
[[nodiscard]] Status rename_without_replacing(const std::string& from, const std::string& to);

}  // namespace svcwrap::platform::posix
