#pragma once
// Reading the files of a stream while it is being written: current, rotated and compressed ones, in order. Nothing here
// ever keeps the writer from writing, rotating or removing. A file that is removed while it is read is left out.
// Each object belongs to one thread at a time.
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "logs/log_record.hpp"
#include "logs/reader_files.hpp"
#include "platform/system.hpp"

namespace svcwrap::logs {

// The paths of the files as they are now, oldest first, the current one last: those that can hold lines between the
// filter's moments.
[[nodiscard]] Result<std::vector<std::string>> list_log_files(platform::FileSystem& files, const std::string& folder,
                                                              const std::string& stream, const LogFilter& filter = {});

struct Snapshot;

// All records that pass, oldest first, one at a time. What is written after the first call is left out.
class LogCursor {
public:
    LogCursor(platform::FileSystem& files, std::string folder, std::string stream, Format format, LogFilter filter);
    // Of the files as they were at that look.
    LogCursor(StreamFiles where, Format format, LogFilter filter, Snapshot snapshot);

    // Nothing behind the last one. A file that can't be read to its end ends there, and is one of unread().
    [[nodiscard]] Result<std::optional<LogRecord>> next();
    [[nodiscard]] const UnreadFiles& unread() const { return unread_; }

private:
    Status begin();
    void choose(Snapshot snapshot);
    Status open_next();

    const StreamFiles where_;
    const Format format_;
    const LogFilter filter_;
    bool has_begun_ = false;
    bool has_files_ = false;
    std::vector<RotatedFile> rotated_;
    std::size_t next_rotated_ = 0;
    std::shared_ptr<platform::ReadFile> current_;
    std::uint64_t current_size_ = 0;
    std::unique_ptr<ForwardLines> lines_;
    std::string path_;  // of the file that they are in
    UnreadFiles unread_;
};

inline constexpr Duration k_quiet_line = std::chrono::seconds(1);

// The last records, and then those that are written, over all rotations.
class LogFollower {
public:
    using Sink = std::function<void(const LogRecord&)>;

    LogFollower(platform::FileSystem& files, platform::Clock& clock, std::string folder, std::string stream,
                Format format, LogFilter filter);

    // The last `count` records that pass, oldest first. Reads from the end, and no more than it has to. Once, before
    // poll(). `to_follow`: a line that has no end yet is left to poll().
    [[nodiscard]] Result<std::vector<LogRecord>> last(std::size_t count, bool to_follow = false);
    // All that are there now and pass, one at a time, in the place of last(): poll() goes on behind them.
    [[nodiscard]] Result<LogCursor> all();
    // Gives away what was written since last() or the last call, and returns whether there was any: whole lines, and
    // one without an end that has not grown for k_quiet_line. To be called again and again, some ten times a second.
    [[nodiscard]] Result<bool> poll(const Sink& sink);
    [[nodiscard]] const UnreadFiles& unread() const { return unread_; }

private:
    [[nodiscard]] Result<Snapshot> begin(bool to_follow);
    Status leave_unfinished_line();
    Status collect(std::vector<LogRecord>& newest_first, std::size_t count, bool to_follow);
    Status collect_plain(platform::ReadFile& file, std::uint64_t end, std::vector<LogRecord>& newest_first,
                         std::size_t count);
    void collect_compressed(const RotatedFile& which, std::unique_ptr<GzipReader> file,
                            std::vector<LogRecord>& newest_first, std::size_t count);
    Status drain(const Sink& sink);
    void give(std::string_view line, const Sink& sink);
    void give_rest(const Sink& sink);
    void give_quiet_line(const Sink& sink);
    Result<bool> follow_rotation(const Sink& sink);
    [[nodiscard]] bool is_open_one(const RotatedFile& file) const;
    Status read_whole(const RotatedFile& file, const Sink& sink);
    Status follow_replacement();
    [[nodiscard]] bool may_have_rotated();

    const StreamFiles where_;
    platform::Clock& clock_;
    const Format format_;
    const LogFilter filter_;
    bool has_begun_ = false;
    std::optional<WallTime> newest_rotated_;  // as far as it was read
    std::shared_ptr<platform::ReadFile> current_;
    std::uint64_t offset_ = 0;  // in it, of what was read
    std::string partial_;       // of a line whose end was not read
    TimePoint grown_at_{};      // that line
    bool gave_any_ = false;
    UnreadFiles unread_;
    bool was_missing_ = false;  // there was no current file at the last look
    std::optional<WallTime> folder_time_;
    TimePoint next_list_{};
};

// The last `count` records that pass, oldest first.
[[nodiscard]] Result<std::vector<LogRecord>> read_last(platform::FileSystem& files, platform::Clock& clock,
                                                       const std::string& folder, const std::string& stream,
                                                       Format format, LogFilter filter, std::size_t count);

}  // namespace svcwrap::logs
