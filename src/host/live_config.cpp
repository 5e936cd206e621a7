#include "host/live_config.hpp"

#include <algorithm>
#include <format>
#include <utility>

#include "base/utf8.hpp"
#include "platform/control_channel.hpp"

namespace svcwrap::host {
namespace {

using config::ChangedSetting;
using config::ReloadClass;

// Empty values (a setting that was not there) are told as such.
std::string shown(const std::string& value) {
    return value.empty() ? "(none)" : value;
}

bool wants_input(const config::ServiceConfig& config) {
    return std::ranges::contains(config.supervise.stop.steps, supervise::StopMethod::standard_input,
                                 &supervise::StopStep::method);
}

// Values that may hold a password.
bool is_private(std::string_view key) {
    return key == "process.environment" || key == "process.arguments" || key == "stop.steps" ||
           key.ends_with(".command");
}

std::string_view needs_now(const ChangedSetting& change, const Changes& changes) {
    if (changes.wants_input && change.setting->key == "stop.steps") return "child-restart";
    return needs_of(*change.setting);
}

Json change_json(const ChangedSetting& change, const Changes& changes, bool with_values) {
    const bool is_shown = with_values && change.setting->key != "process.environment";
    return JsonObject{{"setting", change.setting->key},
                      {"before", is_shown ? change.before : "(not shown)"},
                      {"after", is_shown ? change.after : "(not shown)"},
                      {"needs", needs_now(change, changes)}};
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
    if (!equals_ignoring_case(fresh->service.name, now_->service.name)) {
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

bool LiveConfig::child_lacks_input() const {
    return launched_ && wants_input(*now_) && !wants_input(*launched_);
}

Json LiveConfig::waiting() const {
    JsonArray all;
    add_waiting(all, launched_, now_, ReloadClass::next_start);
    if (child_lacks_input()) all.emplace_back(JsonObject{{"setting", "stop.steps"}, {"needs", "child-restart"}});
    add_waiting(all, installed_, now_, ReloadClass::reinstall);
    return all;
}

Json changes_json(const Changes& changes) {
    // Room for what an answer has around them, and for what JSON escapes once more.
    constexpr std::size_t k_most = platform::k_longest_control_line - 4096;
    for (const bool with_values : {true, false}) {
        JsonArray all;
        for (const ChangedSetting& change : changes.settings) all.push_back(change_json(change, changes, with_values));
        if (!with_values || to_json_text(all).size() <= k_most) return all;
    }
    return {};
}

std::string changes_text(const Changes& changes) {
    std::string all;
    for (const ChangedSetting& change : changes.settings) {
        const std::string_view needs = needs_now(change, changes);
        const std::string values =
            is_private(change.setting->key) ? "changed" : shown(change.before) + " -> " + shown(change.after);
        all += std::format("{}{}: {} ({})", all.empty() ? "" : "; ", change.setting->key, values,
                           needs == "nothing" ? "now" : "needs " + std::string(needs));
    }
    return all;
}

}  // namespace svcwrap::host
