#include "support/fake_file_system.hpp"

#include <algorithm>

#include "base/path.hpp"
#include "support/fake_open_files.hpp"
#include "support/fake_paths.hpp"

namespace svcwrap::testing {

using platform::DirectoryEntry;
using platform::FileType;

Status FakeFileSystem::move_node(const NodePointer& node, const std::string& to) {
    if (node->held) {
        return std::unexpected(sharing_violation_error(node->path));
    }
    if (node->path.empty()) {
        return std::unexpected(missing_error(to));
    }
    if (find(to) || is_folder(to)) {
        return std::unexpected(existing_error(to));
    }
    nodes_.erase(node->path);
    node->path = to;
    nodes_[to] = node;
    return {};
}

Result<std::size_t> FakeFileSystem::append(Node& node, std::span<const std::byte> bytes) {
    std::size_t size = std::min(bytes.size(), longest_write_);
    if (room_) {
        size = static_cast<std::size_t>(std::min<std::uint64_t>(size, *room_));
        if (size == 0 && !bytes.empty()) {
            return std::unexpected(disk_full_error(node.path));
        }
        *room_ -= size;
    }
    node.bytes.append(reinterpret_cast<const char*>(bytes.data()), size);
    node.modified = clock_.wall_now();
    return size;
}

// ---- FileSystem ----

Result<std::unique_ptr<platform::AppendFile>> FakeFileSystem::open_append(const std::string& path) {
    Lock lock(mutex_);
    const std::string where = normal(path);
    if (auto error = enter(lock, Operation::open_append, where)) {
        return std::unexpected(*error);
    }
    if (!is_folder(folder_of(where))) {
        return std::unexpected(missing_error(where));
    }
    NodePointer node = find(where);
    if ((node && node->type != FileType::file) || is_folder(where)) {
        return std::unexpected(access_denied_error(where));
    }
    if (node && node->open_for_append) {
        return std::unexpected(sharing_violation_error(where));
    }
    if (!node) {
        node = make_node(where);
    }
    node->open_for_append = true;
    node->generation = generation_;
    return std::make_unique<FakeAppendFile>(*this, node);
}

Result<std::unique_ptr<platform::ReadFile>> FakeFileSystem::open_read(const std::string& path) {
    Lock lock(mutex_);
    const std::string where = normal(path);
    if (auto error = enter(lock, Operation::open_read, where)) {
        return std::unexpected(*error);
    }
    const NodePointer node = find(where);
    if (!node) {
        return std::unexpected(missing_error(where));
    }
    return std::make_unique<FakeReadFile>(*this, node);
}

Result<std::string> FakeFileSystem::read_text(const std::string& path, ByteSize limit) {
    Lock lock(mutex_);
    const std::string where = normal(path);
    if (auto error = enter(lock, Operation::read_text, where)) {
        return std::unexpected(*error);
    }
    const NodePointer node = find(where);
    if (!node) {
        return std::unexpected(missing_error(where));
    }
    if (node->bytes.size() > limit.bytes) {
        return fail(ErrorKind::io_failed, "read " + where + ": it is larger than the limit");
    }
    return node->bytes;
}

Status FakeFileSystem::replace(Operation operation, const std::string& path, std::string_view bytes) {
    Lock lock(mutex_);
    const std::string where = normal(path);
    if (auto error = enter(lock, operation, where)) {
        return std::unexpected(*error);
    }
    if (!is_folder(folder_of(where))) {
        return std::unexpected(missing_error(where));
    }
    if (room_ && *room_ < bytes.size()) {
        return std::unexpected(disk_full_error(where));
    }
    if (const NodePointer old = find(where); old && old->held) {
        return std::unexpected(sharing_violation_error(where));
    }
    make_node(where)->bytes = bytes;
    return {};
}

Status FakeFileSystem::flush_file(const std::string& path) {
    Lock lock(mutex_);
    const std::string where = normal(path);
    if (auto error = enter(lock, Operation::flush_file, where)) {
        return std::unexpected(*error);
    }
    return find(where) ? Status() : std::unexpected(missing_error(where));
}

Result<DirectoryEntry> FakeFileSystem::stat(const std::string& path) {
    Lock lock(mutex_);
    const std::string where = normal(path);
    if (auto error = enter(lock, Operation::stat, where)) {
        return std::unexpected(*error);
    }
    if (const NodePointer node = find(where)) {
        const auto behind = sizes_of_old_.find(where);
        return DirectoryEntry{.name = name_part(where),
                              .type = node->type,
                              .size = behind == sizes_of_old_.end() ? ByteSize{node->bytes.size()} : behind->second,
                              .modified = node->modified};
    }
    if (is_folder(where)) {
        return DirectoryEntry{.name = name_part(where), .type = FileType::directory, .size = {}, .modified = {}};
    }
    return std::unexpected(missing_error(where));
}

Result<std::vector<DirectoryEntry>> FakeFileSystem::list(const std::string& folder) {
    Lock lock(mutex_);
    const std::string where = normal(folder);
    if (auto error = enter(lock, Operation::list, where)) {
        return std::unexpected(*error);
    }
    if (!is_folder(where)) {
        return std::unexpected(missing_error(where));
    }
    std::vector<DirectoryEntry> entries;
    for (const auto& [path, node] : nodes_) {
        if (folder_of(path) == where) {
            entries.push_back({.name = name_part(path),
                               .type = node->type,
                               .size = {node->bytes.size()},
                               .modified = node->modified});
        }
    }
    for (const std::string& path : folders_) {
        if (folder_of(path) == where) {
            entries.push_back({.name = name_part(path), .type = FileType::directory, .size = {}, .modified = {}});
        }
    }
    return entries;
}

Status FakeFileSystem::rename(const std::string& from, const std::string& to) {
    Lock lock(mutex_);
    const std::string where = normal(from);
    if (auto error = enter(lock, Operation::rename, where)) {
        return std::unexpected(*error);
    }
    const NodePointer node = find(where);
    return node ? move_node(node, normal(to)) : std::unexpected(missing_error(where));
}

Status FakeFileSystem::remove_file(const std::string& path) {
    Lock lock(mutex_);
    const std::string where = normal(path);
    if (auto error = enter(lock, Operation::remove_file, where)) {
        return std::unexpected(*error);
    }
    const NodePointer node = find(where);
    if (node && node->held) {
        return std::unexpected(sharing_violation_error(where));
    }
    if (node) {
        node->path.clear();
        nodes_.erase(where);
        if (room_) {
            *room_ += node->bytes.size();
        }
    }
    return {};
}

Status FakeFileSystem::remove_folder(const std::string& path) {
    Lock lock(mutex_);
    const std::string where = normal(path);
    if (auto error = enter(lock, Operation::remove_folder, where)) {
        return std::unexpected(*error);
    }
    const auto inside = [&](const std::string& other) { return folder_of(other) == where; };
    if (!folders_.contains(where)) {
        return std::unexpected(missing_error(where));
    }
    if (std::ranges::any_of(folders_, inside) ||
        std::ranges::any_of(nodes_, inside, [](const auto& entry) { return entry.first; })) {
        return std::unexpected(os_error(ErrorKind::io_failed, "remove " + where + ": the folder is not empty", 145));
    }
    folders_.erase(where);
    return {};
}

Status FakeFileSystem::make_folders(const std::string& path) {
    Lock lock(mutex_);
    const std::string where = normal(path);
    if (auto error = enter(lock, Operation::make_folders, where)) {
        return std::unexpected(*error);
    }
    for (std::string folder = where; !is_root(folder); folder = folder_of(folder)) {
        if (find(folder)) {
            return std::unexpected(existing_error(folder));
        }
        folders_.insert(folder);
    }
    return {};
}

Status FakeFileSystem::make_private_folder(const std::string& path, const std::string& extra_account,
                                           platform::FolderRight right) {
    {
        Lock lock(mutex_);
        if (auto error = enter(lock, Operation::make_private_folder, normal(path))) {
            return std::unexpected(*error);
        }
        const std::string_view word = right == platform::FolderRight::modify ? ":modify" : ":read";
        guests_[normalize_path(path)] = extra_account.empty() ? std::string() : extra_account + std::string(word);
    }
    return make_folders(path);
}

namespace {

class FakeHeldFolder final : public platform::HeldFolder {
public:
    explicit FakeHeldFolder(std::string final_path) : final_path_(std::move(final_path)) {}
    [[nodiscard]] const std::string& final_path() const override { return final_path_; }

private:
    std::string final_path_;
};

}  // namespace

Result<std::shared_ptr<const platform::HeldFolder>> FakeFileSystem::hold_folder(const std::string& folder) {
    const std::string path = normal(folder);
    Lock lock(mutex_);
    if (auto error = enter(lock, Operation::hold_folder, path)) {
        return std::unexpected(*error);
    }
    if (!is_folder(path)) {
        return fail(ErrorKind::not_found, "open the folder " + folder + ": there is none");
    }
    const auto lead = leads_.find(path);
    auto held = std::make_shared<const FakeHeldFolder>(lead == leads_.end() ? path : lead->second);
    holds_[path] = held;
    return held;
}

Result<platform::DiskSpace> FakeFileSystem::disk_space(const std::string& folder) {
    Lock lock(mutex_);
    if (auto error = enter(lock, Operation::disk_space, normal(folder))) {
        return std::unexpected(*error);
    }
    return platform::DiskSpace{.total = 100_GiB, .available = room_ ? ByteSize{*room_} : 50_GiB};
}

}  // namespace svcwrap::testing
