#pragma once
// The stream of log_stream.hpp in raw format, and the files below the other formats.
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "logs/atomic_counters.hpp"
#include "logs/line_cut.hpp"
#include "logs/log_stream.hpp"
#include "logs/retention.hpp"
#include "logs/trouble.hpp"

namespace svcwrap::logs {

class FileLogStream final : public LogStream {
public:
    // Makes a whole line, newline included, of what the wrapper itself has to say in the log.
    using NoteFormat = std::function<std::string(std::string_view)>;

    FileLogStream(std::string name, const Options& options, StreamContext context, NoteFormat note_format);
    ~FileLogStream() override;

    using LogStream::write;
    Status write(std::span<const std::byte> bytes, Source source) override;
    void begin_run(std::uint64_t /*run*/, std::uint32_t /*pid*/) override {}
    Status finish() override;
    std::size_t best_write_size() const override;
    void tick() override;
    std::optional<TimePoint> next_deadline() const override;
    void configure(const Options& options) override;
    void request_rotation() override { rotation_requested_ = true; }
    void cancel() override { cancelled_ = true; }
    StreamCounters counters() const override { return counters_.snapshot(); }
    std::string current_path() const override { return path_; }
    // What comes next begins a line, though the last one of the dropped bytes had no end.
    void begin_line();

private:
    // What to do about a write that failed.
    enum class Patience : std::uint8_t { again, drop, cancelled };
    // Output that is being dropped.
    struct Drop {
        WallTime since{};
        WallTime until{};
        std::uint64_t bytes = 0;
        std::uint64_t line_bytes = 0;  // dropped of a line that has not ended
        TimePoint retry_at{};
        LineEnds ends;  // of what is dropped
    };

    // ---- writing ----
    Status write_bytes(std::string_view rest);
    [[nodiscard]] Cut next_cut(std::string_view rest) const;
    [[nodiscard]] std::size_t append(std::string_view bytes);
    [[nodiscard]] bool wait_until_open();
    [[nodiscard]] bool end_torn_record();
    [[nodiscard]] bool survive_failure(const Error& error);
    [[nodiscard]] bool is_kept_open(const Error& error) const;
    [[nodiscard]] Patience patience_with(const Error& error);
    void pause();
    void account(std::string_view written);
    void end_write_trouble();
    Status give_up(std::string_view rest);

    // ---- dropping ----
    void drop(std::string_view bytes);
    [[nodiscard]] bool may_resume(std::string_view& rest);
    [[nodiscard]] bool write_drop_record();
    void tell_loss();

    // ---- the current file ----
    Status ensure_open();
    Status open_current();
    Status hold_folder();
    void begin_first_file();
    [[nodiscard]] bool has_torn_end() const;
    void check_name(TimePoint now);
    [[nodiscard]] bool is_somebody_elses() const;
    void begin_anew();
    void flush();

    // ---- what time and the user demand ----
    void look_after();
    void take_new_options();
    void check_schedule();
    void plan_next_rotation(WallTime now);
    void check_disk(TimePoint now);
    void check_sync(TimePoint now);

    // ---- rotation ----
    [[nodiscard]] bool may_rotate_now() const;
    void rotate();
    Status rename_current();
    void defer_rotation(const Error& error);
    void keep_house();
    void hand_over_to_housekeeper(const CleanUpResult& result);
    void prune();
    void tell_of_housekeeping(const std::optional<Error>& error);

    void complain(Subject subject, bool lasts, std::string text) const;
    [[nodiscard]] std::string in_folder(std::string_view name) const;

    const std::string name_;
    const StreamContext context_;
    const NoteFormat note_format_;
    const std::string directory_;
    const std::string path_;
    Options options_;               // of the writing thread
    std::mutex new_options_mutex_;  // of the two below
    Options new_options_;
    std::atomic<bool> has_new_options_{false};

    std::shared_ptr<const platform::HeldFolder> folder_;
    std::string final_path_;  // of the folder, when it was held first; empty if that is not known

    std::unique_ptr<platform::AppendFile> file_;  // null while it can't be opened
    std::uint64_t size_ = 0;                      // of the current file
    std::uint64_t line_bytes_ = 0;                // behind its last newline, as far as this stream wrote them
    LineEnds ends_;                               // of what this stream wrote
    bool was_open_ = false;
    bool owes_newline_ = false;  // to the last record of an earlier life
    std::size_t failures_in_a_row_ = 0;
    Patience patience_ = Patience::again;
    Backoff write_pause_{k_first_write_pause, k_longest_write_pause};
    std::optional<Drop> drop_;
    std::uint64_t told_loss_ = 0;  // bytes
    TimePoint next_name_check_{};
    std::optional<TimePoint> dirty_since_;  // written and not flushed, where options_.sync wants that

    std::shared_ptr<DiskWatch> disk_watch_;
    DiskLevel disk_level_ = DiskLevel::normal;
    TimePoint next_disk_check_{};

    std::optional<WallTime> next_rotation_;  // by the clock on the wall
    WallTime planned_at_{};
    std::optional<WallTime> last_written_;  // in an earlier life
    WallTime earliest_moment_{};            // of the next rotation: behind all earlier ones
    Backoff rotation_pause_{k_first_rotation_pause, k_longest_rotation_pause};
    std::optional<TimePoint> rotation_deferred_until_;

    Trouble write_trouble_;
    Trouble rotation_trouble_;
    Trouble housekeeping_trouble_;
    Trouble sync_trouble_;
    AtomicCounters counters_;
    std::atomic<bool> rotation_requested_{false};
    std::atomic<bool> cancelled_{false};
};

}  // namespace svcwrap::logs
