#include "logs/reader_files.hpp"

#include <algorithm>
#include <utility>

#include "base/path.hpp"
#include "logs/rotated_name.hpp"

namespace svcwrap::logs {

namespace {

constexpr std::size_t k_first_block = std::size_t{64} * 1024;

}  // namespace

Result<std::vector<RotatedFile>> StreamFiles::rotated_since(std::optional<WallTime> moment) const {
    const auto entries = files->list(folder);
    if (!entries) {
        return entries.error().kind == ErrorKind::not_found ? Result<std::vector<RotatedFile>>()
                                                            : std::unexpected(entries.error());
    }
    std::vector<RotatedFile> found = find_rotated_files(stream, *entries);
    std::erase_if(found, [&](const RotatedFile& file) { return moment && file.moment <= *moment; });
    const auto doubled = std::ranges::unique(found, {}, &RotatedFile::moment);
    found.erase(doubled.begin(), doubled.end());
    return found;
}

std::string StreamFiles::path_of(const RotatedFile& file) const {
    return join_path(folder, file.name);
}

std::string StreamFiles::current_path() const {
    return join_path(folder, current_name(stream));
}

Result<std::unique_ptr<platform::ReadFile>> StreamFiles::open_current() const {
    auto file = files->open_read(current_path());
    if (!file && file.error().kind == ErrorKind::not_found) {
        return std::unique_ptr<platform::ReadFile>();
    }
    return file;
}

Result<std::size_t> ByteSource::read(std::span<std::byte> bytes) {
    if (gzip_) {
        return gzip_->read(bytes);
    }
    const std::uint64_t left = end_ - std::min(end_, offset_);
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size()));
    if (size == 0) {
        return 0;
    }
    auto count = plain_->read_at(offset_, bytes.first(size));
    offset_ += count.value_or(0);
    return count;
}

// The housekeeper makes the compressed file before it removes the plain one.
Result<OpenRotated> open_rotated(const StreamFiles& where, const RotatedFile& file) {
    const std::string plain_path = join_path(where.folder, rotated_name(where.stream, file.moment));
    auto plain = where.files->open_read(plain_path);
    if (plain) {
        return OpenRotated{.plain = *std::move(plain), .compressed = {}};
    }
    if (plain.error().kind != ErrorKind::not_found) {
        return std::unexpected(plain.error());
    }
    auto compressed = where.files->open_read(plain_path + std::string(k_compressed_extension));
    if (compressed) {
        return OpenRotated{.plain = {}, .compressed = std::make_unique<GzipReader>(*std::move(compressed))};
    }
    return compressed.error().kind == ErrorKind::not_found ? Result<OpenRotated>(OpenRotated{})
                                                           : std::unexpected(compressed.error());
}

void UnreadFiles::add(const std::string& path, const Error& error) {
    add({.count = 1, .first = path, .trouble = error});
}

void UnreadFiles::add(const UnreadFiles& others) {
    if (count == 0) {
        first = others.first;
        trouble = others.trouble;
    }
    count += others.count;
}

Result<std::optional<std::string_view>> ForwardLines::next() {
    while (true) {
        const std::size_t newline = buffer_.find('\n', scanned_);
        if (newline != std::string::npos || buffer_.size() - start_ >= k_longest_read_line ||
            (at_end_ && start_ < buffer_.size())) {
            const std::size_t end = std::min(newline, buffer_.size());
            const std::string_view line = std::string_view(buffer_).substr(start_, end - start_);
            start_ = scanned_ = newline == std::string::npos ? end : end + 1;
            return line;
        }
        if (at_end_) {
            return std::nullopt;
        }
        buffer_.erase(0, start_);
        start_ = 0;
        scanned_ = buffer_.size();
        const auto count = source_.read(block_);
        if (!count) {
            return std::unexpected(count.error());
        }
        at_end_ = *count == 0;
        buffer_.append(reinterpret_cast<const char*>(block_.data()), *count);
    }
}

// Twice as much each time, so that a long line does not cost the square of its length.
Status BackwardLines::extend() {
    const std::size_t wanted = std::max(k_first_block, buffer_.size());
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(start_, wanted));
    std::string block(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const auto count = file_.read_at(start_ - size + done, std::as_writable_bytes(std::span(block)).subspan(done));
        if (!count) {
            return std::unexpected(count.error());
        }
        if (*count == 0) {
            return fail(ErrorKind::io_failed, "read a log: it became shorter while it was read");
        }
        done += *count;
    }
    start_ -= size;
    buffer_ = block + buffer_;
    return {};
}

// NOLINTNEXTLINE(readability-function-size): one loop over blocks
Result<std::optional<std::string>> BackwardLines::next() {
    while (!is_over_) {
        if (is_first_ && !buffer_.empty()) {
            is_first_ = false;
            buffer_.resize(buffer_.size() - (buffer_.ends_with('\n') ? 1 : 0));
        }
        const std::size_t newline = is_first_ ? std::string::npos : buffer_.rfind('\n');
        const bool is_too_long = buffer_.size() >= k_longest_read_line;
        if (newline == std::string::npos && start_ > 0 && !is_too_long) {
            if (auto extended = extend(); !extended) {
                return std::unexpected(extended.error());
            }
            continue;
        }
        if (newline == std::string::npos && is_first_) {
            break;  // the file is empty
        }
        std::string line = buffer_.substr(newline == std::string::npos ? 0 : newline + 1);
        buffer_.resize(newline == std::string::npos ? 0 : newline);
        is_over_ = newline == std::string::npos && start_ == 0;
        return line;
    }
    is_over_ = true;
    return std::nullopt;
}

}  // namespace svcwrap::logs
