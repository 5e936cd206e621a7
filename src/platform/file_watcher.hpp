#pragma once
// Being told when a file changes.
#include <functional>
#include <memory>
#include <string>

#include "base/error.hpp"

namespace svcwrap::platform {

// Watching ends with the object; the destructor waits for a call of `changed` that runs.
class FileWatch {
public:
    virtual ~FileWatch() = default;
};

// Thread-safe.
class FileWatcher {
public:
    virtual ~FileWatcher() = default;
    // Calls `changed`, on a thread of its own, some time after the file was written, replaced, created or removed; more
    // often is allowed (a change of a neighbour in the same folder). Changes from before the call are not told: whoever
    // read the file before must read it once more. Windows: FindFirstChangeNotification on the folder; Linux: inotify.
    // Errors: not_found (no such folder), io_failed.
    [[nodiscard]] virtual Result<std::unique_ptr<FileWatch>> watch(const std::string& path,
                                                                   std::function<void()> changed) = 0;
};

}  // namespace svcwrap::platform
