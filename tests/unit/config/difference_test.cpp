#include "config/difference.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "unit/config/config_testing.hpp"

using namespace svcwrap;
using namespace svcwrap::config;

namespace {

struct Change {
    std::string key;
    std::string line;  // the setting with another value than its default, as it could stand at the end of a TOML
};

// One for every setting but the schema, of which there is one, and those of [service] and [process] in the text itself.
const std::vector<Change> k_changes{
    {"service.display_name", R"(service.display_name = "x")"},
    {"service.description", R"(service.description = "x")"},
    {"service.start", R"(service.start = "manual")"},
    {"service.account", R"(service.account = 'NT SERVICE\App')"},
    {"service.dependencies", R"(service.dependencies = ["Tcpip"])"},
    {"service.required_privileges", R"(service.required_privileges = ["SeDebugPrivilege"])"},
    {"service.sid_type", R"(service.sid_type = "none")"},
    {"service.pause", R"(service.pause = "stop")"},
    {"service.watch", R"(service.watch = true)"},
    {"service.recovery", R"(service.recovery = "none")"},
    {"service.allow_insecure", R"(service.allow_insecure = true)"},
    {"process.arguments", R"(process.arguments = ["x"])"},
    {"process.working_directory", R"(process.working_directory = "x")"},
    {"process.priority", R"(process.priority = "idle")"},
    {"process.cpu_affinity", R"(process.cpu_affinity = [0])"},
    {"process.inherit_environment", R"(process.inherit_environment = false)"},
    {"process.environment_file", R"(process.environment_file = "x.env")"},
    {"process.environment", R"(process.environment.A = "x")"},
    {"process.stdin", R"(process.stdin = "open")"},
    {"start.timeout", R"(start.timeout = "31s")"},
    {"stop.steps", R"(stop.steps = [{ method = "ctrl-c" }])"},
    {"stop.steps", R"(stop.steps = [{ timeout = "21s" }])"},
    {"stop.steps", R"(stop.steps = [])"},
    {"stop.steps", R"(stop.steps = [{ method = "stdin" }])"},
    {"stop.timeout", R"(stop.timeout = "1m")"},
    {"stop.kill_tree", R"(stop.kill_tree = false)"},
    {"restart.policy", R"(restart.policy = "never")"},
    {"restart.success_exit_codes", R"(restart.success_exit_codes = [0, -1])"},
    {"restart.delay", R"(restart.delay = "2s")"},
    {"restart.max_delay", R"(restart.max_delay = "6m")"},
    {"restart.multiplier", R"(restart.multiplier = 2.0000001)"},
    {"restart.jitter", R"(restart.jitter = 0)"},
    {"restart.reset_after", R"(restart.reset_after = "never")"},
    {"restart.limit", R"(restart.limit = 1)"},
    {"restart.limit_interval", R"(restart.limit_interval = "2h")"},
    {"restart.on_give_up", R"(restart.on_give_up = "stop")"},
    {"restart.every", R"(restart.every = "24h")"},
    {"restart.at", R"(restart.at = "00:00")"},
    {"restart.rules", R"(restart.rules = [{ exit_codes = ["3"] }])"},
    {"logs.directory", R"(logs.directory = "x")"},
    {"logs.stdout", R"(logs.stdout = "discard")"},
    {"logs.stderr", R"(logs.stderr = "file")"},
    {"logs.format", R"(logs.format = "json")"},
    {"logs.encoding", R"(logs.encoding = "utf-16")"},
    {"logs.timestamps", R"(logs.timestamps = "utc")"},
    {"logs.line_limit", R"(logs.line_limit = "1 KiB")"},
    {"logs.partial_after", R"(logs.partial_after = "never")"},
    {"logs.rate_limit", R"(logs.rate_limit = "10000 lines/30s")"},
    {"logs.redact", R"(logs.redact = ['password=\S+'])"},
    {"logs.on_full", R"(logs.on_full = "drop")"},
    {"logs.sync", R"(logs.sync = "interval")"},
    {"logs.sync_interval", R"(logs.sync_interval = "1s")"},
    {"logs.rotate.interval", R"(logs.rotate.interval = "daily")"},
    {"logs.rotate.at", R"(logs.rotate.at = "03:30")"},
    {"logs.keep.compress", R"(logs.keep.compress = "gzip")"},
    {"logs.keep.delay_compress", R"(logs.keep.delay_compress = false)"},
    {"logs.disk.warn_above", R"(logs.disk.warn_above = 0)"},
    {"logs.disk.compress_above", R"(logs.disk.compress_above = 86)"},
    {"logs.disk.prune_above", R"(logs.disk.prune_above = 90)"},
    {"logs.disk.stop_above", R"(logs.disk.stop_above = 95)"},
    {"logs.rotate.max_size", R"(logs.rotate.max_size = "10485761 B")"},
    {"logs.rotate.on_start", R"(logs.rotate.on_start = true)"},
    {"logs.keep.files", R"(logs.keep.files = 11)"},
    {"logs.keep.age", R"(logs.keep.age = "7d")"},
    {"logs.keep.total_size", R"(logs.keep.total_size = "2 GiB")"},
    {"limits.memory", R"(limits.memory = "1 GiB")"},
    {"limits.cpu_percent", R"(limits.cpu_percent = 50)"},
    {"limits.processes", R"(limits.processes = 9)"},
};

const std::vector<std::string> k_moments{"pre_start",  "post_start", "pre_stop", "post_stop",
                                         "on_failure", "on_give_up", "on_rotate"};

// The smallest configuration with more lines. All of it in dotted keys, so that any setting may stand behind it.
ServiceConfig config_with(const std::string& lines) {
    return parse_good("service.name = \"App\"\nprocess.executable = 'bin/app.exe'\n" + lines + "\n");
}

std::vector<std::string> keys_of(const std::vector<ChangedSetting>& changes) {
    std::vector<std::string> keys;
    for (const auto& change : changes) keys.emplace_back(change.setting->key);
    return keys;
}

void check_change(const std::string& key, const ServiceConfig& before, const ServiceConfig& after) {
    const auto changes = difference(before, after);
    CHECK(keys_of(changes) == std::vector{key});
    for (const auto& change : changes) CHECK(change.before != change.after);
    const auto back = difference(after, before);
    REQUIRE(back.size() == changes.size());
    for (std::size_t i = 0; i < back.size(); ++i) CHECK(back[i].before == changes[i].after);
}

}  // namespace

TEST_CASE("Every setting of the table has a value in a configuration, in its order") {
    const auto effective = effective_settings(config_with(""));
    std::vector<const Setting*> expected;
    for (const auto& setting : all_settings()) {
        if (!is_of_item(setting)) expected.push_back(&setting);
    }
    REQUIRE(effective.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        INFO(expected[i]->key);
        CHECK(effective[i].setting == expected[i]);
        CHECK_FALSE(effective[i].value.empty());
        const bool path = expected[i]->type == SettingType::path && expected[i]->fallback != "\"\"";
        if (!expected[i]->fallback.empty() && !path) CHECK(effective[i].value == expected[i]->fallback);
    }
}

TEST_CASE("The same text twice makes no difference") {
    for (const auto& change : k_changes) CHECK(difference(config_with(change.line), config_with(change.line)).empty());
    CHECK(difference(config_with(""), config_with("restart.delay = \"1000ms\"\nlimits.memory = \"0 B\"")).empty());
}

TEST_CASE("The change of one setting is found under its key") {
    const auto before = config_with("");
    for (const auto& change : k_changes) {
        INFO(change.line);
        check_change(change.key, before, config_with(change.line));
    }
}

TEST_CASE("The change of a hook is found under its setting") {
    for (const auto& moment : k_moments) {
        const auto key = "hooks." + moment + ".";
        const auto hook = key + "command = [\"a\"]\n";
        check_change(key + "command", config_with(""), config_with(hook));
        check_change(key + "command", config_with(hook), config_with(key + "command = [\"a\", \"\"]"));
        check_change(key + "timeout", config_with(hook), config_with(hook + key + "timeout = \"31s\""));
        check_change(key + "ignore_failure", config_with(hook), config_with(hook + key + "ignore_failure = true"));
    }
}

TEST_CASE("The name and the program are settings too") {
    const auto before = config_with("");
    auto after = before;
    after.service.name = "Other";
    check_change("service.name", before, after);
    after = before;
    after.process.executable = native("etc/bin/other.exe");
    check_change("process.executable", before, after);
    after = before;
    after.process.standard_input_file = native("etc/in.txt");
    check_change("process.stdin_file", before, after);
}

TEST_CASE("The tables of changes above leave no setting out") {
    std::vector<std::string> keys{"schema", "service.name", "process.executable", "process.stdin_file"};
    for (const auto& change : k_changes) keys.push_back(change.key);
    for (const auto& setting : all_settings()) {
        if (is_of_item(setting) || setting.key.starts_with("hooks.")) continue;
        INFO(setting.key);
        CHECK(std::ranges::contains(keys, setting.key));
    }
}

TEST_CASE("The steps and rules of two configurations differ by every part of theirs") {
    const std::vector<std::string> steps{
        R"({ method = "stdin" })",
        R"({ method = "stdin", text = "a" })",
        R"({ method = "stdin", text = "b" })",
        R"({ method = "stdin", text = "b", timeout = "1s" })",
        R"({ method = "command", command = ["a"] })",
        R"({ method = "command", command = ["a", "b"] })",
        R"({ method = "command", command = ["a b"] })",
    };
    const std::vector<std::string> rules{
        R"({ exit_codes = ["3"] })",
        R"({ exit_codes = ["3-4"] })",
        R"({ exit_codes = ["3", "4"] })",
        R"({ exit_codes = ["crash"] })",
        R"({ exit_codes = ["timeout"] })",
        R"({ exit_codes = ["launch-failure"] })",
        R"({ exit_codes = ["probe-failure"] })",
        R"({ exit_codes = ["3"], action = "stop" })",
        R"({ exit_codes = ["3"], delay = "1s" })",
    };
    const auto check_all = [](const std::string& key, const std::vector<std::string>& items) {
        for (const auto& a : items) {
            for (const auto& b : items) {
                INFO(a << " and " << b);
                const auto first = config_with(key + " = [" + a + "]");
                const auto second = config_with(key + " = [" + b + "]");
                CHECK(difference(first, second).empty() == (a == b));
            }
        }
    };
    check_all("stop.steps", steps);
    check_all("restart.rules", rules);
}

TEST_CASE("The values of a configuration are TOML that reads back to the same") {
    const auto config = config_with(R"(stop.steps = [{ method = "stdin", text = "a\n'" }, { method = "wait" }]
restart.rules = [{ exit_codes = ["0xC0000005", "1-3", "crash", "probe-failure"], action = "restart", delay = "3s" }]
restart.multiplier = 1.1
restart.at = "03:05"
process.stdin = "open"
logs.rate_limit = "5 lines / 1m"
logs.redact = ['a\d', "b'"]
logs.rotate.interval = "weekly"
logs.rotate.at = "saturday 23:59"
process.environment = { "A b" = "'\"", C = 'x' }
hooks.on_give_up.command = ["a", "b c"]
service.pause = "suspend")");
    std::string text;
    for (const auto& [setting, value] : effective_settings(config)) {
        text += std::string(setting->key) + " = " + value + "\n";
    }
    // Absent and empty are the same but for these.
    const auto again = parse_good(text);
    CHECK(keys_of(difference(config, again)).empty());
}
