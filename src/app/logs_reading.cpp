#include "app/logs_reading.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace svcwrap::app {

using logs::LogFilter;
using logs::LogRecord;

namespace {

// The journal is raw to those who read its files: they can choose files by their moments, and no lines.
LogFilter filter_of_files(const LogPart& part) {
    if (!part.is_journal) return part.filter;
    LogFilter filter;
    filter.since = part.filter.since;
    filter.until = part.filter.until;
    return filter;
}

bool chooses_lines(const LogFilter& filter) {
    return filter.since || filter.until || filter.least_level || filter.pattern;
}

constexpr std::size_t k_all = std::numeric_limits<std::size_t>::max();

}  // namespace

LogRecord event_of(LogRecord raw) {
    const std::string_view line = raw.line;
    const std::size_t time_end = line.find(' ');
    const auto time = logs::parse_log_time(line.substr(0, time_end));
    raw.stream = "svcwrap";
    if (!time || time_end == std::string_view::npos) return raw;
    const std::string_view rest = line.substr(time_end + 1);
    const std::size_t level_end = rest.find(' ');
    const auto text = rest.find_first_not_of(' ', level_end);
    raw.time = time;
    raw.level = logs::parse_level(rest.substr(0, level_end));
    raw.message = text == std::string_view::npos ? std::string() : std::string(rest.substr(text));
    return raw;
}

// ---- one series of files ----

PartReader::PartReader(const AppParts& parts, const LogPart& part)
    : part_(part),
      reader_filter_(filter_of_files(part)),
      follower_(parts.files, parts.clock, part.folder, part.stream, part.format, reader_filter_),
      files_(parts.files) {}

// False if it is not wanted.
bool PartReader::understand(LogRecord& record) const {
    if (!part_.is_journal) return true;
    record = event_of(std::move(record));
    return passes(record, part_.filter);
}

void PartReader::keep(std::vector<LogRecord> records, std::size_t count) {
    for (LogRecord& record : records) {
        if (understand(record)) waiting_.push_back(std::move(record));
        if (waiting_.size() > count) waiting_.pop_front();
    }
}

Status PartReader::begin_at_end(std::size_t count, bool to_follow) {
    const bool is_refined = part_.is_journal && chooses_lines(part_.filter);
    auto records = follower_.last(is_refined ? k_all : count, to_follow);
    if (!records) return std::unexpected(records.error());
    keep(*std::move(records), count);
    return {};
}

Status PartReader::begin_at_front(std::optional<std::size_t> count, bool to_follow) {
    if (to_follow) {
        auto all = follower_.all();
        if (!all) return std::unexpected(all.error());
        cursor_ = std::make_unique<logs::LogCursor>(*std::move(all));
    } else {
        cursor_ = std::make_unique<logs::LogCursor>(files_, part_.folder, part_.stream, part_.format, reader_filter_);
    }
    if (!count) return {};
    while (true) {
        auto record = next_of_cursor();
        if (!record) return std::unexpected(record.error());
        if (!*record) break;
        waiting_.push_back(*std::move(*record));
        if (waiting_.size() > *count) waiting_.pop_front();
    }
    return {};
}

Result<std::optional<LogRecord>> PartReader::next_of_cursor() {
    while (true) {
        auto record = cursor_->next();
        if (!record || !*record || understand(**record)) return record;
    }
}

Result<std::optional<LogRecord>> PartReader::next() {
    auto record = cursor_ ? next_of_cursor() : Result<std::optional<LogRecord>>(std::nullopt);
    if (!record || *record || waiting_.empty()) return record;
    record = std::move(waiting_.front());
    waiting_.pop_front();
    return record;
}

Status PartReader::poll(const std::function<void()>& full) {
    polled_bytes_ = 0;
    const auto polled = follower_.poll([&](const LogRecord& record) {
        LogRecord copy = record;
        if (!understand(copy)) return;
        polled_bytes_ += copy.line.size();
        waiting_.push_back(std::move(copy));
        if (polled_bytes_ < k_most_waiting.bytes) return;
        full();
        waiting_.clear();
        polled_bytes_ = 0;
    });
    return polled ? Status() : std::unexpected(polled.error());
}

logs::UnreadFiles PartReader::unread() const {
    logs::UnreadFiles all = follower_.unread();
    if (cursor_) all.add(cursor_->unread());
    return all;
}

// ---- all of them ----

LogReading::LogReading(const AppParts& parts, const LogsPlan& plan) : plan_(plan) {
    for (const LogPart& part : plan.parts) {
        sources_.push_back({.reader = std::make_unique<PartReader>(parts, part), .head = {}, .order = WallTime::min()});
    }
}

Status LogReading::advance(Source& source) {
    auto record = source.reader->next();
    if (!record) return std::unexpected(record.error());
    source.head = *std::move(record);
    if (source.head && source.head->time) source.order = std::max(source.order, *source.head->time);
    return {};
}

Status LogReading::advance_all() {
    for (Source& source : sources_) {
        if (source.head) continue;
        if (auto advanced = advance(source); !advanced) return advanced;
    }
    return {};
}

Status LogReading::begin(bool to_follow) {
    for (Source& source : sources_) {
        const bool from_end = plan_.count && (to_follow || !plan_.is_bounded);
        const Status begun = from_end ? source.reader->begin_at_end(*plan_.count, to_follow)
                                      : source.reader->begin_at_front(plan_.count, to_follow);
        if (!begun) return begun;
    }
    if (auto advanced = advance_all(); !advanced) return advanced;
    return skip_old_ones();
}

// Each source gave as many as are wanted in all. Where they can't be put in order, that many of each are shown.
Status LogReading::skip_old_ones() {
    const bool in_order = std::ranges::all_of(plan_.parts, has_times);
    if (!plan_.count || !in_order || sources_.size() < 2) return {};
    std::deque<LogLine> newest;
    while (true) {
        auto line = next();
        if (!line) return std::unexpected(line.error());
        if (!*line) break;
        newest.push_back(*std::move(*line));
        if (newest.size() > *plan_.count) newest.pop_front();
    }
    kept_ = std::move(newest);
    return {};
}

Result<std::optional<LogLine>> LogReading::next() {
    if (!kept_.empty()) {
        LogLine line = std::move(kept_.front());
        kept_.pop_front();
        return line;
    }
    Source* first = nullptr;
    for (Source& source : sources_) {
        if (source.head && (first == nullptr || source.order < first->order)) first = &source;
    }
    if (first == nullptr) return std::nullopt;
    LogLine line{.part = &first->reader->part(), .record = *std::exchange(first->head, std::nullopt)};
    if (auto advanced = advance(*first); !advanced) return std::unexpected(advanced.error());
    return line;
}

Status LogReading::poll(const std::function<Status()>& show) {
    for (Source& source : sources_) {
        Status shown;
        const auto full = [&] {
            if (shown) shown = advance_all();
            if (shown) shown = show();
        };
        if (auto polled = source.reader->poll(full); !polled || !shown) return polled ? shown : polled;
    }
    return advance_all();
}

logs::UnreadFiles LogReading::unread() const {
    logs::UnreadFiles all;
    for (const Source& source : sources_) all.add(source.reader->unread());
    return all;
}

}  // namespace svcwrap::app
