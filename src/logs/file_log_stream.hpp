#pragma once
// The stream of log_stream.hpp in raw format.
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "logs/line_cut.hpp"
#include "logs/log_stream.hpp"
#include "logs/trouble.hpp"

namespace svcwrap::logs {

class FileLogStream final : public LogStream {
public:
    FileLogStream(std::string name, const Options& options, StreamContext context);

    Status write(std::span<const std::byte> bytes) override;
    void configure(const RotateOptions& rotate, const KeepOptions& keep) override;
    void request_rotation() override { rotation_requested_ = true; }
    void cancel() override { cancelled_ = true; }
    StreamCounters counters() const override;
    std::string current_path() const override { return path_; }

private:
    // Written by the writing thread, read by any.
    struct AtomicCounters {
        std::atomic<std::uint64_t> bytes{0};
        std::atomic<std::uint64_t> lines{0};
        std::atomic<std::uint64_t> rotations{0};
        std::atomic<std::uint64_t> rotations_deferred{0};
        std::atomic<std::uint64_t> write_errors{0};
        std::atomic<std::uint64_t> removed_files{0};
        std::atomic<std::uint64_t> housekeeping_errors{0};
        std::atomic<std::uint64_t> lost_bytes{0};
    };

    // ---- writing ----
    [[nodiscard]] Cut next_cut(std::string_view rest) const;
    [[nodiscard]] std::size_t append(std::string_view bytes);
    [[nodiscard]] bool wait_until_open();
    [[nodiscard]] bool survive_failure(const Error& error);
    void account(std::string_view written);
    [[nodiscard]] std::unexpected<Error> give_up(std::size_t unwritten);
    void adopt_settings();

    // ---- the current file ----
    Status ensure_open();
    Status open_current();
    void begin_first_file();
    void check_name();
    void begin_anew();

    // ---- rotation ----
    [[nodiscard]] bool may_rotate_now() const;
    void rotate();
    Status rename_current();
    void defer_rotation(const Error& error);
    void keep_house();

    void complain(std::string text) const;

    const std::string name_;
    Options options_;  // the writing thread's own
    const StreamContext context_;
    const std::string path_;

    std::unique_ptr<platform::AppendFile> file_;  // null while it can't be opened
    std::uint64_t size_ = 0;                      // of the current file
    std::uint64_t line_bytes_ = 0;                // behind its last newline, as far as this stream wrote them
    bool was_open_ = false;
    std::size_t failures_in_a_row_ = 0;
    Backoff write_pause_{k_first_write_pause, k_longest_write_pause};
    TimePoint next_name_check_{};

    WallTime earliest_moment_{};  // of the next rotation: behind all earlier ones
    Backoff rotation_pause_{k_first_rotation_pause, k_longest_rotation_pause};
    std::optional<TimePoint> rotation_deferred_until_;

    Trouble write_trouble_;
    Trouble rotation_trouble_;
    Trouble housekeeping_trouble_;
    AtomicCounters counters_;

    // What configure() left for the next write.
    struct Settings {
        RotateOptions rotate;
        KeepOptions keep;
    };
    std::mutex settings_mutex_;
    std::optional<Settings> new_settings_;
    std::atomic<bool> rotation_requested_{false};
    std::atomic<bool> cancelled_{false};
};

}  // namespace svcwrap::logs
