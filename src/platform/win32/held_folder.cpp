#include "platform/win32/held_folder.hpp"

#include <utility>

#include "base/path.hpp"
#include "platform/win32/file.hpp"
#include "platform/win32/opened_entry.hpp"

namespace svcwrap::platform::win32 {

namespace {

// To list is a right that share modes count for; to read attributes is none, and would hold nothing.
constexpr DWORD k_holding = FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES;

KernelHandle open_shared(const std::string& folder, DWORD access, DWORD share) {
    return KernelHandle(CreateFileW(to_native_path(folder).c_str(), access, share, nullptr, OPEN_EXISTING,
                                    FILE_FLAG_BACKUP_SEMANTICS, nullptr));
}

// Somebody is about to move or remove it, or holds that right without a need; or it may be written to and not listed.
// What is opened in it is told by its name all the same.
bool can_be_known(DWORD code) {
    return code == ERROR_SHARING_VIOLATION || code == ERROR_ACCESS_DENIED;
}

std::unexpected<Error> elsewhere(const std::string& path, const std::string& folder) {
    return fail(ErrorKind::access_denied,
                "cannot touch " + path + ": what has this name is not in " + folder + " any more, or is a link",
                "Find out who put a link there; a folder of logs must be one that only the service can change.");
}

}  // namespace

Result<std::string> final_path(HANDLE object, const std::string& path) {
    std::wstring buffer(1024, L'\0');
    constexpr DWORD k_form = FILE_NAME_NORMALIZED | VOLUME_NAME_DOS;
    DWORD size = GetFinalPathNameByHandleW(object, buffer.data(), static_cast<DWORD>(buffer.size()), k_form);
    if (size > buffer.size()) {
        buffer.resize(size);
        size = GetFinalPathNameByHandleW(object, buffer.data(), static_cast<DWORD>(buffer.size()), k_form);
    }
    if (size == 0 || size > buffer.size()) {
        return fail_file("find out where it leads:", path, GetLastError());
    }
    return from_native_path(std::wstring_view(buffer).substr(0, size));
}

std::string WindowsHeldFolder::path_of(const std::string& path) const {
    return final_path_.empty() ? path : join_path(final_path_, file_name(path));
}

Status WindowsHeldFolder::check_folder() const {
    if (final_path_.empty()) {
        return {};
    }
    const std::wstring native = to_native_path(final_path_);
    const DWORD attributes = GetFileAttributesW(native.c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES) {
        return fail_file("look at the folder", final_path_, GetLastError());
    }
    return type_at(native, attributes) == FileType::directory ? Status() : elsewhere(final_path_, final_path_);
}

Status WindowsHeldFolder::check_file(HANDLE file, const std::string& path) const {
    const auto type = type_of(file, path);
    if (!type) {
        return std::unexpected(type.error());
    }
    if (*type != FileType::file) {
        return elsewhere(path, final_path_);
    }
    const auto name = final_path_.empty() ? Result<std::string>() : win32::final_path(file, path);
    if (!name) {
        return std::unexpected(name.error());
    }
    return final_path_.empty() || parent_path(*name) == final_path_ ? Status() : elsewhere(path, final_path_);
}

Result<HeldPointer> open_held_folder(const std::string& folder) {
    KernelHandle opened = open_shared(folder, k_holding, FILE_SHARE_READ | FILE_SHARE_WRITE);
    if (!opened.is_open() && can_be_known(GetLastError())) {
        opened = open_shared(folder, FILE_READ_ATTRIBUTES, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
    }
    if (!opened.is_open()) {
        return fail_file("open the folder", folder, GetLastError());
    }
    auto name = final_path(opened.get(), folder);
    return std::make_shared<const WindowsHeldFolder>(std::move(opened), name ? *std::move(name) : std::string());
}

std::wstring native_path_of(const std::string& path, const HeldPointer& held) {
    return to_native_path(held ? held->path_of(path) : path);
}

}  // namespace svcwrap::platform::win32
