#pragma once
// One table of the TOML while it is read.
#include <cstddef>
#include <string>
#include <string_view>

#include "config/findings.hpp"
#include "config/settings.hpp"
#include "config/toml_tree.hpp"
#include "config/values.hpp"

namespace svcwrap::config {

// A view: the table and the findings must outlive it.
class Section {
public:
    // `prefix` is the table's full name with a point behind it ("restart."), empty for the root; `place` stands in the
    // errors about what is missing.
    Section(const Table& table, std::string prefix, Place place, Findings& findings);

    // The table of that name in this one; an empty one if there is none.
    [[nodiscard]] Section section(std::string_view name) const;
    // The value of that name, or null.
    [[nodiscard]] const Node* find(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }

    // Reads the setting of that name into `out`; false if it is not there or wrong, `out` is unchanged then.
    template <class T>
    bool read(std::string_view name, T& out) const {
        const auto* node = find(name);
        return node && read_value(setting(name), *node, *findings_, out);
    }
    template <class E>
    bool read_enum(std::string_view name, E& out) const {
        const auto* node = find(name);
        const auto index = node ? read_choice(setting(name), *node, *findings_) : std::nullopt;
        if (index) out = static_cast<E>(*index);
        return index.has_value();
    }

    // Adds an error about that setting, at its value or else at the table.
    void add(std::string_view name, std::string_view why, std::string remedy) const;
    void add_missing(std::string_view name) const;

    // Adds an error for each name in here and below that is no setting, and for each table that is none.
    void check_names() const;

    [[nodiscard]] Findings& findings() const { return *findings_; }

private:
    [[nodiscard]] const Setting& setting(std::string_view name) const;
    [[nodiscard]] std::string full_key(std::string_view name) const { return prefix_ + std::string(name); }
    void check_member(const Member& member) const;
    void check_items(const Member& member) const;
    void add_unknown(const Member& member) const;

    const Table* table_;
    std::string prefix_;
    Place place_;
    Findings* findings_;
};

}  // namespace svcwrap::config
