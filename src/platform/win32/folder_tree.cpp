#include "platform/win32/folder_tree.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace svcwrap::platform::win32 {

namespace {

constexpr int k_deepest = 64;  // each level holds a handle; nothing of ours is nested like that

struct CloseLater {
    void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using Opened = std::unique_ptr<void, CloseLater>;

struct Entry {
    std::wstring name;
    bool is_folder = false;  // and no link
};

bool is_plain_folder(DWORD attributes) {
    return (attributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT)) == FILE_ATTRIBUTE_DIRECTORY;
}

// The object itself, be it a link or not. A folder cannot be moved or replaced while its handle is open, since it is
// not shared for deletion.
Opened open_itself(const std::wstring& path, bool is_folder) {
    const DWORD access =
        DELETE | SYNCHRONIZE | FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | (is_folder ? FILE_LIST_DIRECTORY : 0U);
    const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | (is_folder ? 0U : FILE_SHARE_DELETE);
    HANDLE object = CreateFileW(path.c_str(), access, share, nullptr, OPEN_EXISTING,
                                FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
    return Opened(object == INVALID_HANDLE_VALUE ? nullptr : object);
}

bool is_gone(DWORD code) {
    return code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND;
}

// Empty if it cannot be found out.
std::wstring final_path(HANDLE object) {
    std::wstring path(1024, L'\0');
    DWORD size = GetFinalPathNameByHandleW(object, path.data(), static_cast<DWORD>(path.size()), FILE_NAME_NORMALIZED);
    if (size > path.size()) {
        path.resize(size);
        size = GetFinalPathNameByHandleW(object, path.data(), static_cast<DWORD>(path.size()), FILE_NAME_NORMALIZED);
    }
    path.resize(size <= path.size() ? size : 0);
    return path;
}

bool is_same_path(const std::wstring& left, const std::wstring& right) {
    return CompareStringOrdinal(left.data(), static_cast<int>(left.size()), right.data(),
                                static_cast<int>(right.size()), TRUE) == CSTR_EQUAL;
}

DWORD remove_open(HANDLE object) {
    FILE_DISPOSITION_INFO_EX at_once{.Flags = FILE_DISPOSITION_FLAG_DELETE | FILE_DISPOSITION_FLAG_POSIX_SEMANTICS |
                                              FILE_DISPOSITION_FLAG_IGNORE_READONLY_ATTRIBUTE};
    if (SetFileInformationByHandle(object, FileDispositionInfoEx, &at_once, sizeof at_once) != 0) {
        return ERROR_SUCCESS;
    }
    // A file system or a Windows that does not know all of that. Times of zero stay as they are.
    FILE_BASIC_INFO basic{};
    basic.FileAttributes = FILE_ATTRIBUTE_NORMAL;
    SetFileInformationByHandle(object, FileBasicInfo, &basic, sizeof basic);
    FILE_DISPOSITION_INFO when_closed{.DeleteFile = TRUE};
    const BOOL done = SetFileInformationByHandle(object, FileDispositionInfo, &when_closed, sizeof when_closed);
    return done != 0 ? ERROR_SUCCESS : GetLastError();
}

void add_entries(const std::byte* buffer, std::vector<Entry>& entries) {
    while (true) {
        const auto* info = reinterpret_cast<const FILE_ID_BOTH_DIR_INFO*>(buffer);
        std::wstring name(info->FileName, info->FileNameLength / sizeof(wchar_t));
        if (name != L"." && name != L"..") {
            entries.push_back({.name = std::move(name), .is_folder = is_plain_folder(info->FileAttributes)});
        }
        if (info->NextEntryOffset == 0) {
            return;
        }
        buffer += info->NextEntryOffset;
    }
}

// By the handle, so that nobody can put another folder in its place. Returns Windows' code.
DWORD list(HANDLE folder, std::vector<Entry>& entries) {
    std::vector<std::byte> buffer(std::size_t{64} * 1024);  // aligned as memory from operator new is
    FILE_INFO_BY_HANDLE_CLASS next = FileIdBothDirectoryRestartInfo;
    while (GetFileInformationByHandleEx(folder, next, buffer.data(), static_cast<DWORD>(buffer.size())) != 0) {
        add_entries(buffer.data(), entries);
        next = FileIdBothDirectoryInfo;
    }
    const DWORD code = GetLastError();
    return code == ERROR_NO_MORE_FILES || code == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : code;
}

class Removal {
public:
    // `path` is the object's final path.
    void remove(HANDLE object, const std::wstring& path, int depth) {
        FILE_ATTRIBUTE_TAG_INFO info{};
        if (GetFileInformationByHandleEx(object, FileAttributeTagInfo, &info, sizeof info) == 0) {
            return note(GetLastError(), path);
        }
        if (is_plain_folder(info.FileAttributes)) {
            empty(object, path, depth);
        }
        note(remove_open(object), path);
    }

    void remove_entry(const std::wstring& folder, const Entry& entry, int depth) {
        const std::wstring path = folder + L"\\" + entry.name;
        const Opened object = open_itself(path, entry.is_folder);
        if (!object) {
            const DWORD code = GetLastError();
            return note(is_gone(code) ? ERROR_SUCCESS : code, path);
        }
        // Whoever may write in the folder above may have emptied it and made it a link since it was listed.
        if (!is_same_path(final_path(object.get()), path)) {
            return note(ERROR_CANT_RESOLVE_FILENAME, path);
        }
        remove(object.get(), path, depth);
    }

    void note(DWORD code, const std::wstring& path) {
        if (first_.code == ERROR_SUCCESS && code != ERROR_SUCCESS) {
            first_ = {.code = code, .path = path};
        }
    }

    TreeFailure take() { return std::move(first_); }

private:
    void empty(HANDLE folder, const std::wstring& path, int depth) {
        if (depth >= k_deepest) {
            return note(ERROR_FILENAME_EXCED_RANGE, path);
        }
        std::vector<Entry> entries;
        note(list(folder, entries), path);
        for (const Entry& entry : entries) {
            remove_entry(path, entry, depth + 1);
        }
    }

    TreeFailure first_;
};

}  // namespace

TreeFailure remove_folder_tree(const std::wstring& folder) {
    Removal removal;
    const Opened root = open_itself(folder, true);
    if (!root) {
        const DWORD code = GetLastError();
        removal.note(is_gone(code) ? ERROR_SUCCESS : code, folder);
    } else if (const std::wstring path = final_path(root.get()); path.empty()) {
        removal.note(GetLastError(), folder);
    } else {
        removal.remove(root.get(), path, 0);
    }
    return removal.take();
}

TreeFailure remove_entry_of(const std::wstring& folder, const std::wstring& name, bool is_folder) {
    Removal removal;
    removal.remove_entry(folder, {.name = name, .is_folder = is_folder}, 1);
    return removal.take();
}

}  // namespace svcwrap::platform::win32
