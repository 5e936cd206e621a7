#pragma once
// Keeps one small file up to date off the control loop. Only the newest content counts: while the disk is busy, older
// ones that wait are passed over. What could not be written is tried again, with growing pauses, until it is written
// or replaced by something newer.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "base/time.hpp"
#include "platform/file_system.hpp"

namespace svcwrap::host {

// The pauses between two attempts double from the first to the longest.
inline constexpr Duration k_first_rewrite_pause = std::chrono::milliseconds(500);
inline constexpr Duration k_longest_rewrite_pause = std::chrono::seconds(30);

// Changes come in groups, and each write waits for the disk: how long something newer is waited for.
inline constexpr Duration k_settle_time = std::chrono::milliseconds(20);

// What the content must outlive.
enum class Outlives : std::uint8_t {
    process,  // the disk is never waited for: after a power cut the file may be an older one, or make no sense
    // Each content is on the disk before it replaces the one before; but the last one, which others wait for, is there
    // for readers first and on the disk right afterwards: a power cut in between has the same effect as above.
    power_cut,
};

// One thread uses it.
class NewestWriter {
public:
    using Content = std::function<std::string()>;

    // `told` is called on the writing thread when writing begins to fail, with the error, and when it works again.
    NewestWriter(platform::FileSystem& files, std::string path, Outlives outlives, std::function<void(Status)> told,
                 Duration settle_time = k_settle_time);
    // Leaves a thread that hangs in the disk to itself.
    ~NewestWriter();
    NewestWriter(const NewestWriter&) = delete;
    NewestWriter& operator=(const NewestWriter&) = delete;

    // Never blocks. `content` is called on the writing thread, at most once per attempt.
    void write(Content content);
    // Takes nothing more and has what there is written at once, without waiting for that.
    void finish();
    // Waits until readers find the newest content, which then outlives the process, at most that long; false if they
    // do not. Nothing is written and nobody is told afterwards.
    bool close(Duration patience);
    // After close(): waits until the last content is on the disk, at most that long. A disk that does not take it is
    // told to nobody: the content is there unless the power fails.
    void settle(Duration patience);

private:
    struct Desk;
    std::shared_ptr<Desk> desk_;
    std::thread thread_;
};

}  // namespace svcwrap::host
