#pragma once
// What a reload changes.
#include <string>
#include <vector>

#include "config/service_config.hpp"
#include "config/settings.hpp"

namespace svcwrap::config {

struct EffectiveSetting {
    const Setting* setting = nullptr;
    std::string value;  // as it would stand in a TOML; equal texts mean equal values
};
// Every setting of the table with its value in this configuration, in the order of the table (the settings of one step
// or rule are part of their list's value). Paths are absolute.
[[nodiscard]] std::vector<EffectiveSetting> effective_settings(const ServiceConfig& config);

struct ChangedSetting {
    const Setting* setting = nullptr;
    std::string before;
    std::string after;
};
// The settings whose values differ, in the order of the table.
[[nodiscard]] std::vector<ChangedSetting> difference(const ServiceConfig& before, const ServiceConfig& after);

}  // namespace svcwrap::config
