#pragma once
// Security descriptors as plain data, and the reader of the form in which Windows hands them out (self-relative,
// [MS-DTYP] 2.4.6). Pure: Windows' bytes can be read on any system.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace svcwrap::platform {

// winnt.h; the rights of files and folders share their bits.
namespace access {
inline constexpr std::uint32_t k_read_data = 0x0001;         // folder: list
inline constexpr std::uint32_t k_write_data = 0x0002;        // folder: add a file
inline constexpr std::uint32_t k_append_data = 0x0004;       // folder: add a folder
inline constexpr std::uint32_t k_execute = 0x0020;           // folder: go through it
inline constexpr std::uint32_t k_delete_child = 0x0040;      // folder: delete or rename anything in it
inline constexpr std::uint32_t k_write_attributes = 0x0100;  // and, with an empty folder, turn it into a junction
inline constexpr std::uint32_t k_delete = 0x0001'0000;       // delete, rename or move the object itself
inline constexpr std::uint32_t k_write_dac = 0x0004'0000;
inline constexpr std::uint32_t k_write_owner = 0x0008'0000;
inline constexpr std::uint32_t k_generic_all = 0x1000'0000;
inline constexpr std::uint32_t k_generic_execute = 0x2000'0000;
inline constexpr std::uint32_t k_generic_write = 0x4000'0000;
inline constexpr std::uint32_t k_generic_read = 0x8000'0000;
inline constexpr std::uint32_t k_file_read = 0x0012'0089;     // FILE_GENERIC_READ
inline constexpr std::uint32_t k_file_write = 0x0012'0116;    // FILE_GENERIC_WRITE
inline constexpr std::uint32_t k_file_execute = 0x0012'00A0;  // FILE_GENERIC_EXECUTE
inline constexpr std::uint32_t k_file_all = 0x001F'01FF;      // FILE_ALL_ACCESS
}  // namespace access

// winnt.h, ACE_HEADER.AceFlags.
inline constexpr std::uint8_t k_object_inherit = 0x01;
inline constexpr std::uint8_t k_container_inherit = 0x02;
inline constexpr std::uint8_t k_no_propagate = 0x04;
inline constexpr std::uint8_t k_inherit_only = 0x08;  // does not count for the object itself
inline constexpr std::uint8_t k_inherited = 0x10;

enum class AceType : std::uint8_t { allow, deny, other };

struct Ace {
    AceType type = AceType::allow;
    // An object, callback or conditional entry: whether it counts depends on what its bytes alone do not say.
    bool conditional = false;
    std::uint8_t flags = 0;
    std::uint32_t mask = 0;
    std::string sid;  // "S-1-5-32-545"; empty for `other`

    bool operator==(const Ace&) const = default;
};

struct SecurityDescriptor {
    std::string owner;  // a SID; empty = none
    // Nothing: no DACL, or a null one, which lets everyone do everything. An empty list lets nobody do anything, but
    // for the owner, who may always change it.
    std::optional<std::vector<Ace>> dacl;
    bool dacl_protected = false;  // inherits nothing from above

    bool operator==(const SecurityDescriptor&) const = default;
};

// Never reads outside of `bytes`, whatever stands in them. Error: internal (what is malformed).
[[nodiscard]] Result<SecurityDescriptor> parse_security_descriptor(std::span<const std::byte> bytes);

}  // namespace svcwrap::platform
