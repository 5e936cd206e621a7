#include "guard/rights.hpp"

#include <catch_amalgamated.hpp>

#include "support/sddl.hpp"

namespace svcwrap::guard {

namespace {

using platform::ObjectKind;
using testing::from_sddl;

std::uint32_t rights_of(std::string_view sddl, std::string_view sid, ObjectKind kind = ObjectKind::folder) {
    std::uint32_t rights = 0;
    for (const Grant& grant : effective_grants(kind, from_sddl(sddl))) {
        if (grant.sid == sid) rights |= grant.rights;
    }
    return rights;
}

constexpr std::string_view k_users_sid = "S-1-5-32-545";
constexpr std::string_view k_everyone_sid = "S-1-1-0";
constexpr std::string_view k_alice = "S-1-5-21-1-2-3-1001";

}  // namespace

TEST_CASE("generic rights stand for the rights that winnt.h and winsvc.h give them") {
    CHECK(map_generic(ObjectKind::file, 0x10000000) == 0x1F01FF);
    CHECK(map_generic(ObjectKind::folder, 0x40000000) == 0x120116);
    CHECK(map_generic(ObjectKind::folder, 0x80000000) == 0x120089);
    CHECK(map_generic(ObjectKind::folder, 0xE0010000) == 0x1301BF);  // what the C:\ entry for Authenticated Users says
    CHECK(map_generic(ObjectKind::service, 0x10000000) == 0xF01FF);
    CHECK(map_generic(ObjectKind::service, 0x40000000) == 0x20002);
    CHECK(map_generic(ObjectKind::file, 0x6) == 0x6);
}

TEST_CASE("the first entry that speaks of a right decides it") {
    CHECK(rights_of("D:(D;;FW;;;BU)(A;;FA;;;BU)", k_users_sid) == (0x1F01FFU & ~0x120116U));
    // Not in the canonical order, as some programs write it: the denial comes too late.
    CHECK(rights_of("D:(A;;FA;;;BU)(D;;FA;;;BU)", k_users_sid) == 0x1F01FF);
    CHECK(rights_of("D:(A;;FR;;;BU)(D;;FA;;;BU)(A;;FA;;;BU)", k_users_sid) == 0x120089);
    CHECK(rights_of("D:(A;;0x2;;;BU)(A;;0x4;;;BU)", k_users_sid) == 0x6);
}

TEST_CASE("a denial takes from a SID what is denied to that SID or to Everyone, and from nobody else") {
    CHECK(rights_of("D:(D;;FA;;;WD)(A;;FA;;;BU)", k_users_sid) == 0);
    CHECK(rights_of("D:(D;;GA;;;BU)(A;;FA;;;BU)", k_users_sid) == 0);
    CHECK(rights_of("D:(D;;FA;;;BG)(A;;FA;;;BU)", k_users_sid) == 0x1F01FF);
    // Not every member of Everyone is one of Users.
    CHECK(rights_of("D:(D;;FA;;;BU)(A;;FA;;;WD)", k_everyone_sid) == 0x1F01FF);
    // Nor are anonymous logons and app packages members of Everyone.
    CHECK(rights_of("D:(D;;FA;;;WD)(A;;FA;;;AC)", "S-1-15-2-1") == 0x1F01FF);
    CHECK(rights_of("D:(D;;FA;;;WD)(A;;FA;;;AN)", "S-1-5-7") == 0x1F01FF);
}

TEST_CASE("an inherit-only entry says nothing of the object itself") {
    CHECK(rights_of("D:(A;OICIIO;GA;;;BU)", k_users_sid) == 0);
    CHECK(rights_of("D:(D;OICIIO;GA;;;BU)(A;;FR;;;BU)", k_users_sid) == 0x120089);
    CHECK(rights_of("D:(A;OICIID;FA;;;BU)", k_users_sid) == 0x1F01FF);
}

TEST_CASE("conditional and object entries are read to the worse") {
    CHECK(rights_of("D:(XA;;FA;;;BU;(@USER.level > 3))", k_users_sid) == 0x1F01FF);
    CHECK(rights_of("D:(XD;;FA;;;BU;(@USER.level > 3))(A;;FA;;;BU)", k_users_sid) == 0x1F01FF);
    CHECK(rights_of("D:(OA;;FA;;;BU)", k_users_sid) == 0x1F01FF);
    CHECK(rights_of("D:(OD;;FA;;;BU)(A;;FA;;;BU)", k_users_sid) == 0x1F01FF);
}

TEST_CASE("an audit entry gives nothing") {
    CHECK(effective_grants(ObjectKind::folder, from_sddl("D:(AU;;FA;;;WD)")).empty());
}

TEST_CASE("a null DACL lets everyone do everything, an empty one nobody but its owner") {
    CHECK(rights_of("O:BAD:NO_ACCESS_CONTROL", k_everyone_sid) == 0x1F01FF);
    CHECK(rights_of("O:BA", k_everyone_sid, ObjectKind::service) == 0xF01FF);
    CHECK(rights_of("O:S-1-5-21-1-2-3-1001D:P", k_alice) == 0x40000);
    CHECK(effective_grants(ObjectKind::file, from_sddl("D:P")).empty());
}

TEST_CASE("an owner may change the DACL whatever is denied to him, unless OWNER RIGHTS say what he may") {
    CHECK(rights_of("O:S-1-5-21-1-2-3-1001D:(D;;FA;;;S-1-5-21-1-2-3-1001)(A;;FR;;;BU)", k_alice) == 0x40000);
    CHECK(rights_of("O:S-1-5-21-1-2-3-1001D:(A;;FR;;;OW)", k_alice) == 0x120089);
    CHECK(rights_of("O:S-1-5-21-1-2-3-1001D:(D;;WD;;;OW)(A;;FA;;;S-1-5-21-1-2-3-1001)", k_alice) ==
          (0x1F01FFU & ~0x40000U));
    // They are the owner's alone.
    CHECK(rights_of("O:BAD:(A;;FA;;;OW)(A;;FR;;;BU)", k_users_sid) == 0x120089);
    CHECK(rights_of("O:BAD:(D;;FA;;;OW)(A;;FR;;;BU)", k_users_sid) == 0x120089);
    CHECK(rights_of("O:BAD:(A;;FA;;;OW)", "S-1-3-4") == 0);
    CHECK(rights_of("O:BAD:(A;;FA;;;OW)", "S-1-5-32-544") == 0x1F01FF);
    // An inherit-only entry is none for the object itself.
    CHECK(rights_of("O:S-1-5-21-1-2-3-1001D:(A;OICIIO;FR;;;OW)", k_alice) == 0x40000);
}

TEST_CASE("a grant tells what it comes from") {
    const auto grants = effective_grants(
        ObjectKind::folder, from_sddl("O:S-1-5-21-1-2-3-1001D:(A;ID;FW;;;BU)(A;;FR;;;S-1-5-21-1-2-3-1001)"));
    REQUIRE(grants.size() == 2);
    CHECK(grants[0].is_inherited);
    CHECK(grants[0].is_listed);
    CHECK_FALSE(grants[0].is_owner);
    CHECK(grants[1].is_owner);
    CHECK(grants[1].is_listed);
    CHECK_FALSE(grants[1].is_inherited);
    const auto owner = effective_grants(ObjectKind::folder, from_sddl("O:S-1-5-21-1-2-3-1001D:P"));
    REQUIRE(owner.size() == 1);
    CHECK(owner[0].is_owner);
    CHECK_FALSE(owner[0].is_listed);
}

TEST_CASE("an owner who is given the right to change the DACL anyway is no matter of ownership") {
    const auto grants =
        effective_grants(ObjectKind::folder, from_sddl("O:S-1-5-21-1-2-3-1001D:(A;;FA;;;S-1-5-21-1-2-3-1001)"));
    REQUIRE(grants.size() == 1);
    CHECK(grants[0].rights == 0x1F01FF);
    CHECK(grants[0].is_listed);
}

TEST_CASE("rights have words for what they change, and none for reading") {
    CHECK(describe_rights(ObjectKind::file, 0x2) == "overwrite it");
    CHECK(describe_rights(ObjectKind::folder, 0x6) == "create files in it, create folders in it");
    CHECK(describe_rights(ObjectKind::folder, 0xD0040) ==
          "delete or rename what is in it, delete or rename it, change its permissions, take it over");
    CHECK(describe_rights(ObjectKind::service, 0x2) == "change its configuration");
    CHECK(describe_rights(ObjectKind::file, 0x1200A9).empty());
}

}  // namespace svcwrap::guard
