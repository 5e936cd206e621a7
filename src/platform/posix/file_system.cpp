#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/path.hpp"
#include "platform/held_folders.hpp"
#include "platform/native.hpp"
#include "platform/posix/descriptor.hpp"
#include "platform/posix/held_folder.hpp"
#include "platform/posix/open_files.hpp"
#include "platform/posix/posix_error.hpp"

namespace svcwrap::platform {

namespace {

using posix::Descriptor;
using posix::fail_errno;

FileType type_of(mode_t mode) {
    if (S_ISREG(mode)) {
        return FileType::file;
    }
    if (S_ISDIR(mode)) {
        return FileType::directory;
    }
    return S_ISLNK(mode) ? FileType::link : FileType::other;
}

DirectoryEntry entry_of(std::string name, const struct stat& info) {
    const auto since_epoch = std::chrono::seconds(info.st_mtim.tv_sec) + std::chrono::nanoseconds(info.st_mtim.tv_nsec);
    return {.name = std::move(name),
            .type = type_of(info.st_mode),
            .size = {static_cast<std::uint64_t>(info.st_size)},
            .modified = WallTime(std::chrono::floor<Duration>(since_epoch))};
}

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

Status write_all(const Descriptor& file, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) {
            return fail_errno("write to", path, errno);
        }
        bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    if (::fsync(file.get()) != 0) {
        return fail_errno("flush", path, errno);
    }
    return {};
}

Status make_folder_chain(const std::string& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) == 0) {
        return {};
    }
    const int code = errno;
    struct stat info{};
    if (code == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
        return {};
    }
    const std::string parent = parent_path(path, PathStyle::posix);
    if (code != ENOENT || parent.empty() || parent == path) {
        return fail_errno("create the folder", path, code);
    }
    if (auto made = make_folder_chain(parent, mode); !made) {
        return made;
    }
    // Somebody else may have made it in the meantime.
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
        return fail_errno("create the folder", path, errno);
    }
    return {};
}

// With a place of its own in the listing.
DIR* open_again(const posix::PosixHeldFolder& held) {
    const int folder = ::openat(held.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* opened = folder < 0 ? nullptr : ::fdopendir(folder);
    if (opened == nullptr && folder >= 0) {
        ::close(folder);
    }
    return opened;
}

// A temporary file beside `path`, filled, flushed and renamed over it. Removed again if that fails.
Status replace_whole(const std::string& path, std::string_view bytes) {
    std::string temporary = path + ".XXXXXX";
    Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!file.is_open()) {
        return fail_errno("create a temporary file beside", path, errno);
    }
    Status written = write_all(file, bytes, path);
    if (written && ::rename(temporary.c_str(), path.c_str()) != 0) {
        written = fail_errno("replace", path, errno);
    }
    if (!written) {
        ::unlink(temporary.c_str());
    }
    return written;
}

class PosixFileSystem final : public FileSystem {
public:
    Result<std::unique_ptr<AppendFile>> open_append(const std::string& path) override {
        return posix::open_append_file(path, held_.of_file(path));
    }

    Result<std::unique_ptr<ReadFile>> open_read(const std::string& path) override {
        return posix::open_read_file(path, held_.of_file(path));
    }

    Result<std::string> read_text(const std::string& path, ByteSize limit) override {
        auto file = open_read(path);
        if (!file) {
            return std::unexpected(file.error());
        }
        std::string text;
        std::vector<std::byte> block(std::size_t{64} * 1024);
        while (true) {
            auto count = (*file)->read_at(text.size(), block);
            if (!count) {
                return std::unexpected(count.error());
            }
            if (*count == 0) {
                return text;
            }
            text.append(reinterpret_cast<const char*>(block.data()), *count);
            if (text.size() > limit.bytes) {
                return fail(ErrorKind::io_failed, "read " + path + ": it is larger than " + to_text(limit));
            }
        }
    }

    Status write_whole(const std::string& path, std::string_view bytes) override { return replace_whole(path, bytes); }

    Result<DirectoryEntry> stat(const std::string& path) override {
        struct stat info{};
        if (::lstat(path.c_str(), &info) != 0) {
            return fail_errno("look at", path, errno);
        }
        return entry_of(file_name(path, PathStyle::posix), info);
    }

    Result<std::vector<DirectoryEntry>> list(const std::string& folder) override {
        const auto held = held_.at(folder);
        const std::unique_ptr<DIR, CloseFolder> open_folder(held ? open_again(*held) : ::opendir(folder.c_str()));
        if (!open_folder) {
            return fail_errno("list the folder", folder, errno);
        }
        std::vector<DirectoryEntry> entries;
        while (const dirent* found = ::readdir(open_folder.get())) {
            const std::string name = found->d_name;
            struct stat info{};
            if (name == "." || name == ".." ||
                ::fstatat(::dirfd(open_folder.get()), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
                continue;
            }
            entries.push_back(entry_of(name, info));
        }
        return entries;
    }

    Status rename(const std::string& from, const std::string& to) override {
        const auto held = held_.of_file(from);
        return posix::rename_without_replacing(from, to, held == held_.of_file(to) ? held : nullptr);
    }

    Status remove_file(const std::string& path) override {
        const posix::PlaceOfFile place(held_.of_file(path), path);
        if (::unlinkat(place.folder, place.name.c_str(), 0) != 0 && errno != ENOENT) {
            return fail_errno("remove", path, errno);
        }
        return {};
    }

    Status remove_folder(const std::string& path) override {
        if (::rmdir(path.c_str()) != 0) {
            return fail_errno("remove the folder", path, errno == EEXIST ? ENOTEMPTY : errno);
        }
        return {};
    }

    Status make_folders(const std::string& path) override { return make_folder_chain(path, 0755); }

    // POSIX has no use for the extra account: the owner of the process is the only one who gets in.
    Status make_private_folder(const std::string& path, const std::string& /*extra_account*/,
                               FolderRight /*right*/) override {
        if (auto made = make_folder_chain(path, 0700); !made) {
            return made;
        }
        if (::chmod(path.c_str(), 0700) != 0) {
            return fail_errno("restrict the folder", path, errno);
        }
        return {};
    }

    Result<std::shared_ptr<const HeldFolder>> hold_folder(const std::string& folder) override {
        const auto opened = posix::open_folder(folder);
        return opened ? held_.add(folder, *opened) : std::unexpected(opened.error());
    }

    Result<DiskSpace> disk_space(const std::string& folder) override {
        struct statvfs info{};
        if (::statvfs(folder.c_str(), &info) != 0) {
            return fail_errno("ask for the free space of", folder, errno);
        }
        return DiskSpace{.total = {info.f_blocks * info.f_frsize}, .available = {info.f_bavail * info.f_frsize}};
    }

private:
    HeldFolders<posix::PosixHeldFolder> held_;
};

}  // namespace

std::unique_ptr<FileSystem> make_file_system() {
    return std::make_unique<PosixFileSystem>();
}

}  // namespace svcwrap::platform
