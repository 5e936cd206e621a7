#include "platform/security_descriptor.hpp"

#include <format>

namespace svcwrap::platform {

namespace {

using Bytes = std::span<const std::byte>;

// winnt.h.
constexpr std::uint16_t k_dacl_present = 0x0004;
constexpr std::uint16_t k_dacl_protected = 0x1000;
constexpr std::uint16_t k_self_relative = 0x8000;

std::unexpected<Error> malformed(std::string_view what) {
    return fail(ErrorKind::internal, std::format("read a security descriptor: {} is malformed", what));
}

// Little-endian; the caller has checked that the bytes are there.
std::uint32_t number(Bytes bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) {
        value = (value << 8U) | std::to_integer<std::uint32_t>(bytes[at + i]);
    }
    return value;
}

// What stands from there on; empty behind the end.
Bytes from(Bytes bytes, std::size_t at) {
    return at < bytes.size() ? bytes.subspan(at) : Bytes();
}

// Its authority is the only big-endian number here; the text has it in hexadecimal from 2^32 on ([MS-DTYP] 2.4.2.1).
std::string authority_text(Bytes sid) {
    std::uint64_t authority = 0;
    for (std::size_t i = 2; i < 8; ++i) {
        authority = (authority << 8U) | std::to_integer<std::uint64_t>(sid[i]);
    }
    return authority < (1ULL << 32U) ? std::format("{}", authority) : std::format("0x{:012X}", authority);
}

Result<std::string> read_sid(Bytes bytes) {
    constexpr std::size_t k_header = 8;
    constexpr std::size_t k_most_parts = 15;
    if (bytes.size() < k_header || number(bytes, 0, 1) != 1) {
        return malformed("a SID");
    }
    const std::size_t count = number(bytes, 1, 1);
    if (count > k_most_parts || bytes.size() < k_header + count * 4) {
        return malformed("a SID");
    }
    std::string text = "S-1-" + authority_text(bytes);
    for (std::size_t i = 0; i < count; ++i) {
        text += std::format("-{}", number(bytes, k_header + i * 4, 4));
    }
    return text;
}

// What an entry of that type is, and where its SID begins (behind header, mask and, in object entries, up to two
// GUIDs). [MS-DTYP] 2.4.4.
struct AceShape {
    AceType type = AceType::other;
    bool conditional = false;
    bool has_guids = false;
};

AceShape shape_of(std::uint32_t type) {
    switch (type) {
        case 0x00:
            return {AceType::allow, false, false};
        case 0x01:
            return {AceType::deny, false, false};
        case 0x05:
        case 0x0B:
            return {AceType::allow, true, true};
        case 0x06:
        case 0x0C:
            return {AceType::deny, true, true};
        case 0x09:
            return {AceType::allow, true, false};
        case 0x0A:
            return {AceType::deny, true, false};
        default:
            return {};
    }
}

std::size_t sid_offset(Bytes ace, bool has_guids) {
    constexpr std::size_t k_plain = 8;
    constexpr std::size_t k_guid = 16;
    if (!has_guids || ace.size() < k_plain + 4) {
        return k_plain;
    }
    const std::uint32_t present = number(ace, k_plain, 4);
    return k_plain + 4 + ((present & 1U) != 0 ? k_guid : 0) + ((present & 2U) != 0 ? k_guid : 0);
}

// `bytes` are those of one entry.
Result<Ace> read_ace(Bytes bytes) {
    const AceShape shape = shape_of(number(bytes, 0, 1));
    Ace ace{.type = shape.type,
            .conditional = shape.conditional,
            .flags = static_cast<std::uint8_t>(number(bytes, 1, 1)),
            .mask = 0,
            .sid = {}};
    if (shape.type == AceType::other) {
        return ace;
    }
    if (bytes.size() < 8) {
        return malformed("an access control entry");
    }
    ace.mask = number(bytes, 4, 4);
    auto sid = read_sid(from(bytes, sid_offset(bytes, shape.has_guids)));
    if (!sid) {
        return std::unexpected(sid.error());
    }
    ace.sid = *std::move(sid);
    return ace;
}

Result<std::vector<Ace>> read_acl(Bytes bytes) {
    constexpr std::size_t k_header = 8;
    if (bytes.size() < k_header) {
        return malformed("an access control list");
    }
    std::vector<Ace> list;
    std::size_t at = k_header;
    for (std::uint32_t left = number(bytes, 4, 2); left > 0; --left) {
        const std::size_t size = bytes.size() >= at + 4 ? number(bytes, at + 2, 2) : 0;
        if (size < 4 || size > bytes.size() - at) {
            return malformed("an access control list");
        }
        auto ace = read_ace(bytes.subspan(at, size));
        if (!ace) {
            return std::unexpected(ace.error());
        }
        list.push_back(*std::move(ace));
        at += size;
    }
    return list;
}

Status read_owner(Bytes bytes, SecurityDescriptor& descriptor) {
    const std::uint32_t offset = number(bytes, 4, 4);
    if (offset == 0) {
        return {};
    }
    auto owner = read_sid(from(bytes, offset));
    if (!owner) {
        return std::unexpected(owner.error());
    }
    descriptor.owner = *std::move(owner);
    return {};
}

}  // namespace

Result<SecurityDescriptor> parse_security_descriptor(Bytes bytes) {
    constexpr std::size_t k_header = 20;
    if (bytes.size() < k_header || number(bytes, 0, 1) != 1) {
        return malformed("the header");
    }
    const std::uint32_t control = number(bytes, 2, 2);
    if ((control & k_self_relative) == 0) {
        return malformed("the header (it is not self-relative)");
    }
    SecurityDescriptor descriptor;
    descriptor.dacl_protected = (control & k_dacl_protected) != 0;
    if (const Status owner = read_owner(bytes, descriptor); !owner) {
        return std::unexpected(owner.error());
    }
    const std::uint32_t offset = number(bytes, 16, 4);
    if ((control & k_dacl_present) == 0 || offset == 0) {
        return descriptor;
    }
    auto dacl = read_acl(from(bytes, offset));
    if (!dacl) {
        return std::unexpected(dacl.error());
    }
    descriptor.dacl = *std::move(dacl);
    return descriptor;
}

}  // namespace svcwrap::platform
