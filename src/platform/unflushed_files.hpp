#pragma once
// Replacing files without waiting for the disk: what a FileSystem may be able to do beside.
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "platform/file_system.hpp"

namespace svcwrap::platform {

// Thread-safe. Errors as of FileSystem.
class UnflushedFiles {
public:
    virtual ~UnflushedFiles() = default;
    // As FileSystem::write_whole(), but when it returns the disk may not have the bytes: every reader finds them, and
    // they outlive this process; a power cut before flush_file() has returned may leave the older file, this one, or
    // one whose content makes no sense.
    [[nodiscard]] virtual Status put_whole(const std::string& path, std::string_view bytes) = 0;
    // What put_whole() left there, or somebody else since, is on the disk when this returns (FlushFileBuffers).
    [[nodiscard]] virtual Status flush_file(const std::string& path) = 0;
};

// Of that file system; null where it waits for the disk always.
[[nodiscard]] inline UnflushedFiles* unflushed(FileSystem& files) {
    return dynamic_cast<UnflushedFiles*>(&files);
}

}  // namespace svcwrap::platform
