#pragma once
// The stream of log_stream.hpp in every format: chunks to lines to records, which go to the files below. Where no line
// matters (raw, without a rate limit and redaction), chunks go there as they are.
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logs/file_log_stream.hpp"
#include "logs/line_format.hpp"
#include "logs/line_splitter.hpp"
#include "logs/linear_regex.hpp"
#include "logs/rate_limiter.hpp"
#include "logs/redact.hpp"
#include "logs/utf16_decoder.hpp"

namespace svcwrap::logs {

class LineLogStream final : public LogStream {
public:
    LineLogStream(const std::string& name, const Options& options, const StreamContext& context);
    ~LineLogStream() override;

    using LogStream::write;
    Status write(std::span<const std::byte> bytes, Source source) override;
    void begin_run(std::uint64_t run, std::uint32_t pid) override;
    Status finish() override;
    std::size_t best_write_size() const override;
    void tick() override;
    std::optional<TimePoint> next_deadline() const override;
    void configure(const Options& options) override;
    void request_rotation() override { files_.request_rotation(); }
    void cancel() override { files_.cancel(); }
    StreamCounters counters() const override;
    std::string current_path() const override { return files_.current_path(); }

private:
    // What of a pipe is not written yet.
    struct Pipe {
        LineSplitter splitter{0};
        Utf16Decoder decoder;
        bool in_line = false;                       // a part of the line was written, or suppressed
        bool is_suppressed = false;                 // the line at hand
        std::optional<TimePoint> quiet_since = {};  // while the line waits for its end
    };
    struct Counts {
        std::atomic<std::uint64_t> bytes_in{0};
        std::atomic<std::uint64_t> suppressed_lines{0};
        std::atomic<std::uint64_t> redactions{0};
        std::atomic<std::uint64_t> split_lines{0};
        std::atomic<std::uint64_t> partial_lines{0};
        std::atomic<std::uint64_t> invalid_lines{0};
    };

    void apply(const Options& options);
    void take_new_options();
    [[nodiscard]] bool passes_chunks_on() const;
    Status write_lines(std::string_view text, Source source);
    [[nodiscard]] bool takes_lines_together() const;
    void push(std::string_view text, Source source);
    void push_lines(std::string_view text, Source source);
    void hand_over_if_full(Source source);
    void add_piece(const Piece& piece, Source source);
    void add_record(const Piece& piece, Source source, bool is_first);
    [[nodiscard]] std::string_view redacted(std::string_view text);
    void report_suppressed();
    [[nodiscard]] std::optional<TimePoint> quiet_since() const;
    void flush_quiet();
    Status hand_over();
    void keep_first_error(const Status& status);

    const StreamContext context_;
    const Format format_;
    const Encoding encoding_;
    LineFormat lines_;
    const std::shared_ptr<LineFormat> notes_;  // of files_
    FileLogStream files_;

    Duration partial_after_{};
    RateLimiter limiter_;
    std::vector<LinearRegex> redactions_;
    std::array<Pipe, 2> pipes_;
    TimePoint now_{};
    WallTime wall_now_{};
    bool is_in_line_ = false;  // raw: the last record has no newline
    std::string out_;          // records that are not handed over
    std::string decoded_;      // UTF-16 as UTF-8
    std::string redacted_;     // a line without its secrets
    std::string converted_;    // a line in another encoding
    Status handed_over_;       // the first failure since write() began
    Counts counts_;

    std::mutex new_options_mutex_;
    Options new_options_;
    std::atomic<bool> has_new_options_{false};
};

}  // namespace svcwrap::logs
