#pragma once
// Work on rotated files that must not hold up the output: compression, and the repair of what an earlier life left
// unfinished. The owner runs it on a thread of its own, of low priority.
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "logs/report.hpp"
#include "logs/trouble.hpp"
#include "logs/unique_queue.hpp"
#include "platform/file_system.hpp"
#include "platform/system.hpp"

namespace svcwrap::logs {

struct HousekeeperCounters {
    std::uint64_t compressed_files = 0;
    std::uint64_t plain_bytes = 0;       // of them, before
    std::uint64_t compressed_bytes = 0;  // and after
    std::uint64_t repaired_files = 0;    // unfinished or doubled ones that were cleared away
    std::uint64_t errors = 0;            // a file that failed stays as it is and is tried again after the next rotation
};

// Thread-safe. One for all streams of a service.
class Housekeeper {
public:
    // `complain` is called on the thread of run_once(): once when trouble begins, once when it is over.
    Housekeeper(platform::FileSystem& files, platform::Clock& clock, Complain complain);

    // Called, on the thread of whoever brings work, when there is some: wakes the thread that calls run_once().
    // To be set before the first stream is opened.
    void on_work(std::function<void()> wake) { wake_ = std::move(wake); }

    using Folder = std::shared_ptr<const platform::HeldFolder>;
    // The rotated file at this path becomes path.gz; also if an earlier attempt was cut short at any point. `folder`,
    // the one that it lies in, is held until that is done; may be null.
    void compress_later(const std::string& path, Folder folder = nullptr);
    // The file of an attempt that was cut short.
    void discard_later(const std::string& path, Folder folder = nullptr);

    // Does one piece of work: one file. False if there was none.
    bool run_once();
    // Ends the piece at hand soon, and all that waits: at a stop. From any thread.
    void cancel() { cancelled_ = true; }
    [[nodiscard]] HousekeeperCounters counters() const;

private:
    enum class Kind : std::uint8_t { compress, discard };
    struct Job {
        Kind kind;
        std::string path;
        Folder folder;
        auto operator<=>(const Job&) const = default;
    };

    void add(Job job);
    bool take(Job& job);
    Status run(const Job& job);
    Status compress(const std::string& path);
    Status compress_anew(const std::string& path);
    Result<bool> is_whole(const std::string& path);
    Status discard(const std::string& path);
    void note(const Status& done);

    platform::FileSystem& files_;
    platform::Clock& clock_;
    const Complain complain_;
    std::function<void()> wake_;
    mutable std::mutex mutex_;
    UniqueQueue<Job> jobs_;  // the first is at hand while run_once() runs
    HousekeeperCounters counters_;
    Trouble trouble_;
    std::atomic<bool> cancelled_{false};
};

}  // namespace svcwrap::logs
