#pragma once
// Keeps one small file up to date off the control loop. Only the newest content counts: while the disk is busy, older
// ones that wait are passed over. What could not be written is tried again, with growing pauses, until it is written
// or replaced by something newer.
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

// One thread uses it.
class NewestWriter {
public:
    using Content = std::function<std::string()>;

    // `told` is called on the writing thread when writing begins to fail, with the error, and when it works again.
    NewestWriter(platform::FileSystem& files, std::string path, std::function<void(Status)> told,
                 Duration settle_time = k_settle_time);
    // Leaves a thread that hangs in the disk to itself.
    ~NewestWriter();
    NewestWriter(const NewestWriter&) = delete;
    NewestWriter& operator=(const NewestWriter&) = delete;

    // Never blocks. `content` is called on the writing thread, at most once per attempt.
    void write(Content content);
    // Takes nothing more and has what there is written at once, without waiting for that.
    void finish();
    // Waits until the newest content is written, at most that long; false if it is not. Nothing is written afterwards.
    bool close(Duration patience);

private:
    struct Desk;
    std::shared_ptr<Desk> desk_;
    std::thread thread_;
};

}  // namespace svcwrap::host
