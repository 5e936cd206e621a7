#include "logs/file_log_stream.hpp"

#include <algorithm>

#include "base/path.hpp"
#include "logs/retention.hpp"
#include "logs/rotated_name.hpp"

namespace svcwrap::logs {

namespace {

constexpr Duration k_cancel_check_interval{50};
// A rotation finds this many names taken only if somebody wants it to.
constexpr int k_most_names_to_try = 1000;

std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
}

}  // namespace

std::unique_ptr<LogStream> open_log_stream(const std::string& name, const Options& options, StreamContext context) {
    return std::make_unique<FileLogStream>(name, options, std::move(context));
}

FileLogStream::FileLogStream(std::string name, const Options& options, StreamContext context)
    : name_(std::move(name)),
      options_(options),
      context_(std::move(context)),
      path_(join_path(options_.directory, current_name(name_))) {
    rotation_requested_ = options_.rotate.on_start;
    if (const Status opened = ensure_open(); !opened && write_trouble_.begin(context_.clock.now())) {
        complain("the log can't be opened, which is tried again at the next output: " + opened.error().message);
    }
}

// ---- writing ----

Status FileLogStream::write(std::span<const std::byte> bytes) {
    std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    adopt_settings();
    check_name();
    if (rest.empty() && rotation_requested_ && line_bytes_ == 0 && file_ && may_rotate_now()) {
        rotate();
    }
    while (!rest.empty()) {
        if (!wait_until_open()) {
            return give_up(rest.size());
        }
        const Cut cut = next_cut(rest);
        const std::size_t written = append(rest.substr(0, cut.bytes));
        if (written < cut.bytes) {
            return give_up(rest.size() - written);
        }
        rest.remove_prefix(written);
        if (cut.rotate) {
            rotate();
        }
    }
    return {};
}

void FileLogStream::configure(const RotateOptions& rotate, const KeepOptions& keep) {
    const std::lock_guard lock(settings_mutex_);
    new_settings_ = {.rotate = rotate, .keep = keep};
}

void FileLogStream::adopt_settings() {
    const std::lock_guard lock(settings_mutex_);
    if (!new_settings_) {
        return;
    }
    options_.rotate = new_settings_->rotate;
    options_.keep = new_settings_->keep;
    new_settings_.reset();
}

std::unexpected<Error> FileLogStream::give_up(std::size_t unwritten) {
    counters_.lost_bytes += unwritten;
    return fail(ErrorKind::io_failed, "write to the log " + path_ + ": the service is stopping and can't wait for it");
}

// False if cancel() ended the waiting.
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

Cut FileLogStream::next_cut(std::string_view rest) const {
    if (!may_rotate_now()) {
        return {.bytes = rest.size(), .rotate = false};
    }
    const FileFill fill{.size = size_,
                        .line_bytes = line_bytes_,
                        .max_size = options_.rotate.max_size.bytes,
                        .rotation_wanted = rotation_requested_};
    return plan_cut(fill, rest, k_longest_wait_for_newline.bytes);
}

// Writes all of it, however long that takes, and returns how much it was: less only if cancel() ended the waiting.
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
    size_ += written.size();
    const std::size_t newline = written.rfind('\n');
    line_bytes_ = newline == std::string_view::npos ? line_bytes_ + written.size() : written.size() - newline - 1;
    counters_.bytes += written.size();
    counters_.lines += count_newlines(written);
    if (write_trouble_.is_on()) {
        failures_in_a_row_ = 0;
        write_pause_.reset();
        const Duration lasted = write_trouble_.end(context_.clock.now());
        complain("the log " + path_ + " can be written again after " + to_human(lasted) + "; nothing was lost");
    }
}

// Waits for the next attempt. False if cancel() ended the waiting.
bool FileLogStream::survive_failure(const Error& error) {
    ++counters_.write_errors;
    if (write_trouble_.begin(context_.clock.now())) {
        complain("the log can't be written; output is held back until it can: " + error.message);
    }
    if (++failures_in_a_row_ >= 2) {
        file_.reset();  // the handle itself may have gone bad: with the volume, or with the network
    }
    Duration left = write_pause_.take();
    while (!cancelled_ && left > Duration::zero()) {
        const Duration step = std::min(left, k_cancel_check_interval);
        context_.clock.sleep(step);
        left -= step;
    }
    return !cancelled_;
}

// ---- the current file ----

Status FileLogStream::ensure_open() {
    if (file_) {
        return {};
    }
    if (auto opened = open_current(); !opened) {
        return opened;
    }
    if (!was_open_) {
        was_open_ = true;
        begin_first_file();
    }
    // The rotation of a first file may have left us without one for now.
    return file_ ? Status{} : open_current();
}

Status FileLogStream::open_current() {
    auto file = context_.files.open_append(path_);
    if (!file && file.error().kind == ErrorKind::not_found) {
        if (auto made = context_.files.make_folders(options_.directory); !made) {
            return made;
        }
        file = context_.files.open_append(path_);
    }
    if (!file) {
        return std::unexpected(file.error());
    }
    const auto size = (*file)->size();
    if (!size) {
        return std::unexpected(size.error());
    }
    file_ = *std::move(file);
    size_ = size->bytes;
    line_bytes_ = std::min(line_bytes_, size_);
    next_name_check_ = context_.clock.now() + k_name_check_interval;
    return {};
}

// The last line of an earlier life may lack its end; the first byte of this life begins a line all the same.
void FileLogStream::begin_first_file() {
    keep_house();
    if (rotation_requested_) {
        rotate();
    }
}

void FileLogStream::check_name() {
    const TimePoint now = context_.clock.now();
    if (!file_ || now < next_name_check_) {
        return;
    }
    next_name_check_ = now + k_name_check_interval;
    const auto found = context_.files.stat(path_);
    if (!found && found.error().kind == ErrorKind::not_found) {
        begin_anew();
    }
}

void FileLogStream::begin_anew() {
    file_.reset();
    rotation_requested_ = false;
    complain("the log " + path_ + " was removed or renamed while it was in use; a new one is begun");
    [[maybe_unused]] const Status opened = ensure_open();  // if not, the next write tries again
}

// ---- rotation ----

bool FileLogStream::may_rotate_now() const {
    return !rotation_deferred_until_ || context_.clock.now() >= *rotation_deferred_until_;
}

void FileLogStream::rotate() {
    if (size_ == 0) {
        rotation_requested_ = false;
        return;
    }
    if (const Status renamed = rename_current(); !renamed && renamed.error().kind == ErrorKind::not_found) {
        begin_anew();
        return;
    } else if (!renamed) {
        defer_rotation(renamed.error());
        return;
    }
    ++counters_.rotations;
    file_.reset();
    size_ = 0;
    line_bytes_ = 0;
    rotation_requested_ = false;
    rotation_deferred_until_.reset();
    rotation_pause_.reset();
    if (rotation_trouble_.is_on()) {
        const Duration lasted = rotation_trouble_.end(context_.clock.now());
        complain("the log " + path_ + " was rotated, which had been put off for " + to_human(lasted));
    }
    [[maybe_unused]] const Status opened = ensure_open();  // if not, the next write tries again
    keep_house();
}

Status FileLogStream::rename_current() {
    Status renamed;
    for (int attempt = 0; attempt < k_most_names_to_try; ++attempt) {
        const WallTime moment = std::max(context_.clock.wall_now(), earliest_moment_);
        earliest_moment_ = moment + Duration(1);
        renamed = file_->rename_to(join_path(options_.directory, rotated_name(name_, moment)));
        if (renamed || renamed.error().kind != ErrorKind::already_exists) {
            break;
        }
    }
    return renamed;
}

// Most often a program reads the file without sharing it for deletion. Nothing is lost by going on in the same file.
void FileLogStream::defer_rotation(const Error& error) {
    ++counters_.rotations_deferred;
    const TimePoint now = context_.clock.now();
    rotation_deferred_until_ = now + rotation_pause_.take();
    if (rotation_trouble_.begin(now)) {
        complain("the log can't be rotated and goes on growing for now: " + error.message);
    }
}

void FileLogStream::keep_house() {
    const CleanUpResult result =
        clean_up(context_.files, options_.directory, name_, options_.keep, context_.clock.wall_now());
    counters_.removed_files += result.removed;
    counters_.housekeeping_errors += result.errors;
    if (result.newest) {
        earliest_moment_ = std::max(earliest_moment_, *result.newest + Duration(1));
    }
    const TimePoint now = context_.clock.now();
    if (result.first_error && housekeeping_trouble_.begin(now)) {
        complain("old files of the log can't be removed, which is tried again at the next rotation: " +
                 result.first_error->message);
    } else if (!result.first_error && housekeeping_trouble_.is_on()) {
        housekeeping_trouble_.end(now);
        complain("old files of the log " + path_ + " can be removed again");
    }
}

// ---- what others see ----

void FileLogStream::complain(std::string text) const {
    if (context_.complain) {
        context_.complain(std::move(text));
    }
}

StreamCounters FileLogStream::counters() const {
    return {.bytes = counters_.bytes,
            .lines = counters_.lines,
            .rotations = counters_.rotations,
            .rotations_deferred = counters_.rotations_deferred,
            .write_errors = counters_.write_errors,
            .removed_files = counters_.removed_files,
            .housekeeping_errors = counters_.housekeeping_errors,
            .lost_bytes = counters_.lost_bytes};
}

}  // namespace svcwrap::logs
