#include "platform/win32/file.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "platform/win32/opened_entry.hpp"

namespace svcwrap::platform::win32 {

namespace {

using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;  // of a FILETIME
constexpr std::int64_t k_unix_epoch = 116'444'736'000'000'000;                 // 1970 in ticks since 1601

constexpr std::size_t k_largest_io = 64 * 1024 * 1024;

DWORD io_size(std::size_t bytes) {
    return static_cast<DWORD>(std::min(bytes, k_largest_io));
}

Result<ByteSize> size_of(HANDLE file, const std::string& path) {
    LARGE_INTEGER size{};
    if (GetFileSizeEx(file, &size) == 0) {
        return fail_file("read the size of", path, GetLastError());
    }
    return ByteSize{static_cast<std::uint64_t>(size.QuadPart)};
}

class WindowsAppendFile final : public AppendFile {
public:
    WindowsAppendFile(KernelHandle file, std::string path, HeldPointer held)
        : file_(std::move(file)), path_(std::move(path)), held_(std::move(held)) {}

    Result<std::size_t> write(std::span<const std::byte> bytes) override {
        DWORD written = 0;
        if (WriteFile(file_.get(), bytes.data(), io_size(bytes.size()), &written, nullptr) == 0) {
            return fail_file("write to", path_, GetLastError());
        }
        return written;
    }

    Result<ByteSize> size() override { return size_of(file_.get(), path_); }

    Status rename_to(const std::string& path) override {
        if (auto here = held_ ? held_->check_folder() : Status(); !here) {
            return here;
        }
        // The right to rename is asked for now and not when the file is opened: whoever holds DELETE access locks out
        // every reader that does not share deletion, as most programs do not (CreateFile, FILE_SHARE_DELETE).
        const KernelHandle movable(ReOpenFile(file_.get(), DELETE | SYNCHRONIZE,
                                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                              FILE_FLAG_OPEN_REPARSE_POINT));
        if (!movable.is_open()) {
            return fail_file("rename", path_, GetLastError());
        }
        if (const DWORD code = rename_by_handle(movable.get(), native_path_of(path, held_), false)) {
            return fail_file("rename " + path_ + " to", path, code);
        }
        path_ = path;
        return {};
    }

    Status flush() override {
        if (FlushFileBuffers(file_.get()) == 0) {
            return fail_file("flush", path_, GetLastError());
        }
        return {};
    }

private:
    KernelHandle file_;
    std::string path_;
    HeldPointer held_;
};

class WindowsReadFile final : public ReadFile {
public:
    WindowsReadFile(KernelHandle file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> bytes) override {
        OVERLAPPED where{};
        where.Offset = static_cast<DWORD>(offset & 0xFFFFFFFFU);
        where.OffsetHigh = static_cast<DWORD>(offset >> 32U);
        DWORD count = 0;
        if (::ReadFile(file_.get(), bytes.data(), io_size(bytes.size()), &count, &where) != 0) {
            return count;
        }
        const DWORD code = GetLastError();
        if (code == ERROR_HANDLE_EOF) {
            return 0;
        }
        return fail_file("read", path_, code);
    }

    Result<ByteSize> size() override { return size_of(file_.get(), path_); }

private:
    KernelHandle file_;
    std::string path_;
};

// Judged by the open handle, so that nobody can swap the file between the check and the use.
Status refuse_link(HANDLE file, const std::string& path) {
    const auto type = type_of(file, path);
    if (!type) {
        return std::unexpected(type.error());
    }
    if (*type == FileType::link) {
        return fail(ErrorKind::access_denied, "cannot open " + path + ": it is a link",
                    "remove the link; a file that svcwrap writes must be a plain file");
    }
    return {};
}

bool is_unsupported(DWORD code) {
    return code == ERROR_INVALID_PARAMETER || code == ERROR_INVALID_FUNCTION || code == ERROR_NOT_SUPPORTED;
}

DWORD rename_call(HANDLE file, FILE_INFO_BY_HANDLE_CLASS level, DWORD flags, const std::wstring& new_path) {
    const std::size_t name_bytes = new_path.size() * sizeof(wchar_t);
    std::vector<std::byte> buffer(sizeof(FILE_RENAME_INFO) + name_bytes);
    auto* info = reinterpret_cast<FILE_RENAME_INFO*>(buffer.data());
    // Flags of the Ex form and ReplaceIfExists of the plain form share their place.
    std::memcpy(info, &flags, sizeof flags);
    info->RootDirectory = nullptr;
    info->FileNameLength = static_cast<DWORD>(name_bytes);
    std::memcpy(info->FileName, new_path.data(), name_bytes);
    const BOOL done = SetFileInformationByHandle(file, level, info, static_cast<DWORD>(buffer.size()));
    return done != 0 ? ERROR_SUCCESS : GetLastError();
}

// As it stands in the folder: what a link points to is neither opened nor removed.
KernelHandle open_to_remove(const std::wstring& path) {
    return KernelHandle(CreateFileW(path.c_str(), DELETE | SYNCHRONIZE | FILE_READ_ATTRIBUTES,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                                    FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, nullptr));
}

DWORD remove_open(HANDLE file) {
    // The name is free at once, even while readers have the file open.
    FILE_DISPOSITION_INFO_EX at_once{.Flags = FILE_DISPOSITION_FLAG_DELETE | FILE_DISPOSITION_FLAG_POSIX_SEMANTICS};
    if (SetFileInformationByHandle(file, FileDispositionInfoEx, &at_once, sizeof at_once) != 0) {
        return ERROR_SUCCESS;
    }
    // A file system without POSIX semantics (FAT, some network shares): when the last handle is closed.
    FILE_DISPOSITION_INFO when_closed{.DeleteFile = TRUE};
    const BOOL done = SetFileInformationByHandle(file, FileDispositionInfo, &when_closed, sizeof when_closed);
    return done != 0 ? ERROR_SUCCESS : GetLastError();
}

}  // namespace

Result<std::unique_ptr<AppendFile>> open_append_file(const std::string& path, const HeldPointer& held) {
    if (auto here = held ? held->check_folder() : Status(); !here) {
        return std::unexpected(here.error());
    }
    auto file = open_itself(path, OPEN_ALWAYS, [&](DWORD disposition, DWORD flags) {
        return KernelHandle(CreateFileW(
            native_path_of(path, held).c_str(), FILE_APPEND_DATA | SYNCHRONIZE | FILE_READ_ATTRIBUTES,
            FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, disposition, FILE_ATTRIBUTE_NORMAL | flags, nullptr));
    });
    if (!file) {
        return std::unexpected(file.error());
    }
    if (auto plain = refuse_link(file->get(), path); !plain) {
        return std::unexpected(plain.error());
    }
    if (auto here = held ? held->check_file(file->get(), path) : Status(); !here) {
        return std::unexpected(here.error());
    }
    return std::make_unique<WindowsAppendFile>(*std::move(file), path, held);
}

Result<std::unique_ptr<ReadFile>> open_read_file(const std::string& path, const HeldPointer& held) {
    const auto open = [&](DWORD disposition, DWORD flags) {
        return KernelHandle(CreateFileW(native_path_of(path, held).c_str(), GENERIC_READ,
                                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, disposition,
                                        FILE_ATTRIBUTE_NORMAL | flags, nullptr));
    };
    if (!held) {
        KernelHandle file = open(OPEN_EXISTING, 0);
        return file.is_open()
                   ? Result<std::unique_ptr<ReadFile>>(std::make_unique<WindowsReadFile>(std::move(file), path))
                   : fail_file("open", path, GetLastError());
    }
    auto file = open_itself(path, OPEN_EXISTING, open);
    if (!file) {
        return std::unexpected(file.error());
    }
    if (auto here = held->check_file(file->get(), path); !here) {
        return std::unexpected(here.error());
    }
    return std::make_unique<WindowsReadFile>(*std::move(file), path);
}

Status rename_held_file(const std::string& from, const std::string& to, const HeldPointer& held) {
    const KernelHandle file(open_to_remove(native_path_of(from, held)));
    if (!file.is_open()) {
        return fail_file("rename " + from + " to", to, GetLastError());
    }
    if (auto here = held->check_file(file.get(), from).and_then([&] { return held->check_folder(); }); !here) {
        return here;
    }
    if (const DWORD code = rename_by_handle(file.get(), native_path_of(to, held), false)) {
        return fail_file("rename " + from + " to", to, code);
    }
    return {};
}

DWORD rename_by_handle(HANDLE file, const std::wstring& new_path, bool replace) {
    DWORD flags = FILE_RENAME_FLAG_POSIX_SEMANTICS;
    flags |= replace ? FILE_RENAME_FLAG_REPLACE_IF_EXISTS : 0U;
    const DWORD code = rename_call(file, FileRenameInfoEx, flags, new_path);
    if (!is_unsupported(code)) {
        return code;
    }
    // A file system without POSIX renames (FAT, some network shares).
    return rename_call(file, FileRenameInfo, replace ? TRUE : FALSE, new_path);
}

Status remove_by_handle(const std::string& path, const HeldPointer& held) {
    const KernelHandle file(open_to_remove(native_path_of(path, held)));
    if (!file.is_open()) {
        const DWORD code = GetLastError();
        const bool is_gone = code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND;
        return is_gone ? Status() : fail_file("remove", path, code);
    }
    const auto type = type_of(file.get(), path);
    if (!type) {
        return std::unexpected(type.error());
    }
    if (*type == FileType::directory) {
        return fail_file("remove", path, ERROR_ACCESS_DENIED);  // as DeleteFile says
    }
    if (auto here = held ? held->check_file(file.get(), path) : Status(); !here) {
        return here;
    }
    const DWORD code = remove_open(file.get());
    return code == ERROR_SUCCESS ? Status() : fail_file("remove", path, code);
}

WallTime to_wall_time(const FILETIME& time) {
    const auto value = (static_cast<std::uint64_t>(time.dwHighDateTime) << 32U) | time.dwLowDateTime;
    const Ticks since_1970(static_cast<std::int64_t>(value) - k_unix_epoch);
    return WallTime(std::chrono::floor<Duration>(since_1970));
}

FILETIME to_file_time(WallTime time) {
    const auto value = static_cast<std::uint64_t>(Ticks(time.time_since_epoch()).count() + k_unix_epoch);
    return {.dwLowDateTime = static_cast<DWORD>(value), .dwHighDateTime = static_cast<DWORD>(value >> 32U)};
}

}  // namespace svcwrap::platform::win32
