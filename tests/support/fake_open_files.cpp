#include "support/fake_open_files.hpp"

#include <algorithm>
#include <cstring>

namespace svcwrap::testing {

FakeAppendFile::FakeAppendFile(FakeFileSystem& files, FakeFileSystem::NodePointer node)
    : files_(files), node_(std::move(node)), generation_(node_->generation) {}

FakeAppendFile::~FakeAppendFile() {
    const FakeFileSystem::Lock lock(files_.mutex_);
    if (generation_ == files_.generation_) {
        node_->open_for_append = false;
    }
}

std::optional<Error> FakeAppendFile::enter(FakeFileSystem::Lock& lock, Operation operation) {
    if (auto error = files_.enter(lock, operation, node_->path)) {
        return error;
    }
    return generation_ == files_.generation_ ? std::nullopt : std::optional(device_gone_error(node_->path));
}

Result<std::size_t> FakeAppendFile::write(std::span<const std::byte> bytes) {
    FakeFileSystem::Lock lock(files_.mutex_);
    if (auto error = enter(lock, Operation::append_write)) {
        return std::unexpected(*error);
    }
    return files_.append(*node_, bytes);
}

Result<ByteSize> FakeAppendFile::size() {
    FakeFileSystem::Lock lock(files_.mutex_);
    if (auto error = enter(lock, Operation::append_size)) {
        return std::unexpected(*error);
    }
    return ByteSize{node_->bytes.size()};
}

Status FakeAppendFile::rename_to(const std::string& path) {
    FakeFileSystem::Lock lock(files_.mutex_);
    if (auto error = enter(lock, Operation::append_rename)) {
        return std::unexpected(*error);
    }
    std::string to = path;
    std::ranges::replace(to, '\\', '/');
    return files_.move_node(node_, to);
}

Status FakeAppendFile::flush() {
    FakeFileSystem::Lock lock(files_.mutex_);
    if (auto error = enter(lock, Operation::append_flush)) {
        return std::unexpected(*error);
    }
    return {};
}

Result<std::size_t> FakeReadFile::read_at(std::uint64_t offset, std::span<std::byte> bytes) {
    FakeFileSystem::Lock lock(files_.mutex_);
    if (auto error = files_.enter(lock, Operation::read_at, node_->path)) {
        return std::unexpected(*error);
    }
    const std::string& all = node_->bytes;
    const auto start = static_cast<std::size_t>(std::min<std::uint64_t>(offset, all.size()));
    const std::size_t size = std::min(bytes.size(), all.size() - start);
    std::memcpy(bytes.data(), all.data() + start, size);
    return size;
}

Result<ByteSize> FakeReadFile::size() {
    FakeFileSystem::Lock lock(files_.mutex_);
    if (auto error = files_.enter(lock, Operation::read_size, node_->path)) {
        return std::unexpected(*error);
    }
    return ByteSize{node_->bytes.size()};
}

}  // namespace svcwrap::testing
