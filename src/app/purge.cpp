#include "app/purge.hpp"

#include "base/path.hpp"

namespace svcwrap::app {

namespace {

// Nobody nests deeper than that here; a bound keeps a broken file system from exhausting the stack.
constexpr int k_deepest = 32;

Status remove_contents(platform::FileSystem& files, const std::string& folder, int depth);

// A link to a folder (junction) is no file for Windows; removing the "folder" removes the link.
Status remove_link(platform::FileSystem& files, const std::string& path) {
    if (files.remove_file(path)) return {};
    return files.remove_folder(path);
}

Status remove_entry(platform::FileSystem& files, const std::string& path, platform::FileType type, int depth) {
    if (type == platform::FileType::link) return remove_link(files, path);
    if (type != platform::FileType::directory) return files.remove_file(path);
    if (const Status emptied = remove_contents(files, path, depth + 1); !emptied) return emptied;
    return files.remove_folder(path);
}

Status remove_contents(platform::FileSystem& files, const std::string& folder, int depth) {
    if (depth > k_deepest) return fail(ErrorKind::io_failed, folder + " is nested too deeply", "Remove it by hand.");
    const auto entries = files.list(folder);
    if (!entries) return std::unexpected(entries.error());
    Status first;
    for (const platform::DirectoryEntry& entry : *entries) {
        const Status removed = remove_entry(files, join_path(folder, entry.name), entry.type, depth);
        if (!removed && first) first = removed;
    }
    return first;
}

}  // namespace

Status purge_folder(platform::FileSystem& files, const std::string& folder) {
    const auto entry = files.stat(folder);
    if (!entry) return entry.error().kind == ErrorKind::not_found ? Status() : Status(std::unexpected(entry.error()));
    if (entry->type != platform::FileType::directory) {
        return fail(ErrorKind::access_denied, folder + " is not a folder of its own but a link or a file",
                    "Look at what it is and remove it by hand.");
    }
    return remove_entry(files, folder, entry->type, 0);
}

}  // namespace svcwrap::app
