#include "guard/judge.hpp"

#include <algorithm>
#include <array>
#include <format>
#include <utility>

#include "base/path.hpp"
#include "guard/fix.hpp"
#include "guard/rights.hpp"
#include "guard/sids.hpp"

namespace svcwrap::guard {

namespace {

namespace access = platform::access;
using platform::ObjectKind;
using platform::ObjectSecurity;
using platform::Place;

constexpr std::uint32_t k_take_over = access::k_write_dac | access::k_write_owner;

bool is_root(const ObjectSecurity& object) {
    return parent_path(object.path, PathStyle::windows).empty();
}

// A new file beside a program may be a DLL that it loads or its .exe.local folder.
bool loads_from_its_folder(Role role) {
    return role == Role::wrapper || role == Role::program;
}

// What it takes to be the first to make what is missing. Of the last part of a path nobody can see what it would be;
// what the service uses as a folder is one. And a folder that is empty can be made a link, whose owner makes the rest.
std::uint32_t rights_to_make(Role role, ObjectKind missing) {
    const bool is_folder = missing == ObjectKind::folder || role == Role::folder;
    return (is_folder ? access::k_append_data : access::k_write_data) | access::k_write_attributes;
}

std::uint32_t dangerous_in_folder(Role role, const ObjectSecurity& folder) {
    std::uint32_t mask = k_take_over | access::k_delete_child;
    if (!is_root(folder)) mask |= access::k_delete;  // which nobody can delete or rename
    const bool takes_new = (folder.place == Place::itself && !folder.is_link) ||
                           (folder.place == Place::holder && loads_from_its_folder(role));
    if (takes_new) mask |= access::k_write_data | access::k_append_data;
    // Either right is enough to make an empty folder a link, or to have a link lead elsewhere ([MS-FSA] 2.1.5.10.37).
    if (folder.is_link) mask |= access::k_write_data | access::k_write_attributes;
    if (folder.place == Place::itself) mask |= access::k_write_attributes;
    if (folder.missing) mask |= rights_to_make(role, *folder.missing);
    return mask;
}

std::uint32_t dangerous_rights(Role role, const ObjectSecurity& object) {
    switch (object.kind) {
        case ObjectKind::service:
            return k_take_over | k_service_change_config;
        case ObjectKind::file:
            return k_take_over | access::k_delete | access::k_write_data | access::k_append_data;
        case ObjectKind::folder:
            return dangerous_in_folder(role, object);
    }
    return 0;
}

enum class Standing : std::uint8_t { trusted, administrator, other };

bool is_the_service(std::string_view sid, const Trust& trust) {
    return sid == trust.account_sid || sid == trust.service_sid;
}

Standing standing_of(std::string_view sid, Role role, const Trust& trust) {
    // CREATOR OWNER and CREATOR GROUP are in nobody's token: entries for them wait for somebody who creates something,
    // and whether somebody else can do that is asked by itself.
    constexpr std::array k_trusted{k_local_system, k_administrators, k_trusted_installer, k_creator_owner,
                                   k_creator_group};
    if (std::ranges::contains(k_trusted, sid)) return Standing::trusted;
    // Administrators run the wrapper too: to change it is more than the service's account may do.
    if (role != Role::wrapper && is_the_service(sid, trust)) return Standing::trusted;
    return std::ranges::contains(trust.administrators, sid) ? Standing::administrator : Standing::other;
}

std::string_view noun_of(Role role) {
    switch (role) {
        case Role::wrapper:
            return "svcwrap.exe";
        case Role::program:
            return "the program that the service starts";
        case Role::configuration:
            return "the service's configuration";
        case Role::folder:
            return "a folder that the service uses";
        case Role::registration:
            return "the service's registration";
    }
    return "";
}

std::string explain(Role role, const ObjectSecurity& object) {
    std::string text(noun_of(role));
    if (object.is_link) return "a link on the way to " + text;
    if (object.missing) return std::format("where {} would be created", text);
    switch (object.place) {
        case Place::above:
            return "a folder above " + text;
        case Place::holder:
            return "the folder that holds " + text;
        case Place::itself:
            return text;
    }
    return text;
}

std::string who_is(const std::string& sid, const NameOf& name_of) {
    std::string name = name_of ? name_of(sid) : std::string();
    return name.empty() ? sid : name;
}

class Judgement {
public:
    Judgement(Role role, const Trust& trust, const NameOf& name_of) : role_(role), trust_(trust), name_of_(name_of) {}

    void add(const ObjectSecurity& object) {
        const std::uint32_t dangerous = dangerous_rights(role_, object);
        for (Grant grant : effective_grants(object.kind, object.descriptor)) {
            grant.rights &= dangerous;
            const Standing standing = standing_of(grant.sid, role_, trust_);
            if (grant.rights != 0 && standing != Standing::trusted) add(object, grant, standing);
        }
    }

    std::vector<Finding> take() { return std::move(findings_); }

private:
    void add(const ObjectSecurity& object, const Grant& grant, Standing standing) {
        findings_.push_back({.severity = standing == Standing::administrator ? Severity::caution : Severity::danger,
                             .role = role_,
                             .path = object.path,
                             .sid = grant.sid,
                             .who = who_is(grant.sid, name_of_),
                             .rights = describe_rights(object.kind, grant.rights),
                             .why = explain(role_, object),
                             .commands = fix_commands(object, grant)});
    }

    Role role_;
    const Trust& trust_;
    const NameOf& name_of_;
    std::vector<Finding> findings_;
};

std::string commands_text(const std::vector<std::string>& commands) {
    std::string text;
    for (const std::string& command : commands) text += "\n    " + command;
    return text;
}

std::unexpected<Error> refuse_folder(const std::string& what) {
    return fail(ErrorKind::access_denied, "use this folder as the service's own: " + what,
                "See what is in the folder and whether you want it, then remove it; svcwrap makes a new one.");
}

Status check_no_links(std::span<const ObjectSecurity> objects) {
    const auto link = std::ranges::find_if(objects, &ObjectSecurity::is_link);
    if (link == objects.end()) return {};
    return refuse_folder(link->path + " is a link to another place");
}

Status check_no_dangers(std::span<const ObjectSecurity> objects, const Trust& trust, const NameOf& name_of) {
    const auto findings = judge(Role::folder, objects, trust, name_of);
    const auto danger = std::ranges::find(findings, Severity::danger, &Finding::severity);
    if (danger == findings.end()) return {};
    auto refused = refuse_folder(to_text(*danger));
    refused.error().remedy += " Or take the right away:" + commands_text(danger->commands);
    return refused;
}

// Settings may hold secrets, and so may the logs.
Status check_no_readers(const ObjectSecurity& folder, const Trust& trust, const NameOf& name_of) {
    constexpr std::uint32_t k_read = access::k_read_data | access::k_execute;
    for (const Grant& grant : effective_grants(folder.kind, folder.descriptor)) {
        const bool reads = (grant.rights & k_read) != 0;
        if (reads && standing_of(grant.sid, Role::folder, trust) == Standing::other) {
            return refuse_folder(std::format("{} can read what is in {}", who_is(grant.sid, name_of), folder.path));
        }
    }
    return {};
}

}  // namespace

std::string_view name_of(Role role) {
    switch (role) {
        case Role::wrapper:
            return "wrapper";
        case Role::program:
            return "program";
        case Role::configuration:
            return "configuration";
        case Role::folder:
            return "folder";
        case Role::registration:
            return "registration";
    }
    return "";
}

std::vector<Finding> judge(Role role, std::span<const ObjectSecurity> chain, const Trust& trust,
                           const NameOf& name_of) {
    Judgement judgement(role, trust, name_of);
    for (const ObjectSecurity& object : chain) judgement.add(object);
    return judgement.take();
}

Status check_private_folder(std::span<const ObjectSecurity> chain, std::span<const ObjectSecurity> contents,
                            const Trust& trust, const NameOf& name_of) {
    // What is missing is about to be made private, and is judged then.
    std::vector<ObjectSecurity> existing(chain.begin(), chain.end());
    for (ObjectSecurity& object : existing) object.missing.reset();
    for (const auto objects : {std::span<const ObjectSecurity>(existing), contents}) {
        if (auto good = check_no_links(objects); !good) return good;
        if (auto good = check_no_dangers(objects, trust, name_of); !good) return good;
    }
    for (const ObjectSecurity& object : chain) {
        if (object.place != Place::itself) continue;
        if (auto good = check_no_readers(object, trust, name_of); !good) return good;
    }
    return {};
}

std::string to_text(const Finding& finding) {
    return std::format("{} can {}: {} ({})", finding.who, finding.rights, finding.path, finding.why);
}

Status refuse_dangers(std::span<const Finding> findings, const Trust& trust) {
    std::vector<const Finding*> dangers;
    for (const Finding& finding : findings) {
        const auto is_same = [&](const Finding* known) {
            return known->path == finding.path && known->sid == finding.sid;
        };
        if (finding.severity == Severity::danger && std::ranges::none_of(dangers, is_same)) dangers.push_back(&finding);
    }
    if (dangers.empty()) return {};
    std::string remedy;
    for (const Finding* danger : dangers) {
        if (danger != dangers.front()) remedy += to_text(*danger) + "\n  ";
    }
    remedy += "In an elevated prompt this takes the rights away:";
    for (const Finding* danger : dangers) remedy += commands_text(danger->commands);
    remedy +=
        "\n  Or put the program where only administrators can write, as under Program Files."
        "\n  --allow-insecure goes on all the same, and is recorded in the configuration.";
    return fail(ErrorKind::access_denied,
                std::format("the service would run as {} what others can change: {}", trust.account_name,
                            to_text(*dangers.front())),
                remedy);
}

}  // namespace svcwrap::guard
