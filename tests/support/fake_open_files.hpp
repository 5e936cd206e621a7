#pragma once
// The open files of FakeFileSystem.
#include <memory>

#include "support/fake_file_system.hpp"

namespace svcwrap::testing {

class FakeAppendFile final : public platform::AppendFile {
public:
    FakeAppendFile(FakeFileSystem& files, FakeFileSystem::NodePointer node);
    ~FakeAppendFile() override;
    Result<std::size_t> write(std::span<const std::byte> bytes) override;
    Result<ByteSize> size() override;
    Status rename_to(const std::string& path) override;
    Status flush() override;

private:
    std::optional<Error> enter(FakeFileSystem::Lock& lock, Operation operation);

    FakeFileSystem& files_;
    FakeFileSystem::NodePointer node_;
    std::size_t generation_;
};

class FakeReadFile final : public platform::ReadFile {
public:
    FakeReadFile(FakeFileSystem& files, FakeFileSystem::NodePointer node) : files_(files), node_(std::move(node)) {}
    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> bytes) override;
    Result<ByteSize> size() override;

private:
    FakeFileSystem& files_;
    FakeFileSystem::NodePointer node_;
};

}  // namespace svcwrap::testing
