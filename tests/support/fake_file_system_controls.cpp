// What a test does to a FakeFileSystem: faults, and looking at the disk.
#include <algorithm>
#include <array>

#include "support/fake_file_system.hpp"
#include "support/fake_paths.hpp"

namespace svcwrap::testing {

using platform::FileType;

std::string_view name_of(Operation operation) {
    constexpr std::array<std::string_view, k_operation_count> k_names{"open_append",
                                                                      "append_write",
                                                                      "append_size",
                                                                      "append_rename",
                                                                      "append_flush",
                                                                      "open_read",
                                                                      "read_at",
                                                                      "read_size",
                                                                      "read_text",
                                                                      "write_whole",
                                                                      "stat",
                                                                      "list",
                                                                      "rename",
                                                                      "remove_file",
                                                                      "remove_folder",
                                                                      "make_folders",
                                                                      "make_private_folder",
                                                                      "disk_space",
                                                                      "hold_folder"};
    return k_names[static_cast<std::size_t>(operation)];
}

Error disk_full_error(const std::string& path) {
    return os_error(ErrorKind::io_failed, "write to " + path + ": the disk is full", 112);
}
Error access_denied_error(const std::string& path) {
    return os_error(ErrorKind::access_denied, "open " + path + ": access is denied", 5);
}
Error sharing_violation_error(const std::string& path) {
    return os_error(ErrorKind::io_failed, "rename " + path + ": another program uses the file", 32);
}
Error device_gone_error(const std::string& path) {
    return os_error(ErrorKind::io_failed, "write to " + path + ": the device is not there any more", 55);
}

// ---- faults ----

void FakeFileSystem::set_fault(Fault fault) {
    const Lock lock(mutex_);
    faults_.push_back(std::move(fault));
}

void FakeFileSystem::fail_call_number(std::size_t number, Error error) {
    set_fault([=](const FileCall& call) { return call.number == number ? std::optional(error) : std::nullopt; });
}

void FakeFileSystem::fail_every(Operation operation, Error error) {
    set_fault([=](const FileCall& call) { return call.operation == operation ? std::optional(error) : std::nullopt; });
}

void FakeFileSystem::fail_next(Operation operation, std::size_t times, Error error) {
    set_fault([=](const FileCall& call) mutable -> std::optional<Error> {
        if (call.operation != operation || times == 0) {
            return std::nullopt;
        }
        --times;
        return error;
    });
}

void FakeFileSystem::heal() {
    const Lock lock(mutex_);
    faults_.clear();
}

void FakeFileSystem::set_longest_write(std::size_t bytes) {
    const Lock lock(mutex_);
    longest_write_ = bytes;
}

void FakeFileSystem::set_disk_room(std::optional<std::uint64_t> bytes) {
    const Lock lock(mutex_);
    room_ = bytes;
}

void FakeFileSystem::hold_file(const std::string& path, bool held) {
    const Lock lock(mutex_);
    if (const NodePointer node = find(normal(path))) {
        node->held = held;
    }
}

void FakeFileSystem::spoil_open_handles() {
    const Lock lock(mutex_);
    ++generation_;
    for (auto& [path, node] : nodes_) {
        node->open_for_append = false;
    }
}

void FakeFileSystem::stall(Operation operation) {
    const Lock lock(mutex_);
    stalled_.insert(operation);
}

void FakeFileSystem::resume_all() {
    const Lock lock(mutex_);
    stalled_.clear();
    resumed_.notify_all();
}

std::size_t FakeFileSystem::stalled_calls() const {
    const Lock lock(mutex_);
    return stalled_calls_;
}

// Records the call, waits while its kind is stalled, and asks the faults.
std::optional<Error> FakeFileSystem::enter(Lock& lock, Operation operation, const std::string& path) {
    calls_.push_back({.operation = operation, .path = path, .number = calls_.size() + 1});
    const FileCall call = calls_.back();
    ++stalled_calls_;
    resumed_.wait(lock, [&] { return !stalled_.contains(operation); });
    --stalled_calls_;
    for (const Fault& fault : faults_) {
        if (auto error = fault(call)) {
            return error;
        }
    }
    return std::nullopt;
}

// ---- what is on the disk ----

FakeFileSystem::NodePointer FakeFileSystem::find(const std::string& path) const {
    const auto found = nodes_.find(path);
    return found == nodes_.end() ? nullptr : found->second;
}

bool FakeFileSystem::is_folder(const std::string& path) const {
    return is_root(path) || folders_.contains(path);
}

FakeFileSystem::NodePointer FakeFileSystem::make_node(const std::string& path) {
    auto node = std::make_shared<Node>();
    node->path = path;
    node->modified = clock_.wall_now();
    nodes_[path] = node;
    return node;
}

void FakeFileSystem::put(const std::string& path, std::string_view bytes) {
    const Lock lock(mutex_);
    const std::string where = normal(path);
    for (std::string folder = folder_of(where); !is_root(folder); folder = folder_of(folder)) {
        folders_.insert(folder);
    }
    make_node(where)->bytes = bytes;
}

void FakeFileSystem::lead_folder(const std::string& folder, const std::string& final_path) {
    const Lock lock(mutex_);
    leads_[normal(folder)] = final_path;
}

bool FakeFileSystem::is_held(const std::string& folder) const {
    const Lock lock(mutex_);
    const auto found = holds_.find(normal(folder));
    return found != holds_.end() && !found->second.expired();
}

void FakeFileSystem::put_link(const std::string& path) {
    put(path, {});
    const Lock lock(mutex_);
    find(normal(path))->type = FileType::link;
}

void FakeFileSystem::set_folder_behind(const std::string& path, ByteSize size) {
    const Lock lock(mutex_);
    sizes_of_old_[normal(path)] = size;
}

void FakeFileSystem::set_modified(const std::string& path, WallTime time) {
    const Lock lock(mutex_);
    if (const NodePointer node = find(normal(path))) {
        node->modified = time;
    }
}

bool FakeFileSystem::has(const std::string& path) const {
    const Lock lock(mutex_);
    const std::string where = normal(path);
    return find(where) != nullptr || is_folder(where);
}

std::string FakeFileSystem::contents(const std::string& path) const {
    const Lock lock(mutex_);
    const NodePointer node = find(normal(path));
    return node ? node->bytes : std::string();
}

std::vector<std::string> FakeFileSystem::names_in(const std::string& folder) const {
    const Lock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [path, node] : nodes_) {
        if (folder_of(path) == normal(folder)) {
            names.push_back(name_part(path));
        }
    }
    return names;
}

void FakeFileSystem::erase(const std::string& path) {
    const Lock lock(mutex_);
    if (const NodePointer node = find(normal(path))) {
        node->path.clear();
        nodes_.erase(normal(path));
    }
}

std::vector<FileCall> FakeFileSystem::calls() const {
    const Lock lock(mutex_);
    return calls_;
}

std::size_t FakeFileSystem::count(Operation operation) const {
    const Lock lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count(calls_, operation, &FileCall::operation));
}

}  // namespace svcwrap::testing
