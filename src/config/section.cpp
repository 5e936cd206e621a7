#include "config/section.hpp"

#include <algorithm>
#include <utility>

#include "config/suggest.hpp"

namespace svcwrap::config {
namespace {

// Finding what was meant costs time; a text with that many errors is no configuration.
constexpr std::size_t k_most_suggestions = 100;

const Table k_empty;

bool is_table_name(std::string_view key) {
    const auto prefix = std::string(key) + '.';
    return std::ranges::any_of(all_settings(), [&](const Setting& s) { return s.key.starts_with(prefix); });
}

bool has_items(const Setting& setting) {
    return setting.type == SettingType::step_list || setting.type == SettingType::rule_list;
}

}  // namespace

Section::Section(const Table& table, std::string prefix, Place place, Findings& findings)
    : table_(&table), prefix_(std::move(prefix)), place_(place), findings_(&findings) {}

Section Section::section(std::string_view name) const {
    const auto at = std::ranges::find(*table_, name, &Member::key);
    const auto* table = at == table_->end() ? nullptr : at->node.get<Table>();
    return {table ? *table : k_empty, full_key(name) + '.', table ? at->place : place_, *findings_};
}

const Node* Section::find(std::string_view name) const {
    const auto at = std::ranges::find(*table_, name, &Member::key);
    return at == table_->end() ? nullptr : &at->node;
}

const Setting& Section::setting(std::string_view name) const {
    return *find_setting(full_key(name));
}

void Section::add(std::string_view name, std::string_view why, std::string remedy) const {
    const auto* node = find(name);
    findings_->add(node ? node->place : place_, full_key(name) + ": " + std::string(why), std::move(remedy));
}

void Section::add_missing(std::string_view name) const {
    const auto table = prefix_.substr(0, prefix_.size() - 1);
    findings_->add(
        place_, full_key(name) + " is missing",
        "write for example, under [" + table + "]: " + std::string(name) + " = " + std::string(setting(name).example));
}

void Section::check_names() const {
    for (const auto& member : *table_) check_member(member);
}

void Section::check_member(const Member& member) const {
    const auto key = full_key(member.key);
    const auto* known = member.key.contains('.') ? nullptr : find_setting(key);
    if (known) {
        if (has_items(*known)) check_items(member);
    } else if (member.key.contains('.') || !is_table_name(key)) {
        add_unknown(member);
    } else if (const auto* table = member.node.get<Table>()) {
        Section(*table, key + '.', member.place, *findings_).check_names();
    } else {
        findings_->add(member.place, key + ": " + describe(member.node) + " was found, a table is needed",
                       "write [" + key + "] and below it its settings: " + names_in(key + '.'));
    }
}

void Section::check_items(const Member& member) const {
    const auto* items = member.node.get<List>();
    if (!items) return;
    for (const auto& item : *items) {
        if (const auto* table = item.get<Table>()) {
            Section(*table, full_key(member.key) + '.', item.place, *findings_).check_names();
        }
    }
}

void Section::add_unknown(const Member& member) const {
    std::string remedy;
    const auto meant = findings_->size() < k_most_suggestions ? suggest_key(prefix_, member.key) : std::string();
    if (!meant.empty()) remedy = "did you mean " + meant + "?";
    if (meant.empty()) remedy = "known here: " + names_in(prefix_);
    findings_->add(member.place, full_key(member.key) + ": there is no such setting", std::move(remedy));
}

}  // namespace svcwrap::config
