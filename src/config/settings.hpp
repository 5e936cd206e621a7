#pragma once
// The table of all settings: the one place that names them. Loading, checking, config/reference.toml and the README's
// table come from it or are tested against it.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace svcwrap::config {

enum class SettingType : std::uint8_t {
    text,
    path,
    boolean,
    integer,
    number,
    duration,
    byte_size,
    choice,
    text_list,
    integer_list,
    step_list,
    rule_list,
    text_table
};

// What a change of the setting in the file needs to take effect. The new values of a whole reload are held together:
// those of next_start are used by the next launch, whatever its reason.
enum class ReloadClass : std::uint8_t {
    live,        // a reload
    next_start,  // a reload, then a start of the child
    reinstall,   // the service registered anew
};

struct Setting {
    std::string_view key;  // "logs.rotate.max_size"
    SettingType type;
    std::string_view fallback;  // as it would stand in the TOML; empty = none (it is required, or its help says)
    std::string_view example;   // as it would stand in the TOML, where the fallback shows too little
    // Read by the checks: "never | on-failure | ..." (in the order of the enum), "1 .. 100", "0, or 4 KiB .. 1 TiB"
    // (both ends included, written as in the TOML without quotes); or words for people; or empty.
    std::string_view allowed;
    ReloadClass reload;
    std::string_view help;  // one line
};

// In the order in which they are documented; a table's own settings stand together. The settings of one stop step or
// restart rule are named "stop.steps.method".
[[nodiscard]] std::span<const Setting> all_settings();
[[nodiscard]] const Setting* find_setting(std::string_view key);
// Whether it is a setting of one item of a list ("stop.steps.method").
[[nodiscard]] bool is_of_item(const Setting& setting);
// The words of a choice, in the order of its enum.
[[nodiscard]] std::vector<std::string_view> choices_of(const Setting& setting);
// The word for a value of the choice `key`.
template <class E>
[[nodiscard]] std::string_view choice_text(std::string_view key, E value) {
    return choices_of(*find_setting(key)).at(static_cast<std::size_t>(value));
}
[[nodiscard]] std::string_view name_of(SettingType type);  // "duration"

// The reference of all settings as a commented TOML: what config/reference.toml holds.
[[nodiscard]] std::string render_reference();
// The same as a Markdown table: what stands in the README between its markers.
[[nodiscard]] std::string render_settings_table();

}  // namespace svcwrap::config
