#include "config/difference.hpp"

#include <cstddef>
#include <utility>

namespace svcwrap::config {

std::vector<ChangedSetting> difference(const ServiceConfig& before, const ServiceConfig& after) {
    auto old_settings = effective_settings(before);
    auto new_settings = effective_settings(after);
    std::vector<ChangedSetting> changed;
    for (std::size_t i = 0; i < old_settings.size(); ++i) {
        auto& was = old_settings[i];
        auto& is = new_settings[i];
        if (was.value != is.value) changed.push_back({was.setting, std::move(was.value), std::move(is.value)});
    }
    return changed;
}

}  // namespace svcwrap::config
