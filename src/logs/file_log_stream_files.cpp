// The current file, its rotation, and what time and the user demand.
#include <algorithm>
#include <utility>

#include "base/path.hpp"
#include "logs/file_log_stream.hpp"
#include "logs/rotated_name.hpp"
#include "logs/rotation_schedule.hpp"

namespace svcwrap::logs {

namespace {

// A rotation finds this many names taken only if somebody wants it to.
constexpr int k_most_names_to_try = 1000;
// A clock that is put right by so much or more was wrong when a rotation was planned by it.
constexpr Duration k_clock_was_wrong = std::chrono::hours(1);

}  // namespace

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

// The folder may be one that others can change: it is held as it was found, and no other is taken for it later.
Status FileLogStream::hold_folder() {
    if (folder_) {
        return {};
    }
    auto held = context_.files.hold_folder(directory_);
    if (!held && held.error().kind == ErrorKind::not_found) {
        if (auto made = context_.files.make_folders(directory_); !made) {
            return made;
        }
        held = context_.files.hold_folder(directory_);
    }
    if (!held) {
        return std::unexpected(held.error());
    }
    const std::string& place = (*held)->final_path();
    if (!final_path_.empty() && place != final_path_) {
        return fail(ErrorKind::access_denied,
                    "the folder " + directory_ + " led to " + final_path_ + ", and leads to " + place + " now");
    }
    final_path_ = place;
    folder_ = *std::move(held);
    return {};
}

Status FileLogStream::open_current() {
    if (auto held = hold_folder(); !held) {
        return held;
    }
    auto file = context_.files.open_append(path_);
    if (!file) {
        // A folder that was removed is made anew; where another one came in its place, that is found out.
        folder_.reset();
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
    owes_newline_ = options_.format != Format::raw && has_torn_end();
    keep_house();
    const WallTime now = context_.clock.wall_now();
    plan_next_rotation(std::min(last_written_.value_or(now), now));
    check_schedule();
    if (rotation_requested_) {
        rotate();
    }
}

// A crash, or the end of patience, may have cut the last record short.
bool FileLogStream::has_torn_end() const {
    const auto file = size_ > 0 ? context_.files.open_read(path_) : nullptr;
    std::byte last{'\n'};
    if (!file || !*file || !(*file)->read_at(size_ - 1, std::span(&last, 1))) {
        return false;
    }
    return last != std::byte{'\n'};
}

void FileLogStream::check_name(TimePoint now) {
    if (!file_ || now < next_name_check_) {
        return;
    }
    next_name_check_ = now + k_name_check_interval;
    if (is_somebody_elses()) {
        begin_anew();
    }
}

// Whether the name belongs to no file, or to one that holds less than was written: it was renamed and made anew, or
// emptied. Folders of network shares lag behind, so a size that is too small is asked for again by a handle.
bool FileLogStream::is_somebody_elses() const {
    const auto found = context_.files.stat(path_);
    if (!found) {
        return found.error().kind == ErrorKind::not_found;
    }
    if (found->size.bytes >= size_) {
        return false;
    }
    const auto named = context_.files.open_read(path_);
    const auto size = named ? (*named)->size() : Result<ByteSize>(std::unexpected(named.error()));
    return size && size->bytes < size_;
}

void FileLogStream::begin_anew() {
    file_.reset();
    folder_.reset();
    rotation_requested_ = false;
    complain(Subject::file, false,
             "the log " + path_ + " was removed, renamed or emptied while it was in use; a new one is begun");
    [[maybe_unused]] const Status opened = ensure_open();  // if not, the next write tries again
}

void FileLogStream::flush() {
    dirty_since_.reset();
    const Status flushed = file_->flush();
    const TimePoint now = context_.clock.now();
    if (!flushed) {
        ++counters_.sync_errors;
        if (sync_trouble_.begin(now)) {
            complain(Subject::sync, true,
                     "the log can't be brought to the disk at once, as logs.sync wants it: " + flushed.error().message);
        }
    } else if (sync_trouble_.is_on()) {
        sync_trouble_.end(now);
        complain(Subject::sync, false, "the log " + path_ + " can be brought to the disk again");
    }
}

// ---- what time and the user demand ----

void FileLogStream::tick() {
    look_after();
    std::string_view nothing;
    if (drop_ && disk_level_ != DiskLevel::stop && drop_->line_bytes == 0 && !may_resume(nothing)) {
        return;
    }
    if (file_ && rotation_requested_ && line_bytes_ == 0 && size_ > 0 && may_rotate_now()) {
        rotate();
    }
}

std::optional<TimePoint> FileLogStream::next_deadline() const {
    std::optional<TimePoint> next;
    const auto want = [&](TimePoint time) { next = next ? std::min(*next, time) : time; };
    const TimePoint now = context_.clock.now();
    const bool between_lines = file_ && size_ > 0 && line_bytes_ == 0;
    if (between_lines && rotation_requested_) {
        want(rotation_deferred_until_.value_or(now));
    } else if (between_lines && next_rotation_) {
        want(now + std::max(*next_rotation_ - context_.clock.wall_now(), Duration::zero()));
    }
    if (file_ && dirty_since_ && options_.sync == SyncPolicy::interval) {
        want(*dirty_since_ + options_.sync_interval);
    }
    if (drop_ && disk_level_ != DiskLevel::stop && drop_->line_bytes == 0) {
        want(drop_->retry_at);
    }
    if (disk_level_ != DiskLevel::normal) {
        want(next_disk_check_);
    }
    return next;
}

void FileLogStream::look_after() {
    take_new_options();
    const TimePoint now = context_.clock.now();
    check_name(now);
    check_schedule();
    check_sync(now);
    check_disk(now);
}

void FileLogStream::configure(const Options& options) {
    const std::lock_guard lock(new_options_mutex_);
    new_options_ = options;
    has_new_options_ = true;
}

void FileLogStream::take_new_options() {
    if (!has_new_options_) {
        return;
    }
    const Options before = options_;
    {
        const std::lock_guard lock(new_options_mutex_);
        options_ = new_options_;
        has_new_options_ = false;
    }
    // A rotation that is due this very moment is not forgotten over a change of something else.
    const RotateOptions& was = before.rotate;
    const RotateOptions& now = options_.rotate;
    if (now.interval != was.interval || now.at != was.at || now.weekday != was.weekday) {
        plan_next_rotation(context_.clock.wall_now());
    }
    if (options_.disk != before.disk) {
        (void)disk_watch_->check(options_.disk, true);
        next_disk_check_ = {};
    }
    if (options_.keep != before.keep && was_open_) {
        keep_house();
    }
}

void FileLogStream::plan_next_rotation(WallTime now) {
    planned_at_ = now;
    next_rotation_ = logs::next_rotation(now, options_.rotate,
                                         [this](WallTime moment) { return context_.clock.utc_offset(moment); });
}

// An empty file is left alone: it begins with the first line of the new time.
void FileLogStream::check_schedule() {
    if (!next_rotation_) {
        return;
    }
    const WallTime now = context_.clock.wall_now();
    if (now >= *next_rotation_ && size_ > 0) {
        rotation_requested_ = true;
    }
    if (now >= *next_rotation_ || planned_at_ - now >= k_clock_was_wrong) {
        plan_next_rotation(now);
    }
}

void FileLogStream::check_disk(TimePoint now) {
    if (now < next_disk_check_) {
        return;
    }
    next_disk_check_ = now + k_disk_check_interval;
    const DiskLevel before = std::exchange(disk_level_, disk_watch_->check(options_.disk));
    if (disk_level_ >= DiskLevel::prune) {
        prune();
    }
    if (disk_level_ >= DiskLevel::compress && before < DiskLevel::compress) {
        keep_house();
    }
}

void FileLogStream::check_sync(TimePoint now) {
    if (file_ && dirty_since_ && options_.sync == SyncPolicy::interval &&
        now >= *dirty_since_ + options_.sync_interval) {
        flush();
    }
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
    if (options_.sync != SyncPolicy::none) {
        flush();
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
        complain(Subject::rotation, false,
                 "the log " + path_ + " was rotated, which had been put off for " + to_human(lasted));
    }
    [[maybe_unused]] const Status opened = ensure_open();  // if not, the next write tries again
    if (context_.rotated) {
        context_.rotated(in_folder(rotated_name(name_, earliest_moment_ - Duration(1))));
    }
    keep_house();
}

Status FileLogStream::rename_current() {
    Status renamed;
    for (int attempt = 0; attempt < k_most_names_to_try; ++attempt) {
        const WallTime moment = std::max(context_.clock.wall_now(), earliest_moment_);
        earliest_moment_ = moment + Duration(1);
        renamed = file_->rename_to(in_folder(rotated_name(name_, moment)));
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
        complain(Subject::rotation, true, "the log can't be rotated and goes on growing for now: " + error.message);
    }
}

void FileLogStream::keep_house() {
    if (const Status held = hold_folder(); !held) {
        ++counters_.housekeeping_errors;
        tell_of_housekeeping(held.error());
        return;
    }
    const CleanUpResult result = clean_up(context_.files, directory_, name_, options_.keep, context_.clock.wall_now());
    counters_.removed_files += result.removed;
    counters_.housekeeping_errors += result.errors;
    if (result.newest) {
        earliest_moment_ = std::max(earliest_moment_, *result.newest + Duration(1));
    }
    hand_over_to_housekeeper(result);
    tell_of_housekeeping(result.first_error);
}

void FileLogStream::hand_over_to_housekeeper(const CleanUpResult& result) {
    if (!context_.housekeeper) {
        return;
    }
    for (const std::string& name : result.unfinished) {
        context_.housekeeper->discard_later(in_folder(name), folder_);
    }
    const bool disk_wants_it = disk_level_ >= DiskLevel::compress;
    if (options_.keep.compress == Compression::none && !disk_wants_it) {
        return;
    }
    for (const RotatedFile& file : files_to_compress(result.kept, options_.keep.delay_compress && !disk_wants_it)) {
        context_.housekeeper->compress_later(in_folder(file.name), folder_);
    }
}

// One file after the other, and a look at the volume after each, until its mark is reached no more.
void FileLogStream::prune() {
    const auto entries = hold_folder().and_then([this] { return context_.files.list(directory_); });
    if (!entries) {
        ++counters_.housekeeping_errors;
        return;
    }
    std::vector<RotatedFile> rotated = find_rotated_files(name_, *entries);
    for (std::size_t i = 0; i + 1 < rotated.size() && disk_level_ >= DiskLevel::prune; ++i) {
        const Status removed = remove_rotated(context_.files, directory_, rotated[i]);
        counters_.removed_files += removed ? 1 : 0;
        counters_.housekeeping_errors += removed ? 0 : 1;
        disk_level_ = disk_watch_->check(options_.disk, true);
    }
}

void FileLogStream::tell_of_housekeeping(const std::optional<Error>& error) {
    const TimePoint now = context_.clock.now();
    if (error && housekeeping_trouble_.begin(now)) {
        complain(Subject::retention, true,
                 "old files of the log can't be removed, which is tried again at the next rotation: " + error->message);
    } else if (!error && housekeeping_trouble_.is_on()) {
        housekeeping_trouble_.end(now);
        complain(Subject::retention, false, "old files of the log " + path_ + " can be removed again");
    }
}

}  // namespace svcwrap::logs
