#include "platform/win32/wide.hpp"

#include <algorithm>
#include <format>

#include "base/path.hpp"
#include "base/utf8.hpp"
#include "base/windows_error.hpp"
#include "platform/system.hpp"

namespace svcwrap::platform {

std::string system_error_text(std::uint32_t code) {
    wchar_t* text = nullptr;
    const DWORD size =
        FormatMessageW(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
                       nullptr, code, 0, reinterpret_cast<wchar_t*>(&text), 0, nullptr);
    const win32::LocalMemory owner(text);
    std::wstring_view words = size == 0 ? std::wstring_view() : std::wstring_view(text, size);
    while (!words.empty() && std::wstring_view(L" .\r\n").contains(words.back())) {
        words.remove_suffix(1);
    }
    return words.empty() ? std::format("error {}", code) : win32::from_wide(words);
}

}  // namespace svcwrap::platform

namespace svcwrap::platform::win32 {

namespace {

constexpr std::size_t k_long_path = 248;
constexpr std::wstring_view k_prefix = L"\\\\?\\";
constexpr std::wstring_view k_unc_prefix = L"\\\\?\\UNC\\";

bool is_sharing_obstacle(DWORD code) {
    return code == ERROR_SHARING_VIOLATION || code == ERROR_LOCK_VIOLATION;
}

}  // namespace

std::wstring to_wide(std::string_view text) {
    const std::u16string units = to_utf16(text);
    return {units.begin(), units.end()};
}

std::string from_wide(std::wstring_view text) {
    return from_utf16(std::u16string(text.begin(), text.end()));
}

std::wstring to_native_path(std::string_view path) {
    std::wstring wide = to_wide(path);
    if (wide.size() < k_long_path || wide.starts_with(k_prefix) || !is_absolute_path(path, PathStyle::windows)) {
        return wide;
    }
    // The prefix switches off Windows' own normalization, so it is done here.
    wide = to_wide(normalize_path(path, PathStyle::windows));
    if (wide.starts_with(L"\\\\")) {
        return std::wstring(k_unc_prefix) + wide.substr(2);
    }
    return std::wstring(k_prefix) + wide;
}

std::string from_native_path(std::wstring_view path) {
    if (path.starts_with(k_unc_prefix)) {
        return "\\\\" + from_wide(path.substr(k_unc_prefix.size()));
    }
    return from_wide(path.starts_with(k_prefix) ? path.substr(k_prefix.size()) : path);
}

LibraryHandle load_system_library(const wchar_t* name) {
    return LibraryHandle(LoadLibraryExW(name, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32));
}

Error make_error(ErrorKind kind, std::string message, DWORD code) {
    Error error{.kind = kind, .message = std::move(message), .os_code = code, .where = {}, .remedy = {}};
    if (const WindowsErrorText* text = find_windows_error(code)) {
        error.remedy = text->remedy;
    } else {
        error.message += ": " + system_error_text(code);
    }
    return error;
}

std::unexpected<Error> fail_with(ErrorKind kind, std::string message, DWORD code) {
    return std::unexpected(make_error(kind, std::move(message), code));
}

ErrorKind file_error_kind(DWORD code) {
    switch (code) {
        case ERROR_FILE_NOT_FOUND:
        case ERROR_PATH_NOT_FOUND:
        case ERROR_BAD_NETPATH:
        case ERROR_BAD_NET_NAME:
        case ERROR_INVALID_DRIVE:
            return ErrorKind::not_found;
        case ERROR_FILE_EXISTS:
        case ERROR_ALREADY_EXISTS:
            return ErrorKind::already_exists;
        case ERROR_ACCESS_DENIED:
        case ERROR_PRIVILEGE_NOT_HELD:
            return ErrorKind::access_denied;
        default:
            return ErrorKind::io_failed;
    }
}

std::unexpected<Error> fail_file(std::string_view action, std::string_view path, DWORD code) {
    Error error = make_error(file_error_kind(code), std::format("cannot {} {}", action, path), code);
    if (is_sharing_obstacle(code)) {
        error.remedy = "another program has the file open without sharing it; close it there";
    }
    return std::unexpected(std::move(error));
}

DWORD to_wait(Duration duration) {
    if (duration == k_forever) {
        return INFINITE;
    }
    const auto longest = static_cast<Duration::rep>(INFINITE - 1);
    return static_cast<DWORD>(std::clamp<Duration::rep>(duration.count(), 0, longest));
}

}  // namespace svcwrap::platform::win32
