#include "logs/housekeeper.hpp"

#include <utility>

#include "logs/gzip.hpp"
#include "logs/rotated_name.hpp"

namespace svcwrap::logs {

Housekeeper::Housekeeper(platform::FileSystem& files, platform::Clock& clock, Complain complain)
    : files_(files), clock_(clock), complain_(std::move(complain)) {}

void Housekeeper::compress_later(const std::string& path, Folder folder) {
    add({.kind = Kind::compress, .path = path, .folder = std::move(folder)});
}

void Housekeeper::discard_later(const std::string& path, Folder folder) {
    add({.kind = Kind::discard, .path = path, .folder = std::move(folder)});
}

void Housekeeper::add(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (cancelled_ || !jobs_.push(std::move(job))) {
            return;
        }
    }
    if (wake_) {
        wake_();
    }
}

bool Housekeeper::take(Job& job) {
    const std::lock_guard lock(mutex_);
    if (cancelled_ || jobs_.empty()) {
        return false;
    }
    job = jobs_.front();
    return true;
}

bool Housekeeper::run_once() {
    Job job{};
    if (!take(job)) {
        return false;
    }
    const Status done = run(job);
    const std::lock_guard lock(mutex_);
    jobs_.pop();
    if (!cancelled_) {
        note(done);
    }
    return true;
}

Status Housekeeper::run(const Job& job) {
    return job.kind == Kind::compress ? compress(job.path) : discard(job.path);
}

// A whole .gz beside the plain file is what a crash, or a reader that held the plain one, left behind.
Status Housekeeper::compress(const std::string& path) {
    if (!exists(files_, path)) {
        return {};  // pruned in the meantime
    }
    const std::string compressed = path + std::string(k_compressed_extension);
    if (exists(files_, compressed)) {
        const auto whole = is_whole(path);
        if (!whole) {
            return std::unexpected(whole.error());
        }
        if (*whole) {
            return discard(path);
        }
        if (auto discarded = discard(compressed); !discarded) {
            return discarded;
        }
    }
    return compress_anew(path);
}

// Whether path.gz holds as many bytes as the plain file, with a sound checksum.
Result<bool> Housekeeper::is_whole(const std::string& path) {
    auto file = files_.open_read(path + std::string(k_compressed_extension));
    if (!file) {
        return std::unexpected(file.error());
    }
    const auto plain = files_.stat(path);
    if (!plain) {
        return std::unexpected(plain.error());
    }
    const auto size = verify_gzip(*std::move(file), [this] { return cancelled_.load(); });
    if (!size && cancelled_) {
        return std::unexpected(size.error());
    }
    return size && *size == plain->size;
}

Status Housekeeper::compress_anew(const std::string& path) {
    const std::string compressed = path + std::string(k_compressed_extension);
    const std::string unfinished = compressed + std::string(k_unfinished_extension);
    if (auto removed = files_.remove_file(unfinished); !removed) {
        return removed;
    }
    auto from = files_.open_read(path);
    if (!from) {
        return std::unexpected(from.error());
    }
    auto to = files_.open_append(unfinished);
    if (!to) {
        return std::unexpected(to.error());
    }
    const auto size = gzip_into(**from, **to, [this] { return cancelled_.load(); });
    Status done = size ? (*to)->rename_to(compressed) : Status(std::unexpected(size.error()));
    to->reset();
    from->reset();
    if (!done) {
        (void)files_.remove_file(unfinished);  // if that fails too, the next start or attempt clears it away
        return done;
    }
    if (!exists(files_, path)) {
        return files_.remove_file(compressed);  // pruned in the meantime
    }
    {
        const std::lock_guard lock(mutex_);
        ++counters_.compressed_files;
        counters_.plain_bytes += size->plain.bytes;
        counters_.compressed_bytes += size->compressed.bytes;
    }
    return files_.remove_file(path);
}

Status Housekeeper::discard(const std::string& path) {
    const bool is_there = exists(files_, path);
    Status removed = files_.remove_file(path);
    if (removed && is_there) {
        const std::lock_guard lock(mutex_);
        ++counters_.repaired_files;
    }
    return removed;
}

void Housekeeper::note(const Status& done) {
    const TimePoint now = clock_.now();
    if (!done) {
        ++counters_.errors;
        if (trouble_.begin(now) && complain_) {
            complain_(
                {.subject = Subject::compression,
                 .lasts = true,
                 .text = "a rotated log can't be compressed and stays as it is, which is tried again after the next "
                         "rotation: " +
                         done.error().message});
        }
    } else if (trouble_.is_on()) {
        trouble_.end(now);
        if (complain_) {
            complain_({.subject = Subject::compression, .text = "rotated logs can be compressed again"});
        }
    }
}

HousekeeperCounters Housekeeper::counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
}

}  // namespace svcwrap::logs
