#pragma once
// Keeps the history of runs in memory and on disk (run_history.hpp), off the control loop.
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/loop_context.hpp"
#include "host/newest_writer.hpp"
#include "host/run_history.hpp"
#include "host/run_tail.hpp"
#include "host/worker.hpp"
#include "logs/options.hpp"

namespace svcwrap::host {

// Lives on the control loop.
class HistoryKeeper {
public:
    // `path` empty: kept nowhere but here. `told` as of NewestWriter; also when the file cannot be read for now, and
    // when it can again.
    HistoryKeeper(LoopContext context, std::string path, std::function<void(Status)> told);

    // Reads what earlier lives left, on a worker, again and again while the system refuses. Nothing is written before
    // that is done. A file that was read and is not whole is put aside as PATH.damaged.
    void load();
    // Waits for that, at most that long, at the end: the loop needs not run any more.
    void wait_until_loaded(Duration patience);

    // What the lines of later runs are read as, and what is left out of all lines from now on.
    void configure(const logs::Options& options);

    // The story of a run, in this order; what is told of a run that is not known is ignored.
    void begin(RunRecord record);
    void started(std::uint64_t run, std::uint32_t process_id);
    void ready(std::uint64_t run);
    void over(RunRecord record);  // all but what begin(), started() and ready() told, and the last lines
    // All of its output has been read.
    void output_ended(std::uint64_t run);

    // Of the newest run; null before the first.
    [[nodiscard]] std::shared_ptr<RunTail> tail() const;
    // As of NewestWriter.
    void finish();
    bool close(Duration patience);
    void settle(Duration patience);

private:
    // What was read, on its way from the worker.
    class Found {
    public:
        void put(std::vector<RunRecord> records) {
            const std::lock_guard lock(mutex_);
            records_ = std::move(records);
        }
        [[nodiscard]] std::optional<std::vector<RunRecord>> take() {
            const std::lock_guard lock(mutex_);
            return std::exchange(records_, std::nullopt);
        }

    private:
        std::mutex mutex_;
        std::optional<std::vector<RunRecord>> records_;
    };
    struct Entry {
        std::shared_ptr<const RunRecord> record;  // never changed, only replaced: the writing thread reads it
        std::shared_ptr<RunTail> tail;            // null once its lines are in the record for good
    };

    void take_loaded();
    [[nodiscard]] Entry* find(std::uint64_t run);
    void replace(Entry& entry, RunRecord record);
    void bound();
    void write();

    LoopContext context_;
    const std::string path_;
    std::function<void(Status)> told_;
    std::deque<Entry> entries_;
    std::shared_ptr<RunTail> newest_tail_;
    logs::Options logs_;
    bool loaded_ = false;
    std::unique_ptr<NewestWriter> writer_;  // null: kept nowhere
    std::shared_ptr<std::atomic<bool>> closing_ = std::make_shared<std::atomic<bool>>(false);
    std::shared_ptr<Found> found_ = std::make_shared<Found>();
    Worker reader_{1};
};

}  // namespace svcwrap::host
