#include "support/sddl.hpp"

#include <charconv>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace svcwrap::testing {

namespace {

using platform::Ace;
using platform::AceType;

// Microsoft: "SID Strings", "ACE Strings".
const std::map<std::string_view, std::string_view> k_sids{
    {"WD", "S-1-1-0"},      {"CO", "S-1-3-0"},
    {"CG", "S-1-3-1"},      {"OW", "S-1-3-4"},
    {"AN", "S-1-5-7"},      {"AU", "S-1-5-11"},
    {"IU", "S-1-5-4"},      {"SU", "S-1-5-6"},
    {"SY", "S-1-5-18"},     {"LS", "S-1-5-19"},
    {"NS", "S-1-5-20"},     {"BA", "S-1-5-32-544"},
    {"BU", "S-1-5-32-545"}, {"BG", "S-1-5-32-546"},
    {"PU", "S-1-5-32-547"}, {"BO", "S-1-5-32-551"},
    {"AC", "S-1-15-2-1"},   {"TI", "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"},
};
const std::map<std::string_view, std::uint32_t> k_rights{
    {"FA", 0x1F01FF},   {"FR", 0x120089},   {"FW", 0x120116}, {"FX", 0x1200A0}, {"GA", 0x10000000}, {"GX", 0x20000000},
    {"GW", 0x40000000}, {"GR", 0x80000000}, {"SD", 0x10000},  {"RC", 0x20000},  {"WD", 0x40000},    {"WO", 0x80000},
    {"CC", 0x1},        {"DC", 0x2},        {"LC", 0x4},      {"SW", 0x8},      {"RP", 0x10},       {"WP", 0x20},
    {"DT", 0x40},       {"LO", 0x80},       {"CR", 0x100},
};
const std::map<std::string_view, std::uint8_t> k_flags{{"OI", 1}, {"CI", 2}, {"NP", 4}, {"IO", 8}, {"ID", 16}};
const std::map<std::string_view, Ace> k_types{
    {"A", {.type = AceType::allow}},
    {"D", {.type = AceType::deny}},
    {"OA", {.type = AceType::allow, .conditional = true}},
    {"XA", {.type = AceType::allow, .conditional = true}},
    {"OD", {.type = AceType::deny, .conditional = true}},
    {"XD", {.type = AceType::deny, .conditional = true}},
    {"AU", {.type = AceType::other}},
};

template <class Value>
Value find(const std::map<std::string_view, Value>& table, std::string_view key) {
    const auto found = table.find(key);
    if (found == table.end()) throw std::invalid_argument("SDDL: " + std::string(key));
    return found->second;
}

std::string sid_of(std::string_view text) {
    return std::string(text.starts_with("S-1-") ? text : find(k_sids, text));
}

template <class Value>
std::uint32_t sum_of(const std::map<std::string_view, Value>& table, std::string_view text) {
    std::uint32_t sum = 0;
    for (; !text.empty(); text.remove_prefix(2)) sum |= find(table, text.substr(0, 2));
    return sum;
}

std::uint32_t mask_of(std::string_view text) {
    if (!text.starts_with("0x")) return sum_of(k_rights, text);
    std::uint32_t mask = 0;
    std::from_chars(text.data() + 2, text.data() + text.size(), mask, 16);
    return mask;
}

Ace entry_of(std::string_view text) {
    std::vector<std::string_view> fields;
    for (std::size_t end = 0; end != std::string_view::npos;) {
        end = text.find(';');
        fields.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    if (fields.size() < 6) throw std::invalid_argument("SDDL: an entry is too short");
    Ace entry = find(k_types, fields[0]);
    entry.flags = static_cast<std::uint8_t>(sum_of(k_flags, fields[1]));
    if (entry.type == AceType::other) return entry;
    entry.mask = mask_of(fields[2]);
    entry.sid = sid_of(fields[5]);
    return entry;
}

// The end of the entry that begins there: conditions hold parentheses of their own.
std::size_t end_of_entry(std::string_view text) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '(') ++depth;
        if (text[i] == ')' && --depth == 0) return i;
    }
    throw std::invalid_argument("SDDL: an entry does not end");
}

std::vector<Ace> entries_of(std::string_view text) {
    std::vector<Ace> entries;
    while (text.starts_with('(')) {
        const std::size_t end = end_of_entry(text);
        entries.push_back(entry_of(text.substr(1, end - 1)));
        text.remove_prefix(end + 1);
    }
    if (!text.empty()) throw std::invalid_argument("SDDL: " + std::string(text));
    return entries;
}

}  // namespace

platform::SecurityDescriptor from_sddl(std::string_view text) {
    platform::SecurityDescriptor descriptor;
    const std::size_t dacl = text.find("D:");
    const std::string_view owner = text.substr(0, dacl);
    if (owner.starts_with("O:")) descriptor.owner = sid_of(owner.substr(2, owner.find("G:") - 2));
    if (dacl == std::string_view::npos) return descriptor;
    text.remove_prefix(dacl + 2);
    if (text == "NO_ACCESS_CONTROL") return descriptor;
    const std::string_view flags = text.substr(0, text.find('('));
    descriptor.dacl_protected = flags.starts_with('P');
    text.remove_prefix(flags.size());
    descriptor.dacl = entries_of(text);
    return descriptor;
}

}  // namespace svcwrap::testing
