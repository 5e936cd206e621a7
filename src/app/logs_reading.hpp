#pragma once
// The lines of several logs as one, in the order of their times. Each object belongs to one thread.
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/logs_plan.hpp"
#include "logs/reader.hpp"

namespace svcwrap::app {

struct LogLine {
    const LogPart* part = nullptr;
    logs::LogRecord record;
};

// A follower that was held up, as by somebody who marks text in a console, has no more than this of a log in memory.
inline constexpr ByteSize k_most_waiting = 4_MiB;

// One series of files, whose records pass as its part says.
class PartReader {
public:
    PartReader(const AppParts& parts, const LogPart& part);

    // Reads the newest ones from the end. `to_follow`: poll() will be called.
    [[nodiscard]] Status begin_at_end(std::size_t count, bool to_follow);
    // Reads all from the front, one at a time; with a count, the newest ones of what passes.
    [[nodiscard]] Status begin_at_front(std::optional<std::size_t> count, bool to_follow);
    // The next one of those; nothing behind the last one.
    [[nodiscard]] Result<std::optional<logs::LogRecord>> next();
    // What was written since the begin or the last call is what next() gives now, behind what it has still. If that is
    // much, `full` is called in between: it takes what next() has; what it leaves is lost.
    [[nodiscard]] Status poll(const std::function<void()>& full);

    [[nodiscard]] const LogPart& part() const { return part_; }
    [[nodiscard]] logs::UnreadFiles unread() const;

private:
    [[nodiscard]] bool understand(logs::LogRecord& record) const;
    void keep(std::vector<logs::LogRecord> records, std::size_t count);
    [[nodiscard]] Result<std::optional<logs::LogRecord>> next_of_cursor();

    const LogPart& part_;
    logs::LogFilter reader_filter_;  // what the files themselves are asked for
    logs::LogFollower follower_;
    std::unique_ptr<logs::LogCursor> cursor_;
    platform::FileSystem& files_;
    std::deque<logs::LogRecord> waiting_;
    std::size_t polled_bytes_ = 0;  // of those that wait
};

// The readers of a plan, merged. A line without a time stands behind the one before it in its file.
class LogReading {
public:
    // The plan outlives this.
    LogReading(const AppParts& parts, const LogsPlan& plan);

    // Begins with what is there.
    [[nodiscard]] Status begin(bool to_follow);
    [[nodiscard]] Result<std::optional<LogLine>> next();
    // Lets next() give what was written meanwhile. If that is much, `show` is called in between, which takes all that
    // next() gives; of several logs, each is read on by itself then.
    [[nodiscard]] Status poll(const std::function<Status()>& show);
    [[nodiscard]] logs::UnreadFiles unread() const;

private:
    struct Source {
        std::unique_ptr<PartReader> reader;
        std::optional<logs::LogRecord> head;
        WallTime order = WallTime::min();  // of the head
    };

    [[nodiscard]] Status advance(Source& source);
    [[nodiscard]] Status advance_all();
    [[nodiscard]] Status skip_old_ones();

    const LogsPlan& plan_;
    std::vector<Source> sources_;
    std::deque<LogLine> kept_;
};

// A line of the journal ("2026-11-21T10:00:00.123Z warning text") understood. Pure.
[[nodiscard]] logs::LogRecord event_of(logs::LogRecord raw);

}  // namespace svcwrap::app
