#include "logs/disk_watch.hpp"

#include <array>
#include <utility>

namespace svcwrap::logs {

namespace {

constexpr DiskOptions k_no_marks{.warn_above = 0, .compress_above = 0, .prune_above = 0, .stop_above = 0};

constexpr std::array k_levels{DiskLevel::warn, DiskLevel::compress, DiskLevel::prune, DiskLevel::stop};

PerMille mark_of(DiskLevel level, const DiskOptions& marks) {
    switch (level) {
        case DiskLevel::normal:
            return 0;
        case DiskLevel::warn:
            return marks.warn_above * 10;
        case DiskLevel::compress:
            return marks.compress_above * 10;
        case DiskLevel::prune:
            return marks.prune_above * 10;
        case DiskLevel::stop:
            return marks.stop_above * 10;
    }
    return 0;
}

std::string_view consequence_of(DiskLevel level) {
    switch (level) {
        case DiskLevel::normal:
            return "";
        case DiskLevel::warn:
            return "logs go on";
        case DiskLevel::compress:
            return "rotated logs are compressed";
        case DiskLevel::prune:
            return "rotated logs are removed, oldest first";
        case DiskLevel::stop:
            return "output is dropped and counted until there is room";
    }
    return "";
}

std::string as_percent(PerMille part) {
    return std::to_string(part / 10) + "." + std::to_string(part % 10) + " %";
}

}  // namespace

PerMille used_part(const platform::DiskSpace& space) {
    const std::uint64_t total = space.total.bytes;
    if (total == 0 || space.available.bytes >= total) {
        return 0;
    }
    // Without an overflow for any size that exists: a volume of 2^54 bytes is 16 PiB.
    return total > UINT64_MAX / 1000 ? static_cast<PerMille>((total - space.available.bytes) / (total / 1000))
                                     : static_cast<PerMille>((total - space.available.bytes) * 1000 / total);
}

DiskLevel next_disk_level(DiskLevel before, PerMille used, const DiskOptions& marks) {
    DiskLevel result = DiskLevel::normal;
    for (const DiskLevel level : k_levels) {
        const PerMille mark = mark_of(level, marks);
        const bool was_reached = level <= before;
        if (mark != 0 && used + (was_reached ? k_disk_slack : 0) >= mark) {
            result = level;
        }
    }
    return result;
}

DiskWatch::DiskWatch(platform::FileSystem& files, platform::Clock& clock, std::string folder, Complain complain)
    : files_(files), clock_(clock), folder_(std::move(folder)), complain_(std::move(complain)) {}

DiskLevel DiskWatch::check(const DiskOptions& marks, bool at_once) {
    const std::lock_guard lock(mutex_);
    const TimePoint now = clock_.now();
    if (now < next_check_ && !at_once) {
        return level_;
    }
    next_check_ = now + k_disk_check_interval;
    const bool is_off = marks == k_no_marks;
    const auto space = is_off ? platform::DiskSpace{} : files_.disk_space(folder_);
    if (space) {
        const PerMille used = used_part(*space);
        const DiskLevel before = std::exchange(level_, next_disk_level(level_, used, marks));
        if (level_ != before) {
            tell(before, used, marks);
        }
    }
    return level_;
}

void DiskWatch::tell(DiskLevel before, PerMille used, const DiskOptions& marks) const {
    if (!complain_) {
        return;
    }
    std::string text = "the volume of " + folder_ + " is " + as_percent(used) + " full: ";
    if (level_ == DiskLevel::normal) {
        text += "below the mark of " + as_percent(mark_of(before, marks)) + " again";
    } else {
        text += (level_ < before ? "still above the mark of " : "above the mark of ") +
                as_percent(mark_of(level_, marks)) + ", " + std::string(consequence_of(level_));
    }
    complain_({.subject = Subject::disk, .lasts = level_ != DiskLevel::normal, .text = std::move(text)});
}

DiskLevel DiskWatch::level() const {
    const std::lock_guard lock(mutex_);
    return level_;
}

TimePoint DiskWatch::next_check() const {
    const std::lock_guard lock(mutex_);
    return next_check_;
}

}  // namespace svcwrap::logs
