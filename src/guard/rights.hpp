#pragma once
// Access rights: what a mask means for its kind of object, and who has which after all entries of a DACL.
#include <cstdint>
#include <string>
#include <vector>

#include "platform/access_control.hpp"

namespace svcwrap::guard {

// winnt.h; winsvc.h.
inline constexpr std::uint32_t k_service_change_config = 0x0002;

// The mask with its generic rights replaced by what they stand for.
[[nodiscard]] std::uint32_t map_generic(platform::ObjectKind kind, std::uint32_t mask);

// What someone with these rights can do to it, for a sentence: "write into it, delete or rename it". Only rights to
// change something have words.
[[nodiscard]] std::string describe_rights(platform::ObjectKind kind, std::uint32_t mask);

struct Grant {
    std::string sid;
    std::uint32_t rights = 0;   // generic rights mapped; more than none
    bool is_owner = false;      // some of them are the owner's for being the owner
    bool is_listed = false;     // some of them stand in entries for this SID
    bool is_inherited = false;  // some of those entries come from the folder above
};

// Each SID that the object itself lets do something, in the order of its entries: those of inherit-only entries do not
// count, and an entry counts only for what no earlier one has decided for the same SID. A denial takes from a SID what
// it denies to that SID or to Everyone; a denial for another group may not concern its members and takes nothing.
// Conditional and object entries are read to the worse: allowed is allowed, denied is not denied. The owner has the
// right to change the DACL unless an entry for OWNER RIGHTS says what owners may. A null DACL lets Everyone do all.
[[nodiscard]] std::vector<Grant> effective_grants(platform::ObjectKind kind,
                                                  const platform::SecurityDescriptor& descriptor);

}  // namespace svcwrap::guard
