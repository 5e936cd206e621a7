#include "logs/retention.hpp"

#include <algorithm>
#include <iterator>

#include "base/path.hpp"
#include "logs/rotated_name.hpp"

namespace svcwrap::logs {

namespace {

void note(CleanUpResult& result, const Error& error) {
    ++result.errors;
    if (!result.first_error) {
        result.first_error = error;
    }
}

}  // namespace

std::vector<RotatedFile> find_rotated_files(std::string_view stream,
                                            std::span<const platform::DirectoryEntry> entries) {
    std::vector<RotatedFile> found;
    for (const platform::DirectoryEntry& entry : entries) {
        const auto parts = parse_any_rotated_name(stream, entry.name);
        if (parts && parts->state != FileState::unfinished && entry.type == platform::FileType::file) {
            found.push_back({.name = entry.name, .moment = parts->moment, .size = entry.size, .state = parts->state});
        }
    }
    std::ranges::sort(found, {}, [](const RotatedFile& file) { return std::pair(file.moment, file.state); });
    return found;
}

std::size_t count_expired(std::span<const RotatedFile> oldest_first, const KeepOptions& keep, WallTime now) {
    std::uint64_t total = 0;
    std::size_t kept = 0;
    for (std::size_t i = oldest_first.size(); i > 0; --i) {
        const RotatedFile& file = oldest_first[i - 1];
        total += file.size.bytes;
        kept += i < oldest_first.size() && oldest_first[i].moment != file.moment ? 1 : 0;
        const bool too_many = kept >= keep.files;
        const bool too_old = keep.age != k_forever && now - file.moment > keep.age;
        const bool too_large = keep.total_size.bytes != 0 && total > keep.total_size.bytes;
        if (too_many || too_old || too_large) {
            return i;
        }
    }
    return 0;
}

// The housekeeper looks for the plain file after it has named the compressed one: whoever comes last removes that.
Status remove_rotated(platform::FileSystem& files, const std::string& folder, const RotatedFile& file) {
    const std::string path = join_path(folder, file.name);
    Status removed = files.remove_file(path);
    if (removed && file.state == FileState::plain) {
        removed = files.remove_file(path + std::string(k_compressed_extension));
    }
    return removed;
}

CleanUpResult clean_up(platform::FileSystem& files, const std::string& folder, std::string_view stream,
                       const KeepOptions& keep, WallTime now) {
    CleanUpResult result;
    const auto entries = files.list(folder);
    if (!entries) {
        note(result, entries.error());
        return result;
    }
    std::vector<RotatedFile> rotated = find_rotated_files(stream, *entries);
    if (!rotated.empty()) {
        result.newest = rotated.back().moment;
    }
    for (const platform::DirectoryEntry& entry : *entries) {
        const auto parts = parse_any_rotated_name(stream, entry.name);
        if (parts && parts->state == FileState::unfinished && entry.type == platform::FileType::file) {
            result.unfinished.push_back(entry.name);
        }
    }
    const std::size_t expired = count_expired(rotated, keep, now);
    for (const RotatedFile& file : std::span(rotated).first(expired)) {
        if (const Status removed = remove_rotated(files, folder, file); removed) {
            ++result.removed;
        } else {
            note(result, removed.error());
        }
    }
    rotated.erase(rotated.begin(), rotated.begin() + static_cast<std::ptrdiff_t>(expired));
    result.kept = std::move(rotated);
    return result;
}

std::vector<RotatedFile> files_to_compress(std::span<const RotatedFile> kept, bool delayed) {
    std::vector<RotatedFile> plain;
    std::ranges::copy_if(kept, std::back_inserter(plain),
                         [](const RotatedFile& file) { return file.state == FileState::plain; });
    if (delayed && !plain.empty() && plain.back().moment == kept.back().moment) {
        plain.pop_back();
    }
    return plain;
}

}  // namespace svcwrap::logs
