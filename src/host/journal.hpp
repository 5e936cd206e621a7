#pragma once
// The journal: the wrapper's own log. Lines are handed over and written by a thread of its own, in a rotated file, so
// that a stalled disk delays nobody. A line is one event; control characters in it are escaped, so that no child can
// forge one.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "platform/file_system.hpp"
#include "platform/system.hpp"

namespace svcwrap::host {

enum class Severity : std::uint8_t { info, warning, error };

class Journal {
public:
    // Writes to `path` (absolute; empty = to no file). `announce` hears each line as well, on the calling thread.
    Journal(platform::FileSystem& files, platform::Clock& clock, const std::string& path,
            std::function<void(std::string_view)> announce);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    // From the control loop's thread. Never blocks; while the disk stalls the newest lines are counted, not kept.
    void write(Severity severity, std::string_view text);
    // Waits until everything is on its way to the disk, at most that long. Called once, at the end.
    void close(Duration patience);

private:
    class File;
    std::unique_ptr<File> file_;
    std::function<void(std::string_view)> announce_;
};

// The text with its control characters as \n, \t or \xNN and ill-formed UTF-8 replaced.
[[nodiscard]] std::string escape_controls(std::string_view text);

}  // namespace svcwrap::host
