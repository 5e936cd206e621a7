#include "platform/file_system.hpp"

#include <algorithm>
#include <atomic>
#include <format>
#include <thread>

#include "base/path.hpp"
#include "platform/held_folders.hpp"
#include "platform/native.hpp"
#include "platform/win32/file.hpp"
#include "platform/win32/opened_entry.hpp"
#include "platform/win32/security.hpp"

namespace svcwrap::platform {

namespace {

using namespace win32;

DirectoryEntry make_entry(std::string name, FileType type, DWORD size_high, DWORD size_low, const FILETIME& time) {
    return {.name = std::move(name),
            .type = type,
            .size = ByteSize{(static_cast<std::uint64_t>(size_high) << 32U) | size_low},
            .modified = to_wall_time(time)};
}

DirectoryEntry entry_of(const WIN32_FIND_DATAW& data) {
    // The first reserved field is the tag of a reparse point (WIN32_FIND_DATAW, remarks).
    return make_entry(from_wide(data.cFileName), file_type_of(data.dwFileAttributes, data.dwReserved0),
                      data.nFileSizeHigh, data.nFileSizeLow, data.ftLastWriteTime);
}

bool is_dot_name(std::wstring_view name) {
    return name == L"." || name == L"..";
}

Status write_all(HANDLE file, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const auto part = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), 16U * 1024 * 1024));
        DWORD written = 0;
        if (WriteFile(file, bytes.data(), part, &written, nullptr) == 0) {
            return fail_file("write to", path, GetLastError());
        }
        bytes.remove_prefix(written);
    }
    if (FlushFileBuffers(file) == 0) {
        return fail_file("flush", path, GetLastError());
    }
    return {};
}

// A name beside the file that no other thread or process uses at the same time.
std::string temporary_name(const std::string& path) {
    static std::atomic<std::uint32_t> counter{0};
    return std::format("{}.{}-{}.tmp", path, GetCurrentProcessId(), counter++);
}

bool may_pass_soon(DWORD code) {
    return code == ERROR_ACCESS_DENIED || code == ERROR_SHARING_VIOLATION;
}

// Replacing by path, for file systems without POSIX renames: there a virus scanner or an indexer that has the target
// open for a moment makes it fail, so it is tried a few times.
DWORD replace_by_path(const std::wstring& from, const std::wstring& to) {
    DWORD code = ERROR_SUCCESS;
    for (int attempt = 0; attempt < 5; ++attempt) {
        if (MoveFileExW(from.c_str(), to.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) != 0) {
            return ERROR_SUCCESS;
        }
        code = GetLastError();
        if (!may_pass_soon(code)) {
            return code;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10 << attempt));
    }
    return code;
}

Status write_and_replace(const std::string& temporary, const std::string& path, std::string_view bytes) {
    const std::wstring wide_temporary = to_native_path(temporary);
    const std::wstring wide_path = to_native_path(path);
    // Before anything is written: what only some may read must not become readable by all who may read the folder.
    auto permissions = own_dacl_of(wide_path);
    const DWORD access = GENERIC_WRITE | DELETE | (permissions ? READ_CONTROL | WRITE_DAC : 0U);
    KernelHandle file(CreateFileW(wide_temporary.c_str(), access, FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr,
                                  CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr));
    if (!file.is_open()) {
        return fail_file("create", temporary, GetLastError());
    }
    if (const DWORD code = permissions ? set_dacl(file.get(), *permissions) : ERROR_SUCCESS) {
        return fail_file("keep the permissions of", path, code);
    }
    if (auto written = write_all(file.get(), bytes, temporary); !written) {
        return written;
    }
    if (rename_by_handle(file.get(), wide_path, true) == ERROR_SUCCESS) {
        return {};
    }
    file.reset();
    if (const DWORD code = replace_by_path(wide_temporary, wide_path)) {
        return fail_file("replace", path, code);
    }
    return {};
}

bool is_folder(const std::string& path) {
    const DWORD attributes = GetFileAttributesW(to_native_path(path).c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

// Creates the folder and its missing parents, each with this security (may be null). True: the folder is new.
Result<bool> make_folder_chain(const std::string& path, SECURITY_ATTRIBUTES* security) {
    if (CreateDirectoryW(to_native_path(path).c_str(), security) != 0) {
        return true;
    }
    const DWORD code = GetLastError();
    if (is_folder(path)) {  // also for "C:\", where the code is ERROR_ACCESS_DENIED
        return false;
    }
    const std::string parent = parent_path(path);
    if (code != ERROR_PATH_NOT_FOUND || parent.empty() || parent == path) {
        return fail_file("create the folder", path, code);
    }
    if (auto made = make_folder_chain(parent, security); !made) {
        return made;
    }
    if (CreateDirectoryW(to_native_path(path).c_str(), security) == 0) {
        return fail_file("create the folder", path, GetLastError());
    }
    return true;
}

class WindowsFileSystem final : public FileSystem {
public:
    Result<std::unique_ptr<AppendFile>> open_append(const std::string& path) override {
        return open_append_file(path, held_.of_file(path));
    }
    Result<std::unique_ptr<ReadFile>> open_read(const std::string& path) override {
        return open_read_file(path, held_.of_file(path));
    }
    Result<std::string> read_text(const std::string& path, ByteSize limit) override;
    Status write_whole(const std::string& path, std::string_view bytes) override;
    Result<DirectoryEntry> stat(const std::string& path) override;
    Result<std::vector<DirectoryEntry>> list(const std::string& folder) override;
    Status rename(const std::string& from, const std::string& to) override;
    Status remove_file(const std::string& path) override;
    Status remove_folder(const std::string& path) override;
    Status make_folders(const std::string& path) override;
    Status make_private_folder(const std::string& path, const std::string& extra_account, FolderRight right) override;
    Result<std::shared_ptr<const HeldFolder>> hold_folder(const std::string& folder) override;
    Result<DiskSpace> disk_space(const std::string& folder) override;

private:
    HeldFolders<WindowsHeldFolder> held_;
};

Result<std::string> WindowsFileSystem::read_text(const std::string& path, ByteSize limit) {
    auto file = open_read(path);
    if (!file) {
        return std::unexpected(file.error());
    }
    std::string text;
    std::vector<std::byte> part(64 * 1024);
    while (true) {
        auto count = (*file)->read_at(text.size(), part);
        if (!count || *count == 0) {
            return count ? Result<std::string>(std::move(text)) : std::unexpected(count.error());
        }
        text.append(reinterpret_cast<const char*>(part.data()), *count);
        if (text.size() > limit.bytes) {
            return fail(ErrorKind::io_failed,
                        std::format("cannot read {}: it is larger than {}", path, to_text(limit)));
        }
    }
}

Status WindowsFileSystem::write_whole(const std::string& path, std::string_view bytes) {
    const std::string temporary = temporary_name(path);
    auto done = write_and_replace(temporary, path, bytes);
    if (!done) {
        DeleteFileW(to_native_path(temporary).c_str());
    }
    return done;
}

Result<DirectoryEntry> WindowsFileSystem::stat(const std::string& path) {
    WIN32_FILE_ATTRIBUTE_DATA data{};
    const std::wstring native = to_native_path(path);
    if (GetFileAttributesExW(native.c_str(), GetFileExInfoStandard, &data) == 0) {
        return fail_file("find", path, GetLastError());
    }
    return make_entry(file_name(path), type_at(native, data.dwFileAttributes), data.nFileSizeHigh, data.nFileSizeLow,
                      data.ftLastWriteTime);
}

Result<std::vector<DirectoryEntry>> WindowsFileSystem::list(const std::string& folder) {
    WIN32_FIND_DATAW data{};
    const FindHandle search(FindFirstFileExW(to_native_path(join_path(folder, "*")).c_str(), FindExInfoBasic, &data,
                                             FindExSearchNameMatch, nullptr, FIND_FIRST_EX_LARGE_FETCH));
    std::vector<DirectoryEntry> entries;
    if (!search.is_open()) {
        const DWORD code = GetLastError();
        if (code == ERROR_FILE_NOT_FOUND && is_folder(folder)) {
            return entries;  // an empty root folder has no "." either
        }
        return fail_file("list the folder", folder, code);
    }
    do {
        if (!is_dot_name(data.cFileName)) {
            entries.push_back(entry_of(data));
        }
    } while (FindNextFileW(search.get(), &data) != 0);
    if (const DWORD code = GetLastError(); code != ERROR_NO_MORE_FILES) {
        return fail_file("list the folder", folder, code);
    }
    return entries;
}

Status WindowsFileSystem::rename(const std::string& from, const std::string& to) {
    if (const auto held = held_.of_file(from); held && held == held_.of_file(to)) {
        return rename_held_file(from, to, held);
    }
    if (MoveFileExW(to_native_path(from).c_str(), to_native_path(to).c_str(), 0) == 0) {
        return fail_file("rename " + from + " to", to, GetLastError());
    }
    return {};
}

Status WindowsFileSystem::remove_file(const std::string& path) {
    return remove_by_handle(path, held_.of_file(path));
}

Status WindowsFileSystem::remove_folder(const std::string& path) {
    if (RemoveDirectoryW(to_native_path(path).c_str()) == 0) {
        return fail_file("remove the folder", path, GetLastError());
    }
    return {};
}

Status WindowsFileSystem::make_folders(const std::string& path) {
    auto made = make_folder_chain(path, nullptr);
    return made ? Status() : std::unexpected(made.error());
}

Status WindowsFileSystem::make_private_folder(const std::string& path, const std::string& extra_account,
                                              FolderRight right) {
    auto descriptor = private_folder_sddl(extra_account, right).and_then(parse_sddl);
    if (!descriptor) {
        return std::unexpected(with_context(descriptor.error(), "protect " + path));
    }
    SECURITY_ATTRIBUTES security{sizeof security, descriptor->get(), FALSE};
    auto made = make_folder_chain(path, &security);
    if (!made) {
        return std::unexpected(made.error());
    }
    return *made ? Status() : protect_existing_folder(path, descriptor->get());
}

Result<std::shared_ptr<const HeldFolder>> WindowsFileSystem::hold_folder(const std::string& folder) {
    const auto opened = open_held_folder(folder);
    return opened ? held_.add(folder, *opened) : std::unexpected(opened.error());
}

Result<DiskSpace> WindowsFileSystem::disk_space(const std::string& folder) {
    ULARGE_INTEGER available{};
    ULARGE_INTEGER total{};
    // With a backslash at the end, which a share must have (GetDiskFreeSpaceEx) and any folder may.
    if (GetDiskFreeSpaceExW((to_native_path(folder) + L'\\').c_str(), &available, &total, nullptr) == 0) {
        return fail_file("read the free space of", folder, GetLastError());
    }
    return DiskSpace{.total = ByteSize{total.QuadPart}, .available = ByteSize{available.QuadPart}};
}

}  // namespace

std::unique_ptr<FileSystem> make_file_system() {
    return std::make_unique<WindowsFileSystem>();
}

}  // namespace svcwrap::platform
