#include "guard/fix.hpp"

#include <format>

#include "guard/sids.hpp"

namespace svcwrap::guard {

namespace {

using platform::Ace;
using platform::AceType;
using platform::ObjectKind;
using platform::ObjectSecurity;

// Always in quotes: blanks, and the parentheses of icacls, which PowerShell would read. A backslash before the closing
// quote is doubled, or the program would take the quote for a letter ("C:\" as C:").
std::string quoted(std::string_view text) {
    std::string out = '"' + std::string(text);
    const std::size_t last = text.find_last_not_of('\\');
    out.append(text.size() - (last == std::string_view::npos ? 0 : last + 1), '\\');
    return out + '"';
}

std::string icacls(const ObjectSecurity& object, std::string_view options) {
    return std::format("icacls {} {}{}", quoted(object.path), options, object.is_link ? " /l" : "");
}

std::string trustee(const ObjectSecurity& object, std::string_view sid, std::string_view rights) {
    const std::string_view inheritance = object.kind == ObjectKind::folder ? "(OI)(CI)" : "";
    return quoted(std::format("*{}:{}{}", sid, inheritance, rights));
}

// A list has to be made where there is none.
std::vector<std::string> protect(const ObjectSecurity& object) {
    return {icacls(object, std::format("/inheritance:r /grant:r {} {} {}", trustee(object, k_local_system, "F"),
                                       trustee(object, k_administrators, "F"), trustee(object, k_users, "RX")))};
}

std::vector<std::string> fix_file(const ObjectSecurity& object, const Grant& grant) {
    if (!object.descriptor.dacl) return protect(object);
    std::vector<std::string> commands;
    if (grant.is_owner) commands.push_back(icacls(object, std::format("/setowner \"*{}\"", k_administrators)));
    if (!grant.is_listed) return commands;
    if (grant.is_inherited) commands.push_back(icacls(object, "/inheritance:d"));
    // Reading stays allowed: what can be read need not be secret, and the service's account may need it.
    commands.push_back(icacls(object, "/grant:r " + trustee(object, grant.sid, "RX")));
    return commands;
}

std::vector<std::string> fix_service(const ObjectSecurity& object, const Grant& grant) {
    platform::SecurityDescriptor fixed{.dacl = std::vector<Ace>()};
    if (object.descriptor.dacl) {
        fixed.dacl = object.descriptor.dacl;
        std::erase_if(*fixed.dacl, [&](const Ace& entry) {
            return entry.type == AceType::allow && (entry.sid == grant.sid || entry.conditional);
        });
    } else {
        fixed.dacl->push_back({.mask = 0xF01FF, .sid = std::string(k_local_system)});
        fixed.dacl->push_back({.mask = 0xF01FF, .sid = std::string(k_administrators)});
    }
    return {std::format("sc.exe sdset {} {}", quoted(object.path), quoted(to_sddl(fixed)))};
}

std::string flags_text(std::uint8_t flags) {
    std::string text;
    if ((flags & platform::k_object_inherit) != 0) text += "OI";
    if ((flags & platform::k_container_inherit) != 0) text += "CI";
    if ((flags & platform::k_no_propagate) != 0) text += "NP";
    if ((flags & platform::k_inherit_only) != 0) text += "IO";
    if ((flags & platform::k_inherited) != 0) text += "ID";
    return text;
}

}  // namespace

std::vector<std::string> fix_commands(const ObjectSecurity& object, const Grant& grant) {
    return object.kind == ObjectKind::service ? fix_service(object, grant) : fix_file(object, grant);
}

std::string to_sddl(const platform::SecurityDescriptor& descriptor) {
    std::string text = descriptor.owner.empty() ? "" : "O:" + descriptor.owner;
    text += descriptor.dacl_protected ? "D:P" : "D:";
    if (!descriptor.dacl) return text + "NO_ACCESS_CONTROL";
    for (const Ace& entry : *descriptor.dacl) {
        if (entry.type == AceType::other) continue;
        text += std::format("({};{};0x{:x};;;{})", entry.type == AceType::allow ? "A" : "D", flags_text(entry.flags),
                            entry.mask, entry.sid);
    }
    return text;
}

}  // namespace svcwrap::guard
