#include "platform/win32/opened_entry.hpp"

#include <array>
#include <cstring>

namespace svcwrap::platform::win32 {

namespace {

static_assert(k_folder_attribute == FILE_ATTRIBUTE_DIRECTORY && k_device_attribute == FILE_ATTRIBUTE_DEVICE &&
              k_reparse_attribute == FILE_ATTRIBUTE_REPARSE_POINT);

// Which file it is, among all of the machine.
struct FileIdentity {
    std::uint64_t volume = 0;
    std::array<std::byte, 16> file{};
    bool operator==(const FileIdentity&) const = default;
};

Result<FileIdentity> identity_of(HANDLE file, const std::string& path) {
    FileIdentity identity;
    if (FILE_ID_INFO info{}; GetFileInformationByHandleEx(file, FileIdInfo, &info, sizeof info) != 0) {
        identity.volume = info.VolumeSerialNumber;
        std::memcpy(identity.file.data(), &info.FileId, sizeof info.FileId);
        return identity;
    }
    // A file system without such long numbers.
    BY_HANDLE_FILE_INFORMATION info{};
    if (GetFileInformationByHandle(file, &info) == 0) {
        return fail_file("identify", path, GetLastError());
    }
    identity.volume = info.dwVolumeSerialNumber;
    std::memcpy(identity.file.data(), &info.nFileIndexLow, sizeof info.nFileIndexLow);
    std::memcpy(identity.file.data() + sizeof info.nFileIndexLow, &info.nFileIndexHigh, sizeof info.nFileIndexHigh);
    return identity;
}

Result<KernelHandle> open_once(const std::string& path, DWORD disposition, DWORD flags, const OpenCall& open) {
    KernelHandle file = open(disposition, flags);
    if (!file.is_open()) {
        return fail_file("open", path, GetLastError());
    }
    return file;
}

}  // namespace

Result<FILE_ATTRIBUTE_TAG_INFO> tag_info_of(HANDLE entry, const std::string& path) {
    FILE_ATTRIBUTE_TAG_INFO info{};
    if (GetFileInformationByHandleEx(entry, FileAttributeTagInfo, &info, sizeof info) == 0) {
        return fail_file("read the attributes of", path, GetLastError());
    }
    return info;
}

Result<FileType> type_of(HANDLE entry, const std::string& path) {
    return tag_info_of(entry, path).transform([](const FILE_ATTRIBUTE_TAG_INFO& info) {
        return file_type_of(info.FileAttributes, info.ReparseTag);
    });
}

FileType type_at(const std::wstring& path, DWORD attributes) {
    if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0) {
        return file_type_of(attributes, 0);
    }
    const KernelHandle entry(CreateFileW(path.c_str(), FILE_READ_ATTRIBUTES,
                                         FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                                         FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
    return entry.is_open() ? type_of(entry.get(), "").value_or(FileType::link) : FileType::link;
}

Result<KernelHandle> open_itself(const std::string& path, DWORD disposition, const OpenCall& open) {
    auto itself = open_once(path, disposition, FILE_FLAG_OPEN_REPARSE_POINT, open);
    const auto info = itself ? tag_info_of(itself->get(), path) : std::unexpected(itself.error());
    if (!info) {
        return std::unexpected(info.error());
    }
    if (!is_served_by_filter(info->FileAttributes, info->ReparseTag)) {
        return itself;
    }
    const auto identity = identity_of(itself->get(), path);
    if (!identity) {
        return std::unexpected(identity.error());
    }
    itself->reset();  // a log that is written is not shared for writing, with ourselves neither
    auto data = open_once(path, OPEN_EXISTING, 0, open);
    const auto opened = data ? identity_of(data->get(), path) : std::unexpected(data.error());
    if (!opened) {
        return std::unexpected(opened.error());
    }
    if (*opened != *identity) {
        return fail(ErrorKind::access_denied, "cannot open " + path + ": another file took its place meanwhile");
    }
    return data;
}

}  // namespace svcwrap::platform::win32
