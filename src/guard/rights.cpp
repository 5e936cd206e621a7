#include "guard/rights.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "guard/sids.hpp"

namespace svcwrap::guard {

namespace {

namespace access = platform::access;
using platform::Ace;
using platform::AceType;
using platform::ObjectKind;

struct GenericMapping {
    std::uint32_t read;
    std::uint32_t write;
    std::uint32_t execute;
    std::uint32_t all;
};

constexpr GenericMapping k_file_mapping{access::k_file_read, access::k_file_write, access::k_file_execute,
                                        access::k_file_all};
// Microsoft: "Service Security and Access Rights".
constexpr GenericMapping k_service_mapping{0x0002'008D, 0x0002'0002, 0x0002'0170, 0x000F'01FF};

struct RightText {
    std::uint32_t right;
    std::string_view text;
};

constexpr std::array k_file_texts{
    RightText{access::k_write_data, "overwrite it"},
    RightText{access::k_append_data, "append to it"},
};
constexpr std::array k_folder_texts{
    RightText{access::k_write_data, "create files in it"},
    RightText{access::k_append_data, "create folders in it"},
    RightText{access::k_delete_child, "delete or rename what is in it"},
    RightText{access::k_write_attributes, "turn it into a link when it is empty"},
};
constexpr std::array k_service_texts{
    RightText{k_service_change_config, "change its configuration"},
};
constexpr std::array k_common_texts{
    RightText{access::k_delete, "delete or rename it"},
    RightText{access::k_write_dac, "change its permissions"},
    RightText{access::k_write_owner, "take it over"},
};

template <std::size_t count>
void append_texts(std::string& text, const std::array<RightText, count>& words, std::uint32_t mask) {
    for (const RightText& word : words) {
        if ((mask & word.right) != 0) text.append(text.empty() ? "" : ", ").append(word.text);
    }
}

// Whether every token with `sid` has `group` as well.
bool is_surely_in(std::string_view sid, std::string_view group) {
    const bool is_outside = sid == k_anonymous || sid.starts_with(k_app_package_prefix);
    return sid == group || (group == k_everyone && !is_outside);
}

class Evaluation {
public:
    Evaluation(ObjectKind kind, const platform::SecurityDescriptor& descriptor)
        : kind_(kind), descriptor_(descriptor), entries_(*descriptor.dacl) {}

    std::vector<Grant> run() {
        for (const Ace& entry : entries_) {
            if (counts(entry) && entry.type == AceType::allow && entry.sid != k_owner_rights) add(entry.sid);
        }
        if (!descriptor_.owner.empty()) add_owner();
        std::erase_if(grants_, [](const Grant& grant) { return grant.rights == 0; });
        return std::move(grants_);
    }

private:
    static bool counts(const Ace& entry) { return (entry.flags & platform::k_inherit_only) == 0; }

    Grant* find(std::string_view sid) {
        const auto found = std::ranges::find(grants_, sid, &Grant::sid);
        return found == grants_.end() ? nullptr : &*found;
    }

    void add(const std::string& sid) {
        if (find(sid) != nullptr) return;
        grants_.push_back(evaluate(sid, false));
        grants_.back().is_listed = true;
    }

    void add_owner() {
        const auto speaks_of_owners = [](const Ace& entry) { return counts(entry) && entry.sid == k_owner_rights; };
        Grant owner = evaluate(descriptor_.owner, true);
        if (std::ranges::none_of(entries_, speaks_of_owners)) owner.rights |= access::k_write_dac;
        Grant* known = find(descriptor_.owner);
        owner.is_owner = known == nullptr || (owner.rights & ~known->rights) != 0;
        owner.is_listed = known != nullptr;
        if (known != nullptr) {
            *known = owner;
        } else {
            grants_.push_back(owner);
        }
    }

    // Windows' own way through the list: the first entry that speaks of a right decides it.
    Grant evaluate(const std::string& sid, bool owns) const {
        Grant grant{.sid = sid};
        std::uint32_t denied = 0;
        for (const Ace& entry : entries_) {
            const std::uint32_t open = map_generic(kind_, entry.mask) & ~grant.rights & ~denied;
            const bool means_owner = owns && entry.sid == k_owner_rights;
            if (!counts(entry) || open == 0) continue;
            if (entry.type == AceType::deny && !entry.conditional && (means_owner || is_surely_in(sid, entry.sid))) {
                denied |= open;
            } else if (entry.type == AceType::allow && (means_owner || entry.sid == sid)) {
                grant.rights |= open;
                grant.is_inherited |= (entry.flags & platform::k_inherited) != 0;
            }
        }
        return grant;
    }

    ObjectKind kind_;
    const platform::SecurityDescriptor& descriptor_;
    const std::vector<Ace>& entries_;
    std::vector<Grant> grants_;
};

}  // namespace

std::uint32_t map_generic(ObjectKind kind, std::uint32_t mask) {
    const GenericMapping& mapping = kind == ObjectKind::service ? k_service_mapping : k_file_mapping;
    std::uint32_t mapped = mask & 0x0FFF'FFFFU;
    if ((mask & access::k_generic_read) != 0) mapped |= mapping.read;
    if ((mask & access::k_generic_write) != 0) mapped |= mapping.write;
    if ((mask & access::k_generic_execute) != 0) mapped |= mapping.execute;
    if ((mask & access::k_generic_all) != 0) mapped |= mapping.all;
    return mapped;
}

std::string describe_rights(ObjectKind kind, std::uint32_t mask) {
    std::string text;
    switch (kind) {
        case ObjectKind::file:
            append_texts(text, k_file_texts, mask);
            break;
        case ObjectKind::folder:
            append_texts(text, k_folder_texts, mask);
            break;
        case ObjectKind::service:
            append_texts(text, k_service_texts, mask);
            break;
    }
    append_texts(text, k_common_texts, mask);
    return text;
}

std::vector<Grant> effective_grants(ObjectKind kind, const platform::SecurityDescriptor& descriptor) {
    if (!descriptor.dacl) {
        return {Grant{.sid = std::string(k_everyone), .rights = map_generic(kind, access::k_generic_all)}};
    }
    return Evaluation(kind, descriptor).run();
}

}  // namespace svcwrap::guard
