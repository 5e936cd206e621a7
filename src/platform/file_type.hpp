#pragma once
// What Windows' file attributes and reparse tags say of an entry. Pure.
#include <cstdint>

#include "platform/file_system.hpp"

namespace svcwrap::platform {

// A reparse point is a link if its tag says that it stands for another name ("name surrogate",
// IsReparseTagNameSurrogate in winnt.h, [MS-FSCC] 2.1.2.1): symbolic links, junctions, mount points. All others are
// files and folders as any, whose data a filter of the system brings: deduplicated and compressed ones, those of cloud
// storage.
[[nodiscard]] constexpr bool is_link_tag(std::uint32_t tag) {
    constexpr std::uint32_t k_name_surrogate = 0x2000'0000;
    return (tag & k_name_surrogate) != 0;
}

// FILE_ATTRIBUTE_DIRECTORY, _DEVICE and _REPARSE_POINT ("File attribute constants"). The tag counts only for the last.
inline constexpr std::uint32_t k_folder_attribute = 0x10;
inline constexpr std::uint32_t k_device_attribute = 0x40;
inline constexpr std::uint32_t k_reparse_attribute = 0x400;

[[nodiscard]] constexpr FileType file_type_of(std::uint32_t attributes, std::uint32_t tag) {
    if ((attributes & k_reparse_attribute) != 0 && is_link_tag(tag)) {
        return FileType::link;
    }
    if ((attributes & k_folder_attribute) != 0) {
        return FileType::directory;
    }
    return (attributes & k_device_attribute) != 0 ? FileType::other : FileType::file;
}

// Whether an open handle of the entry itself, its reparse point not followed, does not give the data of the file.
[[nodiscard]] constexpr bool is_served_by_filter(std::uint32_t attributes, std::uint32_t tag) {
    return (attributes & k_reparse_attribute) != 0 && !is_link_tag(tag);
}

}  // namespace svcwrap::platform
