#include "files.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace svcwrap::setup {

namespace {

constexpr int k_most_asides = 1000;
constexpr DWORD k_try_again = 100;  // ms

struct CloseFindLater {
    void operator()(HANDLE handle) const { FindClose(handle); }
};

// The names in a folder that fit a pattern.
[[nodiscard]] std::vector<WIN32_FIND_DATAW> entries_of(const std::wstring& pattern) {
    std::vector<WIN32_FIND_DATAW> entries;
    WIN32_FIND_DATAW entry{};
    const HANDLE first = FindFirstFileW(pattern.c_str(), &entry);
    if (first == INVALID_HANDLE_VALUE) return entries;
    const std::unique_ptr<void, CloseFindLater> search(first);
    do {
        const std::wstring_view name = entry.cFileName;
        if (name != L"." && name != L"..") entries.push_back(entry);
    } while (FindNextFileW(search.get(), &entry) != 0);
    return entries;
}

[[nodiscard]] bool exists(const std::wstring& path) {
    return GetFileAttributesW(path.c_str()) != INVALID_FILE_ATTRIBUTES;
}

// A program that runs cannot be opened for writing, however much is shared.
[[nodiscard]] bool is_in_use(const std::wstring& path) {
    const HANDLE file =
        CreateFileW(path.c_str(), FILE_WRITE_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                    OPEN_EXISTING, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) return GetLastError() != ERROR_FILE_NOT_FOUND;
    CloseHandle(file);
    return false;
}

[[nodiscard]] DWORD moved(const std::wstring& from, const std::wstring& to) {
    return MoveFileExW(from.c_str(), to.c_str(), 0) != 0 ? ERROR_SUCCESS : GetLastError();
}

[[nodiscard]] DWORD remove_file(const std::wstring& path, DWORD attributes) {
    if ((attributes & FILE_ATTRIBUTE_READONLY) != 0) SetFileAttributesW(path.c_str(), FILE_ATTRIBUTE_NORMAL);
    return DeleteFileW(path.c_str()) != 0 ? ERROR_SUCCESS : GetLastError();
}

[[nodiscard]] bool removed_by(const std::wstring& path, DWORD attributes, ULONGLONG end) {
    while (remove_file(path, attributes) != ERROR_SUCCESS) {
        if (GetTickCount64() >= end) return false;
        Sleep(k_try_again);
    }
    return true;
}

}  // namespace

std::wstring free_aside(const std::wstring& exe) {
    for (int number = 1; number < k_most_asides; ++number) {
        std::wstring name = exe + L".old-" + std::to_wstring(number);
        if (!exists(name)) return name;
    }
    return exe + L".old-" + std::to_wstring(GetTickCount64());
}

std::expected<bool, DWORD> set_aside_if_in_use(const std::wstring& exe, const std::wstring& aside) {
    if (!exists(exe) || !is_in_use(exe)) return false;
    const std::wstring copy = exe + L".new";
    DeleteFileW(copy.c_str());
    if (CopyFileW(exe.c_str(), copy.c_str(), TRUE) == 0) return std::unexpected(GetLastError());
    DWORD code = moved(exe, aside);
    if (code == ERROR_SUCCESS) {
        code = moved(copy, exe);
        if (code == ERROR_SUCCESS) return true;
        // The name must not be without a program.
        MoveFileExW(aside.c_str(), exe.c_str(), 0);
    }
    DeleteFileW(copy.c_str());
    return std::unexpected(code);
}

bool fill_empty_place(const std::wstring& exe, const std::wstring& aside) {
    return !exists(exe) && CopyFileW(aside.c_str(), exe.c_str(), TRUE) != 0;
}

int remove_set_aside(const std::wstring& exe, InUse in_use, DWORD patience) {
    const ULONGLONG end = GetTickCount64() + patience;
    const std::wstring folder = exe.substr(0, exe.find_last_of(L'\\') + 1);
    int left = 0;
    for (const WIN32_FIND_DATAW& entry : entries_of(exe + L".old-*")) {
        const std::wstring path = folder + entry.cFileName;
        if (removed_by(path, entry.dwFileAttributes, end)) continue;
        ++left;
        if (in_use == InUse::remove_at_next_boot) MoveFileExW(path.c_str(), nullptr, MOVEFILE_DELAY_UNTIL_REBOOT);
    }
    if (left > 0 && in_use == InUse::remove_at_next_boot) {
        // Removed only if it is empty by then.
        MoveFileExW(folder.substr(0, folder.size() - 1).c_str(), nullptr, MOVEFILE_DELAY_UNTIL_REBOOT);
    }
    return left;
}

}  // namespace svcwrap::setup
