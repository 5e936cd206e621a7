#include "host/live_config.hpp"

#include <algorithm>
#include <format>
#include <utility>

namespace svcwrap::host {
namespace {

using config::ChangedSetting;
using config::ReloadClass;

// Empty values (a setting that was not there) are told as such.
std::string shown(const std::string& value) {
    return value.empty() ? "(none)" : value;
}

void add_waiting(JsonArray& all, const SharedConfig& before, const SharedConfig& now, ReloadClass which) {
    if (!before || before == now) return;
    for (const ChangedSetting& change : config::difference(*before, *now)) {
        if (change.setting->reload != which) continue;
        all.emplace_back(JsonObject{{"setting", change.setting->key}, {"needs", needs_of(*change.setting)}});
    }
}

}  // namespace

std::string_view needs_of(const config::Setting& setting) {
    switch (setting.reload) {
        case ReloadClass::next_start:
            return "child-restart";
        case ReloadClass::reinstall:
            return "reinstall";
        case ReloadClass::live:
            break;
    }
    return "nothing";
}

LiveConfig::LiveConfig(config::ServiceConfig config)
    : installed_(std::make_shared<const config::ServiceConfig>(std::move(config))), now_(installed_) {}

Result<std::vector<ChangedSetting>> LiveConfig::adopt(SharedConfig fresh) {
    if (fresh->service.name != now_->service.name) {
        return fail(ErrorKind::bad_config,
                    std::format("reload {}: service.name is now \"{}\", but this is the service \"{}\"; nothing was "
                                "changed",
                                fresh->file, fresh->service.name, now_->service.name),
                    "set service.name back; a service of another name is a new installation");
    }
    auto changes = config::difference(*now_, *fresh);
    now_ = std::move(fresh);
    return changes;
}

bool LiveConfig::wants_other_logs() const {
    if (!opened_ || opened_ == now_) return false;
    return std::ranges::any_of(config::difference(*opened_, *now_), [](const ChangedSetting& change) {
        return change.setting->key.starts_with("logs.") && change.setting->reload == ReloadClass::next_start;
    });
}

Json LiveConfig::waiting() const {
    JsonArray all;
    add_waiting(all, launched_, now_, ReloadClass::next_start);
    add_waiting(all, installed_, now_, ReloadClass::reinstall);
    return all;
}

Json changes_json(const std::vector<ChangedSetting>& changes) {
    JsonArray all;
    for (const ChangedSetting& change : changes) {
        all.emplace_back(JsonObject{{"setting", change.setting->key},
                                    {"before", change.before},
                                    {"after", change.after},
                                    {"needs", needs_of(*change.setting)}});
    }
    return all;
}

std::string changes_text(const std::vector<ChangedSetting>& changes) {
    std::string all;
    for (const ChangedSetting& change : changes) {
        const std::string_view needs = needs_of(*change.setting);
        all += std::format("{}{}: {} -> {} ({})", all.empty() ? "" : "; ", change.setting->key, shown(change.before),
                           shown(change.after), needs == "nothing" ? "now" : "needs " + std::string(needs));
    }
    return all;
}

}  // namespace svcwrap::host
