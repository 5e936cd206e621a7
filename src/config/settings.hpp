#pragma once
// The table of all settings: the one place that names them. Loading, checking, config/reference.toml and the README's
// table come from it or are tested against it.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace svcwrap::config {

enum class SettingType : std::uint8_t {
    text, path, boolean, integer, number, duration, byte_size, choice, text_list, integer_list, step_list, rule_list, text_table
};

// What a change of the setting in the file needs to take effect.
enum class ReloadClass : std::uint8_t { live, next_start, reinstall };

struct Setting {
    std::string_view key;       // "logs.rotate.max_size"
    SettingType type;
    std::string_view fallback;  // as it would stand in the TOML; empty = none (it is required, or its help says)
    std::string_view allowed;   // "never | on-failure | ...", "1 .. 100", or empty
    ReloadClass reload;
    std::string_view help;      // one line
};

[[nodiscard]] std::span<const Setting> all_settings();
[[nodiscard]] const Setting* find_setting(std::string_view key);

// The reference of all settings as a commented TOML: what config/reference.toml holds.
[[nodiscard]] std::string render_reference();
// The same as a Markdown table: what stands in the README between its markers.
[[nodiscard]] std::string render_settings_table();

}  // namespace svcwrap::config
