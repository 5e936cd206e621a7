#include "logs/reader.hpp"

#include <algorithm>
#include <utility>

#include "logs/reader_snapshot.hpp"

namespace svcwrap::logs {

namespace {

// A stream that rotates faster than this can look is read from the last look.
constexpr int k_most_looks = 20;
// How far clocks of a child and the wrapper may be apart where whole files are left out by their time.
constexpr Duration k_time_slack = std::chrono::minutes(1);

// Whole files are left out by the moments in their names: all lines of a file lie between its elder's and its own.
// False: the current file is left out, too.
bool choose_files(std::vector<RotatedFile>& rotated, const LogFilter& filter) {
    bool takes_current = true;
    if (filter.until) {
        const auto is_later = [&](const RotatedFile& file) { return file.moment > *filter.until + k_time_slack; };
        if (const auto later = std::ranges::find_if(rotated, is_later); later != rotated.end()) {
            rotated.erase(later + 1, rotated.end());
            takes_current = false;
        }
    }
    if (filter.since) {
        std::erase_if(rotated, [&](const RotatedFile& file) { return file.moment < *filter.since - k_time_slack; });
    }
    return takes_current;
}

}  // namespace

// Between two equal lists of rotated files the current file was opened: it is the one behind the last of them.
Result<Snapshot> take_snapshot(const StreamFiles& where) {
    Snapshot snapshot;
    auto before = where.rotated_since({});
    for (int look = 0; before && look < k_most_looks; ++look) {
        auto current = where.open_current();
        if (!current) {
            return std::unexpected(current.error());
        }
        auto after = where.rotated_since({});
        const bool is_same =
            after &&
            (after->empty() ? before->empty() : !before->empty() && after->back().moment == before->back().moment);
        snapshot.current = *std::move(current);
        before = std::move(after);
        if (is_same) {
            break;
        }
    }
    if (!before) {
        return std::unexpected(before.error());
    }
    snapshot.rotated = *std::move(before);
    if (snapshot.current) {
        const auto size = snapshot.current->size();
        if (!size) {
            return std::unexpected(size.error());
        }
        snapshot.current_size = size->bytes;
    }
    return snapshot;
}

Result<std::vector<std::string>> list_log_files(platform::FileSystem& files, const std::string& folder,
                                                const std::string& stream, const LogFilter& filter) {
    const StreamFiles where{.files = &files, .folder = folder, .stream = stream};
    auto rotated = where.rotated_since({});
    if (!rotated) {
        return std::unexpected(rotated.error());
    }
    const bool takes_current = choose_files(*rotated, filter);
    std::vector<std::string> paths;
    for (const RotatedFile& file : *rotated) {
        paths.push_back(where.path_of(file));
    }
    if (takes_current && exists(files, where.current_path())) {
        paths.push_back(where.current_path());
    }
    return paths;
}

LogCursor::LogCursor(platform::FileSystem& files, std::string folder, std::string stream, Format format,
                     LogFilter filter)
    : where_{.files = &files, .folder = std::move(folder), .stream = std::move(stream)},
      format_(format),
      filter_(std::move(filter)) {}

LogCursor::LogCursor(StreamFiles where, Format format, LogFilter filter, Snapshot snapshot)
    : where_(std::move(where)), format_(format), filter_(std::move(filter)) {
    choose(std::move(snapshot));
}

Status LogCursor::begin() {
    if (!has_files_) {
        auto snapshot = take_snapshot(where_);
        if (!snapshot) {
            return std::unexpected(snapshot.error());
        }
        choose(*std::move(snapshot));
    }
    return open_next();
}

void LogCursor::choose(Snapshot snapshot) {
    has_files_ = true;
    rotated_ = std::move(snapshot.rotated);
    current_ = std::move(snapshot.current);
    current_size_ = snapshot.current_size;
    if (!choose_files(rotated_, filter_)) {
        current_.reset();
    }
}

// Leaves lines_ empty behind the last file.
Status LogCursor::open_next() {
    lines_.reset();
    while (next_rotated_ < rotated_.size()) {
        path_ = where_.path_of(rotated_[next_rotated_]);
        auto opened = open_rotated(where_, rotated_[next_rotated_++]);
        if (!opened) {
            return std::unexpected(opened.error());
        }
        if (!opened->is_gone()) {
            lines_ = std::make_unique<ForwardLines>(opened->plain ? ByteSource(std::move(opened->plain), UINT64_MAX)
                                                                  : ByteSource(std::move(opened->compressed)));
            return {};
        }
    }
    if (current_) {
        path_ = where_.current_path();
        lines_ = std::make_unique<ForwardLines>(ByteSource(std::move(current_), current_size_));
    }
    return {};
}

// NOLINTNEXTLINE(readability-function-size): one loop over files and lines
Result<std::optional<LogRecord>> LogCursor::next() {
    if (!std::exchange(has_begun_, true)) {
        if (auto begun = begin(); !begun) {
            return std::unexpected(begun.error());
        }
    }
    while (lines_) {
        const auto line = lines_->next();
        if (!line) {
            unread_.add(path_, line.error());
        }
        if (!line || !*line) {
            if (auto opened = open_next(); !opened) {
                return std::unexpected(opened.error());
            }
            continue;
        }
        LogRecord record = parse_record(**line, format_);
        if (passes(record, filter_)) {
            return record;
        }
    }
    return std::nullopt;
}

Result<std::vector<LogRecord>> read_last(platform::FileSystem& files, platform::Clock& clock, const std::string& folder,
                                         const std::string& stream, Format format, LogFilter filter,
                                         std::size_t count) {
    return LogFollower(files, clock, folder, stream, format, std::move(filter)).last(count);
}

}  // namespace svcwrap::logs
