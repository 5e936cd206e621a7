#include "platform/posix/open_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/descriptor.hpp"
#include "platform/posix/posix_error.hpp"

namespace svcwrap::platform::posix {

namespace {

constexpr unsigned k_rename_noreplace = 1;  // linux/fs.h, RENAME_NOREPLACE

Result<ByteSize> size_of(const Descriptor& file, const std::string& path) {
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) {
        return fail_errno("read the size of", path, errno);
    }
    return ByteSize{static_cast<std::uint64_t>(info.st_size)};
}

class PosixAppendFile final : public AppendFile {
public:
    PosixAppendFile(Descriptor file, std::string path, HeldPointer held)
        : file_(std::move(file)), path_(std::move(path)), held_(std::move(held)) {}

    Result<std::size_t> write(std::span<const std::byte> bytes) override {
        ssize_t count = 0;
        do {
            count = ::write(file_.get(), bytes.data(), bytes.size());
        } while (count < 0 && errno == EINTR);
        if (count < 0) {
            return fail_errno("write to", path_, errno);
        }
        return static_cast<std::size_t>(count);
    }

    Result<ByteSize> size() override { return size_of(file_, path_); }

    Status rename_to(const std::string& path) override {
        if (!is_still_ours()) {
            return fail_errno("rename", path_, ENOENT);
        }
        if (auto renamed = rename_without_replacing(path_, path, held_); !renamed) {
            return renamed;
        }
        path_ = path;
        return {};
    }

    Status flush() override {
        if (::fdatasync(file_.get()) != 0) {
            return fail_errno("flush", path_, errno);
        }
        return {};
    }

private:
    // There is no rename by descriptor: make sure that the name still belongs to this file.
    [[nodiscard]] bool is_still_ours() const {
        struct stat open_one{};
        struct stat named_one{};
        const PlaceOfFile place(held_, path_);
        return ::fstat(file_.get(), &open_one) == 0 &&
               ::fstatat(place.folder, place.name.c_str(), &named_one, AT_SYMLINK_NOFOLLOW) == 0 &&
               open_one.st_ino == named_one.st_ino && open_one.st_dev == named_one.st_dev;
    }

    Descriptor file_;
    std::string path_;
    HeldPointer held_;
};

class PosixReadFile final : public ReadFile {
public:
    PosixReadFile(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> bytes) override {
        ssize_t count = 0;
        do {
            count = ::pread(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        } while (count < 0 && errno == EINTR);
        if (count < 0) {
            return fail_errno("read", path_, errno);
        }
        return static_cast<std::size_t>(count);
    }

    Result<ByteSize> size() override { return size_of(file_, path_); }

private:
    Descriptor file_;
    std::string path_;
};

}  // namespace

// O_NONBLOCK so that a FIFO of that name does not hang us. The lock stands for the missing share mode of POSIX: as on
// Windows, a second writer is refused.
Result<std::unique_ptr<AppendFile>> open_append_file(const std::string& path, const HeldPointer& held) {
    const PlaceOfFile place(held, path);
    Descriptor file(::openat(place.folder, place.name.c_str(),
                             O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640));
    if (!file.is_open()) {
        return fail_errno("open", path, errno);
    }
    struct stat info{};
    if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
        return fail_errno("open as a plain file", path, EACCES);
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return fail_errno("open for writing, which another program does already,", path, errno);
    }
    return std::make_unique<PosixAppendFile>(std::move(file), path, held);
}

Result<std::unique_ptr<ReadFile>> open_read_file(const std::string& path, const HeldPointer& held) {
    const PlaceOfFile place(held, path);
    Descriptor file(::openat(place.folder, place.name.c_str(), O_RDONLY | O_CLOEXEC | (held ? O_NOFOLLOW : 0)));
    if (!file.is_open()) {
        return fail_errno("open", path, errno);
    }
    return std::make_unique<PosixReadFile>(std::move(file), path);
}

Status rename_without_replacing(const std::string& from, const std::string& to, const HeldPointer& held) {
    const PlaceOfFile source(held, from);
    const PlaceOfFile target(held, to);
    if (::syscall(SYS_renameat2, source.folder, source.name.c_str(), target.folder, target.name.c_str(),
                  k_rename_noreplace) != 0) {
        return fail_errno("rename " + from + " to", to, errno);
    }
    return {};
}

}  // namespace svcwrap::platform::posix
