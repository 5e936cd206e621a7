#pragma once
// Files and folders: the only way that svcwrap touches a disk. Paths are UTF-8 and absolute; on Windows they may be
// longer than 260 characters. Every call may block on the disk: never call one on the control loop.
// All failures are ErrorKind::io_failed, not_found, already_exists or access_denied, with the system's code and the
// path.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_size.hpp"
#include "base/error.hpp"
#include "base/time.hpp"

namespace svcwrap::platform {

// A file open for appending. Owned by one thread at a time. Closed by the destructor.
// Windows: opened with FILE_APPEND_DATA and shared for read and delete, not for write, so that readers can follow it,
// nobody else can write into it and it can be renamed while it is open; never inherited by a child. DELETE is asked for
// only during a rename: held all the time it would lock out every reader that does not share for deletion.
class AppendFile {
public:
    virtual ~AppendFile() = default;
    // Appends a part of the bytes and returns how many, at least one. A short count is no error: call again.
    [[nodiscard]] virtual Result<std::size_t> write(std::span<const std::byte> bytes) = 0;
    // Bytes in the file now.
    [[nodiscard]] virtual Result<ByteSize> size() = 0;
    // Gives the open file another name in the same folder, by handle; writing goes on into it. Fails with
    // already_exists if the name is taken, and with io_failed (Windows: 32) while someone holds the file without
    // sharing it for deletion; nothing has changed then.
    [[nodiscard]] virtual Status rename_to(const std::string& path) = 0;
    // Everything written is on the disk when this returns (FlushFileBuffers, fdatasync).
    [[nodiscard]] virtual Status flush() = 0;
};

// A file open for reading, shared for everything, so that it never hinders writing, rotation or deletion.
class ReadFile {
public:
    virtual ~ReadFile() = default;
    // Reads up to bytes.size() from that offset; 0 at the end of the file.
    [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> bytes) = 0;
    [[nodiscard]] virtual Result<ByteSize> size() = 0;
};

enum class FileType : std::uint8_t { file, directory, link, other };  // link: also what Windows has of their kind

struct DirectoryEntry {
    std::string name;  // without the folder
    FileType type = FileType::file;
    ByteSize size;
    WallTime modified;
};

struct DiskSpace {
    ByteSize total;
    ByteSize available;  // to this process (quota considered)
};

// What a private folder's extra account may do with it and all that is in it.
enum class FolderRight : std::uint8_t { read, modify };

// A folder that is held open, from FileSystem::hold_folder() to the destructor.
class HeldFolder {
public:
    virtual ~HeldFolder() = default;
    // Where it is on the disk, links resolved; empty if the system cannot say.
    [[nodiscard]] virtual const std::string& final_path() const = 0;
};

// Thread-safe.
class FileSystem {
public:
    virtual ~FileSystem() = default;
    // Opens the file for appending, creating it if missing. A link is refused (access_denied).
    [[nodiscard]] virtual Result<std::unique_ptr<AppendFile>> open_append(const std::string& path) = 0;
    [[nodiscard]] virtual Result<std::unique_ptr<ReadFile>> open_read(const std::string& path) = 0;
    // The whole file; fails with io_failed if it is larger than `limit`.
    [[nodiscard]] virtual Result<std::string> read_text(const std::string& path, ByteSize limit) = 0;
    // Replaces the file by these bytes, whole or not at all (a temporary file beside it, then a rename over it).
    [[nodiscard]] virtual Status write_whole(const std::string& path, std::string_view bytes) = 0;
    [[nodiscard]] virtual Result<DirectoryEntry> stat(const std::string& path) = 0;
    // The entries of a folder, without "." and "..", in no particular order, in one scan.
    [[nodiscard]] virtual Result<std::vector<DirectoryEntry>> list(const std::string& folder) = 0;
    [[nodiscard]] virtual Status rename(const std::string& from, const std::string& to) = 0;  // never replaces
    // Removes one file (a link itself, never what it points to). A file that is gone already is success.
    [[nodiscard]] virtual Status remove_file(const std::string& path) = 0;
    // Removes an empty folder.
    [[nodiscard]] virtual Status remove_folder(const std::string& path) = 0;
    // Creates the folder and its missing parents.
    [[nodiscard]] virtual Status make_folders(const std::string& path) = 0;
    // Creates the folder and its missing parents so that only SYSTEM and Administrators can use it (Windows: a
    // protected DACL, inherited by what is in it; POSIX: mode 0700). On Windows Administrators own it. `extra_account`
    // (a name or a SID), if not empty, may use it as `right` says. The folder may exist: its permissions are set anew.
    [[nodiscard]] virtual Status make_private_folder(const std::string& path, const std::string& extra_account,
                                                     FolderRight right) = 0;
    // Holds a folder that others can change: as long as somebody holds it, files right in it that are named by this
    // path of the folder are opened, renamed and removed in this very folder, even if the path leads elsewhere
    // meanwhile, and links among them are not followed. What may have come out in another folder is refused
    // (access_denied). Windows: the folder is opened without FILE_SHARE_DELETE, so that nobody moves or removes it, or
    // a folder above it
    // ([MS-FSA] 2.1.5.15.11); it can still become a junction when it is empty, which is found out by the names of the
    // open files (GetFinalPathNameByHandle). POSIX: openat() and its like.
    // Held by several at once it is one folder: access_denied if the path leads elsewhere now.
    [[nodiscard]] virtual Result<std::shared_ptr<const HeldFolder>> hold_folder(const std::string& folder) = 0;
    [[nodiscard]] virtual Result<DiskSpace> disk_space(const std::string& folder) = 0;
};

[[nodiscard]] inline bool exists(FileSystem& files, const std::string& path) {
    return files.stat(path).has_value();
}

}  // namespace svcwrap::platform
