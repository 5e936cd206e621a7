#include <algorithm>
#include <deque>
#include <iterator>
#include <utility>

#include "logs/reader.hpp"
#include "logs/reader_snapshot.hpp"

namespace svcwrap::logs {

namespace {

// A folder says when a name in it changed; some network shares don't, and none says it in less than this.
constexpr Duration k_folder_time_grain = std::chrono::seconds(2);
constexpr Duration k_longest_without_list = std::chrono::seconds(5);
constexpr std::size_t k_block_size = std::size_t{64} * 1024;

}  // namespace

LogFollower::LogFollower(platform::FileSystem& files, platform::Clock& clock, std::string folder, std::string stream,
                         Format format, LogFilter filter)
    : where_{.files = &files, .folder = std::move(folder), .stream = std::move(stream)},
      clock_(clock),
      format_(format),
      filter_(std::move(filter)) {}

// ---- the last records ----

Result<std::vector<LogRecord>> LogFollower::last(std::size_t count, bool to_follow) {
    std::vector<LogRecord> newest_first;
    if (auto collected = collect(newest_first, count, to_follow); !collected) {
        return std::unexpected(collected.error());
    }
    std::ranges::reverse(newest_first);
    return newest_first;
}

Result<LogCursor> LogFollower::all() {
    auto snapshot = begin(true);
    if (!snapshot) {
        return std::unexpected(snapshot.error());
    }
    return LogCursor(where_, format_, filter_, *std::move(snapshot));
}

// What is behind the snapshot is poll()'s.
Result<Snapshot> LogFollower::begin(bool to_follow) {
    auto snapshot = take_snapshot(where_);
    if (!snapshot) {
        return snapshot;
    }
    current_ = snapshot->current;
    offset_ = snapshot->current_size;
    if (auto left = to_follow ? leave_unfinished_line() : Status(); !left) {
        return std::unexpected(left.error());
    }
    has_begun_ = true;
    snapshot->current_size = offset_;
    if (!snapshot->rotated.empty()) {
        newest_rotated_ = snapshot->rotated.back().moment;
    }
    return snapshot;
}

Status LogFollower::leave_unfinished_line() {
    if (!current_ || offset_ == 0) {
        return {};
    }
    std::byte last{};
    const auto count = current_->read_at(offset_ - 1, std::span(&last, 1));
    if (!count || *count == 0 || last == std::byte{'\n'}) {
        return count ? Status() : std::unexpected(count.error());
    }
    const auto line = BackwardLines(*current_, offset_).next();
    if (!line) {
        return std::unexpected(line.error());
    }
    offset_ -= *line ? (*line)->size() : 0;
    return {};
}

Status LogFollower::collect(std::vector<LogRecord>& newest_first, std::size_t count, bool to_follow) {
    auto snapshot = begin(to_follow);
    if (!snapshot) {
        return std::unexpected(snapshot.error());
    }
    std::vector<RotatedFile>& rotated = snapshot->rotated;
    if (current_) {
        if (auto done = collect_plain(*current_, offset_, newest_first, count); !done) {
            return done;
        }
    }
    for (; newest_first.size() < count && !rotated.empty(); rotated.pop_back()) {
        if (filter_.since && rotated.back().moment < *filter_.since) {
            break;
        }
        auto opened = open_rotated(where_, rotated.back());
        if (!opened) {
            return std::unexpected(opened.error());
        }
        Status done;
        if (opened->plain) {
            const auto size = opened->plain->size();
            done = size ? collect_plain(*opened->plain, size->bytes, newest_first, count)
                        : Status(std::unexpected(size.error()));
        } else if (opened->compressed) {
            collect_compressed(rotated.back(), std::move(opened->compressed), newest_first, count);
        }
        if (!done) {
            return done;
        }
    }
    return {};
}

Status LogFollower::collect_plain(platform::ReadFile& file, std::uint64_t end, std::vector<LogRecord>& newest_first,
                                  std::size_t count) {
    BackwardLines lines(file, end);
    while (newest_first.size() < count) {
        auto line = lines.next();
        if (!line) {
            return std::unexpected(line.error());
        }
        if (!*line) {
            break;
        }
        if (LogRecord record = parse_record(**line, format_); passes(record, filter_)) {
            newest_first.push_back(std::move(record));
        }
    }
    return {};
}

// Can be read forwards only; a damaged end gives what is before it.
void LogFollower::collect_compressed(const RotatedFile& which, std::unique_ptr<GzipReader> file,
                                     std::vector<LogRecord>& newest_first, std::size_t count) {
    ForwardLines lines{ByteSource(std::move(file))};
    std::deque<LogRecord> found;
    auto line = lines.next();
    for (; line && *line; line = lines.next()) {
        LogRecord record = parse_record(**line, format_);
        if (!passes(record, filter_)) {
            continue;
        }
        found.push_back(std::move(record));
        if (newest_first.size() + found.size() > count) {
            found.pop_front();
        }
    }
    if (!line) {
        unread_.add(where_.path_of(which), line.error());
    }
    newest_first.insert(newest_first.end(), std::make_move_iterator(found.rbegin()),
                        std::make_move_iterator(found.rend()));
}

// ---- what is written from now on ----

Result<bool> LogFollower::poll(const Sink& sink) {
    gave_any_ = false;
    if (auto begun = has_begun_ ? Result<Snapshot>() : begin(true); !begun) {
        return std::unexpected(begun.error());
    }
    if (auto drained = drain(sink); !drained) {
        return std::unexpected(drained.error());
    }
    if (may_have_rotated()) {
        const auto rotated = follow_rotation(sink);
        if (!rotated) {
            return rotated;
        }
        if (auto replaced = *rotated ? Status() : follow_replacement(); !replaced) {
            return std::unexpected(replaced.error());
        }
        if (auto drained = drain(sink); !drained) {
            return std::unexpected(drained.error());
        }
    }
    give_quiet_line(sink);
    return gave_any_;
}

Status LogFollower::drain(const Sink& sink) {
    std::vector<std::byte> block(current_ ? k_block_size : 0);
    while (current_) {
        const auto count = current_->read_at(offset_, block);
        if (!count) {
            return std::unexpected(count.error());
        }
        if (*count == 0) {
            break;
        }
        offset_ += *count;
        grown_at_ = clock_.now();
        std::string_view bytes(reinterpret_cast<const char*>(block.data()), *count);
        for (std::size_t newline = bytes.find('\n'); newline != std::string_view::npos; newline = bytes.find('\n')) {
            give(bytes.substr(0, newline), sink);
            bytes.remove_prefix(newline + 1);
        }
        partial_.append(bytes);
        if (partial_.size() >= k_longest_read_line) {
            give_rest(sink);
        }
    }
    return {};
}

void LogFollower::give(std::string_view line, const Sink& sink) {
    if (!partial_.empty()) {
        line = partial_.append(line);
    }
    if (const LogRecord record = parse_record(line, format_); passes(record, filter_)) {
        sink(record);
        gave_any_ = true;
    }
    partial_.clear();
}

void LogFollower::give_rest(const Sink& sink) {
    if (!partial_.empty()) {
        give({}, sink);
    }
}

// A prompt, or the last words of a program: its end may never come.
void LogFollower::give_quiet_line(const Sink& sink) {
    if (clock_.now() - grown_at_ >= k_quiet_line) {
        give_rest(sink);
    }
}

// The file that is open became the first of the newer ones, unless it was removed since. All others, and the new
// current one, are read from their start; as long as there are newer ones after the current one was opened, it may be
// one of them.
// NOLINTNEXTLINE(readability-function-size): one step of the search, whole
Result<bool> LogFollower::follow_rotation(const Sink& sink) {
    bool has_rotated = false;
    auto newer = where_.rotated_since(newest_rotated_);
    while (newer && !newer->empty()) {
        if (!has_rotated && current_) {
            if (auto drained = drain(sink); !drained) {
                return std::unexpected(drained.error());
            }
            give_rest(sink);
            if (is_open_one(newer->front())) {
                newest_rotated_ = newer->front().moment;
                newer->erase(newer->begin());
            }
        }
        has_rotated = true;
        current_.reset();
        for (const RotatedFile& file : *newer) {
            if (auto read = read_whole(file, sink); !read) {
                return std::unexpected(read.error());
            }
            newest_rotated_ = file.moment;
        }
        auto current = where_.open_current();
        if (!current) {
            return std::unexpected(current.error());
        }
        current_ = *std::move(current);
        offset_ = 0;
        newer = where_.rotated_since(newest_rotated_);
        if (newer && !newer->empty()) {
            current_.reset();
        }
    }
    return newer ? Result<bool>(has_rotated) : std::unexpected(newer.error());
}

// Whether the file that is open has become this one: it begins as that one does. One that can't be read could not be
// shown either.
bool LogFollower::is_open_one(const RotatedFile& file) const {
    auto opened = open_rotated(where_, file);
    if (!opened || opened->is_gone()) {
        return true;
    }
    ByteSource source =
        opened->plain ? ByteSource(std::move(opened->plain), UINT64_MAX) : ByteSource(std::move(opened->compressed));
    std::vector<std::byte> theirs(k_block_size);
    std::vector<std::byte> ours(k_block_size);
    const auto their_count = source.read(theirs);
    const auto our_count = their_count ? current_->read_at(0, std::span(ours).first(*their_count)) : their_count;
    if (!their_count || !our_count) {
        return true;
    }
    return std::ranges::equal(std::span(theirs).first(*their_count), std::span(ours).first(*our_count));
}

Status LogFollower::read_whole(const RotatedFile& file, const Sink& sink) {
    auto opened = open_rotated(where_, file);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    if (opened->is_gone()) {
        return {};
    }
    ForwardLines lines(opened->plain ? ByteSource(std::move(opened->plain), UINT64_MAX)
                                     : ByteSource(std::move(opened->compressed)));
    auto line = lines.next();
    for (; line && *line; line = lines.next()) {
        give(**line, sink);
    }
    if (!line) {
        unread_.add(where_.path_of(file), line.error());
    }
    return {};
}

// Somebody removed or emptied the file, and it was begun anew. Between the two steps of a rotation there is none
// either, so it counts as gone only at the second look.
Status LogFollower::follow_replacement() {
    const auto found = where_.files->stat(where_.current_path());
    const bool is_missing = !found && found.error().kind == ErrorKind::not_found;
    const bool is_gone = is_missing && std::exchange(was_missing_, is_missing);
    was_missing_ = is_missing;
    const bool is_replaced = is_gone || (found && found->size.bytes < offset_);
    if (!is_replaced && current_) {
        return {};
    }
    std::unique_ptr<platform::ReadFile> replacement;
    if (!is_missing) {
        auto current = where_.open_current();
        if (!current) {
            return std::unexpected(current.error());
        }
        replacement = *std::move(current);
    }
    // Folders of network shares lag behind: what counts is the size by a handle.
    if (current_ && replacement) {
        const auto size = replacement->size();
        if (!size || size->bytes >= offset_) {
            return size ? Status() : std::unexpected(size.error());
        }
    }
    // A rotation in the meantime explains it all, and is followed at the next call.
    const auto newer = where_.rotated_since(newest_rotated_);
    if (!newer) {
        return std::unexpected(newer.error());
    }
    if (newer->empty()) {
        current_ = std::move(replacement);
        offset_ = 0;
        partial_.clear();
    }
    return {};
}

// Looking at the folder costs a call, listing thousands of files costs much more.
bool LogFollower::may_have_rotated() {
    const TimePoint now = clock_.now();
    const auto folder = where_.files->stat(where_.folder);
    const bool knows_time = folder && folder->modified.time_since_epoch() > Duration::zero();
    if (knows_time && folder_time_ == folder->modified && now < next_list_ && current_) {
        return false;
    }
    next_list_ = now + k_longest_without_list;
    const bool is_settled = knows_time && clock_.wall_now() - folder->modified >= k_folder_time_grain;
    folder_time_ = is_settled ? std::optional(folder->modified) : std::nullopt;
    return true;
}

}  // namespace svcwrap::logs
