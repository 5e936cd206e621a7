#include "guard/judge.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>

#include "support/sddl.hpp"

namespace svcwrap::guard {

namespace {

using platform::ObjectKind;
using platform::ObjectSecurity;
using platform::Place;
using testing::from_sddl;

// What Windows itself has set, as icacls and Get-Acl show it on a fresh installation.
constexpr std::string_view k_root =
    "O:TID:PAI(A;;LC;;;AU)(A;OICIIO;SDGXGWGR;;;AU)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)";
constexpr std::string_view k_data_root =  // the root of a volume that somebody formatted
    "O:SYD:(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;AU)(A;OICI;0x1200a9;;;BU)";
constexpr std::string_view k_program_files =
    "O:TID:PAI(A;;FA;;;TI)(A;CIIO;GA;;;TI)(A;;0x1301bf;;;SY)(A;OICIIO;GA;;;SY)(A;;0x1301bf;;;BA)(A;OICIIO;GA;;;BA)"
    "(A;;0x1200a9;;;BU)(A;OICIIO;GXGR;;;BU)(A;OICIIO;GA;;;CO)(A;;0x1200a9;;;AC)(A;OICIIO;GXGR;;;AC)";
constexpr std::string_view k_program_data =
    "O:SYG:SYD:PAI(A;OICIIO;GA;;;CO)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;CI;DCLCRPCR;;;BU)(A;OICI;0x1200a9;;;BU)";
constexpr std::string_view k_profile = "O:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;S-1-5-21-1-2-3-1001)";
constexpr std::string_view k_strict = "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
constexpr std::string_view k_readable = "O:BAD:(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)";

constexpr const char* k_alice = "S-1-5-21-1-2-3-1001";

const Trust k_system{.account_sid = "S-1-5-18", .account_name = "LocalSystem", .service_sid = "S-1-5-80-1"};
const Trust k_local_service{
    .account_sid = "S-1-5-19", .account_name = "NT AUTHORITY\\LocalService", .service_sid = "S-1-5-80-1"};

ObjectSecurity folder(std::string path, Place place, std::string_view sddl) {
    return {.path = std::move(path), .kind = ObjectKind::folder, .place = place, .descriptor = from_sddl(sddl)};
}

ObjectSecurity file(std::string path, std::string_view sddl) {
    return {.path = std::move(path), .kind = ObjectKind::file, .place = Place::itself, .descriptor = from_sddl(sddl)};
}

std::string name_of_sid(const std::string& sid) {
    if (sid == "S-1-5-32-545") return "BUILTIN\\Users";
    return sid == k_alice ? "PC\\alice" : "";
}

std::vector<Finding> find(Role role, const std::vector<ObjectSecurity>& chain, const Trust& trust = k_system) {
    return judge(role, chain, trust, name_of_sid);
}

bool is_safe(Role role, const std::vector<ObjectSecurity>& chain, const Trust& trust = k_system) {
    return find(role, chain, trust).empty();
}

// A program in C:\apps, whose folder has this DACL.
std::vector<ObjectSecurity> program_in(std::string_view folder_sddl, std::string_view file_sddl = k_readable) {
    return {folder("C:\\", Place::above, k_root), folder("C:\\apps", Place::holder, folder_sddl),
            file("C:\\apps\\app.exe", file_sddl)};
}

}  // namespace

TEST_CASE("a program under Program Files is safe: others may read it") {
    CHECK(is_safe(Role::program,
                  {folder("C:\\", Place::above, k_root), folder("C:\\Program Files", Place::above, k_program_files),
                   folder("C:\\Program Files\\App", Place::holder, k_readable),
                   file("C:\\Program Files\\App\\app.exe", k_readable)}));
    CHECK(is_safe(Role::program,
                  {folder("C:\\", Place::above, k_root), folder("C:\\Program Files", Place::holder, k_program_files),
                   file("C:\\Program Files\\app.exe", k_readable)}));
}

TEST_CASE("that Authenticated Users may create folders in C:\\ is no danger to a folder that exists") {
    CHECK(is_safe(Role::program, program_in(k_readable)));
}

TEST_CASE("that they may create folders in C:\\ is a danger where the folder does not exist yet") {
    auto root = folder("C:\\", Place::holder, k_root);
    root.missing = ObjectKind::folder;
    const auto findings = find(Role::folder, {root});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].sid == "S-1-5-11");
    CHECK(findings[0].rights == "create folders in it");
    CHECK(findings[0].why == "where a folder that the service uses would be created");
    // They may not create files there.
    root.missing = ObjectKind::file;
    CHECK(is_safe(Role::configuration, {root}));
}

TEST_CASE("what is missing of a folder's path is a folder, though nobody can see what it would be") {
    // As the chain of C:\\logs ends: the last part does not exist.
    auto root = folder("C:\\", Place::holder, k_root);
    root.missing = ObjectKind::file;
    const auto findings = find(Role::folder, {root});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].sid == "S-1-5-11");
    CHECK(findings[0].rights == "create folders in it");
    // Files there are in nobody's way.
    root.descriptor = from_sddl("O:BAD:(A;;DC;;;BU)");
    CHECK(is_safe(Role::folder, {root}));
}

TEST_CASE("an empty folder that others can turn into a link is no place for what is missing") {
    auto empty = folder("C:\\apps", Place::holder, "O:BAD:(A;;CR;;;BU)");
    CHECK(is_safe(Role::configuration, {empty}));
    empty.missing = ObjectKind::file;
    CHECK_FALSE(is_safe(Role::configuration, {empty}));
}

TEST_CASE("a folder made in C:\\ inherits that Authenticated Users may modify it") {
    const auto findings =
        find(Role::program, program_in("O:BAD:(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)"
                                       "(A;ID;0x1301bf;;;AU)(A;OICIIOID;SDGXGWGR;;;AU)"));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].path == "C:\\apps");
    CHECK(findings[0].sid == "S-1-5-11");
    CHECK(findings[0].rights == "create files in it, create folders in it, delete or rename it");
    CHECK(findings[0].commands == std::vector<std::string>{"icacls \"C:\\apps\" /inheritance:d",
                                                           "icacls \"C:\\apps\" /grant:r \"*S-1-5-11:(OI)(CI)RX\""});
}

TEST_CASE(
    "the root of a data volume can't be renamed: what Authenticated Users may do there counts for new files only") {
    CHECK(is_safe(Role::program, {folder("D:\\", Place::above, k_data_root),
                                  folder("D:\\apps", Place::holder, k_strict), file("D:\\apps\\app.exe", k_strict)}));
    CHECK_FALSE(is_safe(Role::program, {folder("D:\\", Place::holder, k_data_root), file("D:\\app.exe", k_strict)}));
}

TEST_CASE("Users may create files and folders in ProgramData, which matters only for what does not exist") {
    std::vector chain{folder("C:\\", Place::above, k_root), folder("C:\\ProgramData", Place::holder, k_program_data),
                      folder("C:\\ProgramData\\svcwrap", Place::itself, k_strict)};
    CHECK(is_safe(Role::folder, chain));
    chain.pop_back();
    for (const ObjectKind missing : {ObjectKind::file, ObjectKind::folder}) {
        chain.back().missing = missing;
        const auto findings = find(Role::configuration, chain);
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].who == "BUILTIN\\Users");
    }
    // A program right there would load the DLLs that they put beside it.
    CHECK_FALSE(is_safe(Role::program, {folder("C:\\ProgramData", Place::holder, k_program_data),
                                        file("C:\\ProgramData\\app.exe", k_strict)}));
    CHECK(is_safe(Role::configuration, {folder("C:\\ProgramData", Place::holder, k_program_data),
                                        file("C:\\ProgramData\\app.toml", k_strict)}));
}

TEST_CASE("a program in a user's profile can be changed by that user") {
    const std::vector chain{folder("C:\\", Place::above, k_root), folder("C:\\Users\\alice", Place::holder, k_profile),
                            file("C:\\Users\\alice\\app.exe", k_profile)};
    const auto findings = find(Role::program, chain);
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].severity == Severity::danger);
    CHECK(to_text(findings[0]) ==
          "PC\\alice can create files in it, create folders in it, delete or rename what is in it, delete or rename "
          "it, change its permissions, take it over: C:\\Users\\alice (the folder that holds the program that the "
          "service starts)");
    SECTION("unless the service runs as that user") {
        CHECK(is_safe(Role::program, chain, {.account_sid = k_alice, .account_name = "PC\\alice"}));
    }
    SECTION("and an administrator by membership is a caution only") {
        Trust trust = k_system;
        trust.administrators = {k_alice};
        for (const Finding& finding : find(Role::program, chain, trust)) CHECK(finding.severity == Severity::caution);
    }
}

TEST_CASE("well-known groups with rights to change something are found, whatever form the rights have") {
    struct Case {
        std::string_view sddl;
        std::string_view sid;
    };
    const std::vector<Case> cases{
        {"O:BAD:(A;OICI;0x1301bf;;;BU)", "S-1-5-32-545"},
        {"O:BAD:(A;OICI;FA;;;WD)", "S-1-1-0"},
        {"O:BAD:(A;;GA;;;AU)", "S-1-5-11"},
        {"O:BAD:(A;;GW;;;IU)", "S-1-5-4"},
        {"O:BAD:(A;;DC;;;PU)", "S-1-5-32-547"},
        {"O:BAD:(A;;DT;;;BO)", "S-1-5-32-551"},
        {"O:BAD:(A;;SD;;;LS)", "S-1-5-19"},
        {"O:BAD:(A;;WD;;;NS)", "S-1-5-20"},
        {"O:BAD:(A;;WO;;;AN)", "S-1-5-7"},
        {"O:BAD:(A;;FW;;;SU)", "S-1-5-6"},
        {"O:BAD:(A;;FW;;;S-1-5-80-2)", "S-1-5-80-2"},  // another service
        {"O:BAD:NO_ACCESS_CONTROL", "S-1-1-0"},
        {"O:BUD:P", "S-1-5-32-545"},
    };
    for (const Case& one : cases) {
        INFO(one.sddl);
        const auto findings = find(Role::program, program_in(one.sddl));
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].sid == one.sid);
        CHECK(findings[0].severity == Severity::danger);
    }
}

TEST_CASE("rights that change nothing are no findings") {
    for (const std::string_view sddl : {
             "O:BAD:(A;OICI;0x1200a9;;;WD)",
             "O:BAD:(A;;GRGX;;;BU)",
             "O:BAD:(A;;RPCR;;;BU)",      // attributes: the folder is not empty
             "O:BAD:(A;OICIIO;FA;;;WD)",  // only for what is created later
             "O:BAD:(D;;FA;;;BU)(A;;FA;;;BU)",
             "O:BAD:(A;;FA;;;CO)",
             "O:TID:(A;;FA;;;TI)(A;;FA;;;SY)(A;;FA;;;BA)",
             "O:BAD:P",
         }) {
        INFO(sddl);
        CHECK(is_safe(Role::program, program_in(sddl)));
    }
}

TEST_CASE("of the program itself every right to write counts") {
    for (const std::string_view sddl : {"O:BAD:(A;;DC;;;BU)", "O:BAD:(A;;LC;;;BU)", "O:BAD:(A;;SD;;;BU)"}) {
        INFO(sddl);
        const auto findings = find(Role::program, program_in(k_readable, sddl));
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].path == "C:\\apps\\app.exe");
    }
}

TEST_CASE("in a folder further up only what makes room for another one counts") {
    const auto with_grandparent = [](std::string_view sddl) {
        return std::vector{folder("C:\\apps", Place::above, sddl), folder("C:\\apps\\one", Place::holder, k_strict),
                           file("C:\\apps\\one\\app.exe", k_strict)};
    };
    CHECK(is_safe(Role::program, with_grandparent("O:BAD:(A;;DCLCRPCR;;;BU)")));
    CHECK_FALSE(is_safe(Role::program, with_grandparent("O:BAD:(A;;DT;;;BU)")));
    CHECK_FALSE(is_safe(Role::program, with_grandparent("O:BAD:(A;;SD;;;BU)")));
    CHECK_FALSE(is_safe(Role::program, with_grandparent("O:BAD:(A;;WD;;;BU)")));
}

TEST_CASE("a folder that the service writes into must not take anything from others, nor become a link") {
    for (const std::string_view sddl : {"O:BAD:(A;;DC;;;BU)", "O:BAD:(A;;LC;;;BU)", "O:BAD:(A;;CR;;;BU)"}) {
        INFO(sddl);
        CHECK(find(Role::folder, {folder("C:\\logs", Place::itself, sddl)}).size() == 1);
    }
    CHECK(is_safe(Role::folder, {folder("C:\\logs", Place::itself, k_readable)}));
}

TEST_CASE("whoever can have a link lead elsewhere is found") {
    auto link = folder("C:\\apps\\current", Place::holder, "O:BAD:(A;;CR;;;BU)");
    link.is_link = true;
    const auto findings = find(Role::program, {link, file("C:\\apps\\v1\\app.exe", k_strict)});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].why == "a link on the way to the program that the service starts");
    CHECK(findings[0].commands[0].ends_with(" /l"));
    // Folders can't be created in the link itself.
    auto folder_link = folder("C:\\logs", Place::itself, "O:BAD:(A;;LC;;;BU)");
    folder_link.is_link = true;
    CHECK(is_safe(Role::folder, {folder_link}));
}

TEST_CASE("a weak account may change what it runs itself, but no other account and not the wrapper") {
    const auto own = program_in("O:BAD:(A;;FA;;;LS)", "O:LSD:(A;;FA;;;S-1-5-80-1)");
    CHECK(is_safe(Role::program, own, k_local_service));
    CHECK(is_safe(Role::configuration, own, k_local_service));
    CHECK_FALSE(is_safe(Role::program, own, k_system));
    CHECK(find(Role::wrapper, own, k_local_service).size() == 3);
    CHECK_FALSE(is_safe(Role::program, program_in("O:BAD:(A;;FA;;;NS)"), k_local_service));
    CHECK_FALSE(is_safe(Role::program, program_in("O:BAD:(A;;FA;;;SU)"), k_local_service));
}

TEST_CASE("the service's own SID is trusted with a service that has one") {
    const auto chain = program_in("O:BAD:(A;;FA;;;S-1-5-80-1)");
    CHECK(is_safe(Role::program, chain));
    Trust without = k_system;
    without.service_sid.clear();
    CHECK_FALSE(is_safe(Role::program, chain, without));
}

TEST_CASE("of the service object, changing its configuration counts and stopping it does not") {
    const auto service = [](std::string_view sddl) {
        return std::vector{ObjectSecurity{.path = "MyApp", .kind = ObjectKind::service, .descriptor = from_sddl(sddl)}};
    };
    // Windows' default.
    CHECK(is_safe(Role::registration, service("O:SYD:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)"
                                              "(A;;CCLCSWLOCRRC;;;IU)(A;;CCLCSWLOCRRC;;;SU)")));
    CHECK(is_safe(Role::registration, service("O:SYD:(A;;RPWPDTCR;;;BU)")));
    const auto findings = find(Role::registration, service("O:SYD:(A;;0xf01ff;;;BA)(A;;CCDC;;;BU)(D;;DC;;;BG)"));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].rights == "change its configuration");
    CHECK(findings[0].commands ==
          std::vector<std::string>{"sc.exe sdset \"MyApp\" \"D:(A;;0xf01ff;;;S-1-5-32-544)(D;;0x2;;;S-1-5-32-546)\""});
    // A condition would be lost on the way to SDDL, so the entry goes rather than to grant more.
    const auto conditional =
        find(Role::registration, service("O:SYD:(A;;DC;;;BU)(XA;;CC;;;AU;(@USER.x))(XD;;WP;;;BG)"));
    REQUIRE(conditional.size() == 1);
    CHECK(conditional[0].commands == std::vector<std::string>{"sc.exe sdset \"MyApp\" \"D:(D;;0x20;;;S-1-5-32-546)\""});
    CHECK(find(Role::registration, service("O:SYD:(A;;GW;;;BU)")).size() == 1);
    CHECK(find(Role::registration, service("O:SYD:(A;;GA;;;WD)")).size() == 1);
}

TEST_CASE("the commands fit the cause") {
    SECTION("an owner gives it up") {
        const auto findings = find(Role::program, program_in(k_readable, "O:S-1-5-21-1-2-3-1001D:(A;;FR;;;BU)"));
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].commands ==
              std::vector<std::string>{"icacls \"C:\\apps\\app.exe\" /setowner \"*S-1-5-32-544\""});
    }
    SECTION("a root keeps its backslash") {
        const auto findings = find(Role::program, {folder("D:\\", Place::holder, "O:BAD:(A;;FA;;;BU)")});
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].commands[0] == "icacls \"D:\\\\\" /grant:r \"*S-1-5-32-545:(OI)(CI)RX\"");
    }
    SECTION("where there is no list one is made") {
        const auto findings = find(Role::program, program_in(k_readable, "O:BAD:NO_ACCESS_CONTROL"));
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].commands ==
              std::vector<std::string>{"icacls \"C:\\apps\\app.exe\" /inheritance:r /grant:r \"*S-1-5-18:F\" "
                                       "\"*S-1-5-32-544:F\" \"*S-1-5-32-545:RX\""});
    }
}

TEST_CASE("a refusal names the account, the object and the commands, each once, and nothing for cautions") {
    auto findings = find(Role::program, program_in("O:BAD:(A;;FA;;;BU)"));
    const auto again = find(Role::folder, {folder("C:\\apps", Place::itself, "O:BAD:(A;;FA;;;BU)")});
    findings.insert(findings.end(), again.begin(), again.end());
    const Status refused = refuse_dangers(findings, k_system);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::access_denied);
    CHECK(refused.error().message.contains("as LocalSystem what others can change: BUILTIN\\Users can"));
    CHECK(refused.error().message.contains("C:\\apps"));
    const std::string& remedy = refused.error().remedy;
    CHECK(remedy.find("icacls") == remedy.rfind("icacls"));
    CHECK(remedy.contains("--allow-insecure"));
    for (Finding& finding : findings) finding.severity = Severity::caution;
    CHECK(refuse_dangers(findings, k_system));
    CHECK(refuse_dangers({}, k_system));
}

TEST_CASE("a folder becomes the service's own only if nobody else can change or read it and no link leads to it") {
    const auto check = [](const std::vector<ObjectSecurity>& chain, const std::vector<ObjectSecurity>& contents = {}) {
        return check_private_folder(chain, contents, k_local_service, name_of_sid);
    };
    const auto above = folder("C:\\ProgramData", Place::holder, k_program_data);
    const auto own = folder("C:\\ProgramData\\svcwrap", Place::itself, k_strict);
    CHECK(check({above, own}));
    CHECK(check({above, folder("C:\\ProgramData\\svcwrap", Place::itself,
                               "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;LS)")}));
    for (const std::string_view sddl : {
             k_readable,                                                    // Users may read it
             k_profile,                                                     // alice's
             std::string_view("O:S-1-5-21-1-2-3-1001D:P(A;OICI;FA;;;SY)"),  // hers by ownership
             std::string_view("O:BAD:NO_ACCESS_CONTROL"),
         }) {
        INFO(sddl);
        const Status refused = check({above, folder("C:\\ProgramData\\svcwrap", Place::itself, sddl)});
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::access_denied);
        CHECK(refused.error().message.contains("C:\\ProgramData\\svcwrap"));
    }
    auto link = own;
    link.is_link = true;
    CHECK_FALSE(check({above, link, own}));
    CHECK_FALSE(check({above, own}, {link}));
    CHECK_FALSE(check({above, own}, {file("C:\\ProgramData\\svcwrap\\a.toml", k_profile)}));
    CHECK(check({above, own}, {file("C:\\ProgramData\\svcwrap\\a.toml", k_readable)}));
    auto before = above;
    before.missing = ObjectKind::folder;
    CHECK(check({before}));
    CHECK_FALSE(check({folder("C:\\", Place::holder, k_root), folder("C:\\data", Place::itself, k_profile)}));
}

TEST_CASE("roles have names of their own") {
    CHECK(name_of(Role::wrapper) == "wrapper");
    CHECK(name_of(Role::program) == "program");
    CHECK(name_of(Role::configuration) == "configuration");
    CHECK(name_of(Role::folder) == "folder");
    CHECK(name_of(Role::registration) == "registration");
}

}  // namespace svcwrap::guard
