#include "logs/file_log_stream.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/path.hpp"
#include "base/utf8.hpp"
#include "logs/rotated_name.hpp"

namespace svcwrap::logs {

namespace {

constexpr Duration k_cancel_check_interval{50};
// With on_full = drop: how often a failure that is no full disk is tried again first. Virus scanners and backups hold a
// file for moments only.
constexpr std::size_t k_failures_before_drop = 3;

std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
}

// Windows: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED (learn.microsoft.com: "System error
// codes"); POSIX: ENOSPC and EDQUOT of Linux. The numbers mean nothing else in the answer to a write.
bool is_full_disk(const Error& error) {
    constexpr std::array<std::uint32_t, 5> k_codes{39, 112, 1295, 28, 122};
    return error.os_code && std::ranges::contains(k_codes, *error.os_code);
}

// The bytes of the text in UTF-16; one before them completes what was written of a character.
std::string as_utf16(std::string_view text, bool is_between_characters) {
    std::string bytes(is_between_characters ? 0 : 1, '\0');
    for (const char16_t unit : to_utf16(text)) {
        bytes += static_cast<char>(unit & 0xFF);
        bytes += static_cast<char>(unit >> 8);
    }
    return bytes;
}

}  // namespace

FileLogStream::FileLogStream(std::string name, const Options& options, StreamContext context, NoteFormat note_format)
    : name_(std::move(name)),
      context_(std::move(context)),
      note_format_(std::move(note_format)),
      directory_(options.directory),
      path_(join_path(directory_, current_name(name_))),
      options_(options),
      ends_(options.format == Format::raw && options.encoding == Encoding::utf16),
      disk_watch_(context_.disk_watch) {
    if (!disk_watch_) {
        disk_watch_ = std::make_shared<DiskWatch>(context_.files, context_.clock, directory_, context_.complain);
    }
    rotation_requested_ = options_.rotate.on_start;
    if (const auto found = context_.files.stat(path_); found) {
        last_written_ = found->modified;
    }
    if (const Status opened = ensure_open(); !opened && write_trouble_.begin(context_.clock.now())) {
        complain(Subject::writing, true,
                 "the log can't be opened, which is tried again at the next output: " + opened.error().message);
    }
}

FileLogStream::~FileLogStream() {
    const bool was_cancelled = cancelled_.exchange(true);  // nothing waits here any more
    if (drop_) {
        (void)write_drop_record();
    }
    tell_loss();
    if (file_ && dirty_since_ && !was_cancelled) {
        flush();
    }
}

// ---- writing ----

Status FileLogStream::write(std::span<const std::byte> bytes, Source /*source*/) {
    counters_.bytes_in += bytes.size();
    std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    look_after();
    if (disk_level_ == DiskLevel::stop) {
        drop(rest);
        return {};
    }
    if (drop_ && !may_resume(rest)) {
        return {};
    }
    return write_bytes(rest);
}

// Linux keeps a file in memory in pieces as large and as even as the writes to it. Pieces of this size cost the least:
// smaller ones are more, and larger ones are hard to find.
std::size_t FileLogStream::best_write_size() const {
    constexpr std::size_t k_step = std::size_t{128} * 1024;
    const std::size_t to_next = k_step - static_cast<std::size_t>(size_ % k_step);
    return to_next < k_step / 4 ? to_next + k_step : to_next;
}

Status FileLogStream::write_bytes(std::string_view rest) {
    while (!rest.empty()) {
        if (!wait_until_open() || !end_torn_record()) {
            return give_up(rest);
        }
        const Cut cut = next_cut(rest);
        const std::size_t written = append(rest.substr(0, cut.bytes));
        rest.remove_prefix(written);
        if (written < cut.bytes) {
            return give_up(rest);
        }
        if (cut.rotate) {
            rotate();
        }
    }
    return {};
}

Status FileLogStream::give_up(std::string_view rest) {
    if (patience_ == Patience::drop) {
        drop(rest);
        return {};
    }
    counters_.lost_bytes += rest.size();
    return fail(ErrorKind::io_failed, "write to the log " + path_ + ": the service is stopping and can't wait for it");
}

// False if the waiting came to an end without an open file; patience_ says why.
bool FileLogStream::wait_until_open() {
    while (true) {
        const Status opened = ensure_open();
        if (opened) {
            return true;
        }
        if (!survive_failure(opened.error())) {
            return false;
        }
    }
}

// The next record begins a line, so that it can be read at least.
bool FileLogStream::end_torn_record() {
    return !owes_newline_ || size_ == 0 || append("\n") == 1;
}

Cut FileLogStream::next_cut(std::string_view rest) const {
    if (!may_rotate_now()) {
        return {.bytes = rest.size(), .rotate = false};
    }
    const FileFill fill{.size = size_,
                        .line_bytes = line_bytes_,
                        .max_size = options_.rotate.max_size.bytes,
                        .rotation_wanted = rotation_requested_};
    return plan_cut(fill, ends_, rest, k_longest_wait_for_newline.bytes);
}

// Writes all of it, however long that takes, and returns how much it was: less only if patience_ ended.
std::size_t FileLogStream::append(std::string_view bytes) {
    std::size_t written = 0;
    while (written < bytes.size() && wait_until_open()) {
        const std::string_view rest = bytes.substr(written);
        if (const auto count = file_->write(as_bytes(rest)); count) {
            account(rest.substr(0, *count));
            written += *count;
        } else if (!survive_failure(count.error())) {
            break;
        }
    }
    return written;
}

void FileLogStream::account(std::string_view written) {
    owes_newline_ = false;
    size_ += written.size();
    const std::size_t end = ends_.behind_last(written);
    line_bytes_ = end == LineEnds::npos ? line_bytes_ + written.size() : written.size() - end;
    counters_.bytes += written.size();
    counters_.lines += ends_.count(written);
    ends_.pass(written);
    if (options_.sync != SyncPolicy::none && !dirty_since_) {
        dirty_since_ = context_.clock.now();
    }
    if (write_trouble_.is_on()) {
        end_write_trouble();
    }
}

void FileLogStream::end_write_trouble() {
    failures_in_a_row_ = 0;
    write_pause_.reset();
    const Duration lasted = write_trouble_.end(context_.clock.now());
    complain(Subject::writing, false,
             "the log " + path_ + " can be written again after " + to_human(lasted) +
                 (drop_ ? "; " + std::to_string(drop_->bytes) + " bytes were dropped" : "; nothing was lost"));
}

// Waits for the next attempt. False if there is to be none; patience_ says why.
bool FileLogStream::survive_failure(const Error& error) {
    ++counters_.write_errors;
    ++failures_in_a_row_;
    patience_ = patience_with(error);
    if (write_trouble_.begin(context_.clock.now())) {
        complain(
            Subject::writing, true,
            (options_.on_full == FullPolicy::drop ? "the log can't be written; output is dropped and counted: "
                                                  : "the log can't be written; output is held back until it can: ") +
                error.message);
    }
    if (failures_in_a_row_ >= 2 && !is_kept_open(error)) {
        file_.reset();  // the handle itself may have gone bad: with the volume, or with the network
    }
    if (patience_ == Patience::again) {
        pause();
    }
    return patience_ == Patience::again;
}

// While the disk is full: another stream (of a reload) that took the file now would be in front of what waits here. But
// a file that somebody has removed to make room gives it when it is closed.
bool FileLogStream::is_kept_open(const Error& error) const {
    return is_full_disk(error) && exists(context_.files, path_) && !is_somebody_elses();
}

FileLogStream::Patience FileLogStream::patience_with(const Error& error) {
    if (options_.on_full == FullPolicy::drop &&
        (drop_ || is_full_disk(error) || failures_in_a_row_ > k_failures_before_drop)) {
        return Patience::drop;
    }
    return Patience::again;
}

void FileLogStream::pause() {
    Duration left = write_pause_.take();
    while (!cancelled_ && left > Duration::zero()) {
        const Duration step = std::min(left, k_cancel_check_interval);
        context_.clock.sleep(step);
        left -= step;
    }
    if (cancelled_) {
        patience_ = Patience::cancelled;
    }
}

// ---- dropping ----

void FileLogStream::begin_line() {
    ends_.restart();
    if (drop_) {
        drop_->line_bytes = 0;
        drop_->ends.restart();
    }
}

void FileLogStream::drop(std::string_view bytes) {
    const WallTime now = context_.clock.wall_now();
    if (!drop_) {
        drop_ = Drop{.since = now, .ends = ends_};
    }
    if (const TimePoint time = context_.clock.now(); time >= drop_->retry_at) {
        drop_->retry_at = time + write_pause_.take();
    }
    counters_.dropped_bytes += bytes.size();
    drop_->bytes += bytes.size();
    drop_->until = bytes.empty() ? drop_->until : now;
    const std::size_t end = drop_->ends.behind_last(bytes);
    drop_->line_bytes = end == LineEnds::npos ? drop_->line_bytes + bytes.size() : bytes.size() - end;
    drop_->ends.pass(bytes);
}

// Takes off the front what has to be dropped still: a line is written whole or not at all, as far as patience with
// endless ones goes.
bool FileLogStream::may_resume(std::string_view& rest) {
    if (context_.clock.now() < drop_->retry_at) {
        drop(rest);
        return false;
    }
    if (drop_->line_bytes > 0 && drop_->line_bytes < k_longest_wait_for_newline.bytes) {
        const std::size_t newline = drop_->ends.behind_first(rest);
        const std::size_t end = std::min(newline, rest.size());
        const TimePoint retry_at = drop_->retry_at;
        drop(rest.substr(0, end));
        drop_->retry_at = retry_at;
        rest.remove_prefix(end);
        if (newline == LineEnds::npos) {
            return false;
        }
    }
    if (!write_drop_record()) {
        drop(rest);
        return false;
    }
    return true;
}

bool FileLogStream::write_drop_record() {
    const std::string note = note_format_(std::to_string(drop_->bytes) + " bytes dropped between " +
                                          to_iso8601(drop_->since) + " and " + to_iso8601(drop_->until));
    const std::string text = (line_bytes_ > 0 || owes_newline_ ? "\n" : "") + note;
    const std::string record = ends_.is_utf16() ? as_utf16(text, ends_.is_whole(0)) : text;
    if (append(record) < record.size()) {
        return false;
    }
    drop_.reset();
    write_pause_.reset();
    tell_loss();
    return true;
}

// At the end of a time of drops, of a run and of the stream: not for each chunk.
void FileLogStream::tell_loss() {
    const std::uint64_t all = counters_.lost_bytes + counters_.dropped_bytes;
    const std::uint64_t fresh = all - std::exchange(told_loss_, all);
    if (fresh == 0) {
        return;
    }
    complain(Subject::loss, false, std::to_string(fresh) + " bytes are missing from the log " + path_);
}

Status FileLogStream::finish() {
    tell_loss();
    return {};
}

// ---- what others see ----

void FileLogStream::complain(Subject subject, bool lasts, std::string text) const {
    if (context_.complain) {
        context_.complain({.subject = subject, .lasts = lasts, .text = std::move(text)});
    }
}

std::string FileLogStream::in_folder(std::string_view name) const {
    return join_path(directory_, name);
}

}  // namespace svcwrap::logs
