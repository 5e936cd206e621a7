#include "logs/retention.hpp"

#include <algorithm>

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
        const auto moment = parse_rotated_name(stream, entry.name);
        if (moment && entry.type == platform::FileType::file) {
            found.push_back({.name = entry.name, .moment = *moment, .size = entry.size});
        }
    }
    std::ranges::sort(found, {}, &RotatedFile::moment);
    return found;
}

std::size_t count_expired(std::span<const RotatedFile> oldest_first, const KeepOptions& keep, WallTime now) {
    std::uint64_t total = 0;
    std::size_t kept = 0;
    for (std::size_t i = oldest_first.size(); i > 0; --i, ++kept) {
        const RotatedFile& file = oldest_first[i - 1];
        total += file.size.bytes;
        const bool too_many = kept >= keep.files;
        const bool too_old = keep.age != k_forever && now - file.moment > keep.age;
        const bool too_large = keep.total_size.bytes != 0 && total > keep.total_size.bytes;
        if (too_many || too_old || too_large) {
            return i;
        }
    }
    return 0;
}

CleanUpResult clean_up(platform::FileSystem& files, const std::string& folder, std::string_view stream,
                       const KeepOptions& keep, WallTime now) {
    CleanUpResult result;
    const auto entries = files.list(folder);
    if (!entries) {
        note(result, entries.error());
        return result;
    }
    const std::vector<RotatedFile> rotated = find_rotated_files(stream, *entries);
    if (!rotated.empty()) {
        result.newest = rotated.back().moment;
    }
    for (const RotatedFile& file : std::span(rotated).first(count_expired(rotated, keep, now))) {
        if (const Status removed = files.remove_file(join_path(folder, file.name)); removed) {
            ++result.removed;
        } else {
            note(result, removed.error());
        }
    }
    return result;
}

}  // namespace svcwrap::logs
