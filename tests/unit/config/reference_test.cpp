#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/byte_size.hpp"
#include "base/time.hpp"
#include "config/difference.hpp"
#include "config/settings.hpp"
#include "unit/config/config_testing.hpp"

using namespace svcwrap;
using namespace svcwrap::config;

namespace {

const std::string k_source = SVCWRAP_SOURCE_DIR;
const std::string k_how = "run this test again with the environment variable SVCWRAP_UPDATE=1 to rewrite it";

bool updating() {
    const char* update = std::getenv("SVCWRAP_UPDATE");
    return update && std::string(update) == "1";
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    std::erase(text, '\r');
    return text;
}

void write_file(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("config/reference.toml is what the table of settings renders") {
    const auto path = k_source + "/config/reference.toml";
    if (updating()) write_file(path, render_reference());
    INFO(path << " is out of date: " << k_how);
    CHECK(read_file(path) == render_reference());
}

TEST_CASE("The README's table of settings is what the table of settings renders") {
    const auto path = k_source + "/README.md";
    if (!std::filesystem::exists(path)) FAIL("there is no README.md");
    const std::string begin = "<!-- settings:begin -->\n";
    const std::string end = "<!-- settings:end -->";
    auto text = read_file(path);
    INFO(path << " needs the lines " << begin << " and " << end);
    const auto from = text.find(begin);
    const auto to = text.find(end);
    REQUIRE(from != std::string::npos);
    REQUIRE(to != std::string::npos);
    REQUIRE(from < to);
    const auto at = from + begin.size();
    if (updating()) write_file(path, text.replace(at, to - at, render_settings_table()));
    INFO(path << " is out of date: " << k_how);
    CHECK(text.substr(at, text.find(end) - at) == render_settings_table());
}

TEST_CASE("The reference is a valid configuration that means the defaults") {
    const auto text = replaced(render_reference(), R"(C:\apps\app.exe)", "bin/app.exe");
    const auto config = parse_good(text);
    const auto defaults = parse_good(minimal());
    CHECK(config.service.name == "MyApp");
    CHECK(config.service.display_name == config.service.name);
    CHECK(config.service.description == defaults.service.description);
    CHECK(config.service.start == defaults.service.start);
    CHECK(config.service.account == defaults.service.account);
    CHECK(config.service.dependencies.empty());
    CHECK(config.service.required_privileges.empty());
    CHECK(config.service.sid_type == defaults.service.sid_type);
    CHECK(config.process.working_directory == defaults.process.working_directory);
    CHECK(config.process.arguments.empty());
    CHECK(config.process.priority == defaults.process.priority);
    CHECK(config.process.cpu_affinity.empty());
    CHECK(config.process.inherit_environment == defaults.process.inherit_environment);
    CHECK(config.process.environment_file == defaults.process.environment_file);
    CHECK(config.process.environment.empty());
    const auto& a = config.supervise;
    const auto& b = defaults.supervise;
    CHECK(a.start.timeout == b.start.timeout);
    REQUIRE(a.stop.steps.size() == b.stop.steps.size());
    CHECK(a.stop.steps[0].method == b.stop.steps[0].method);
    CHECK(a.stop.steps[0].timeout == b.stop.steps[0].timeout);
    CHECK(a.restart.policy == b.restart.policy);
    CHECK(a.restart.success_exit_codes == b.restart.success_exit_codes);
    CHECK(a.restart.delay == b.restart.delay);
    CHECK(a.restart.max_delay == b.restart.max_delay);
    CHECK(a.restart.multiplier == b.restart.multiplier);
    CHECK(a.restart.jitter == b.restart.jitter);
    CHECK(a.restart.reset_after == b.restart.reset_after);
    CHECK(a.restart.limit == b.restart.limit);
    CHECK(a.restart.limit_interval == b.restart.limit_interval);
    CHECK(a.restart.on_give_up == b.restart.on_give_up);
    CHECK(a.restart.rules.empty());
    CHECK(a.stop.timeout == b.stop.timeout);
    CHECK(a.stop.kill_tree == b.stop.kill_tree);
    CHECK(a.pause == b.pause);
    CHECK(difference(config, defaults).size() == 2);  // its name, and the name shown
    CHECK(config.logs.directory == defaults.logs.directory);
    CHECK(config.logs.standard_output == defaults.logs.standard_output);
    CHECK(config.logs.standard_error == defaults.logs.standard_error);
    CHECK(config.logs.rotate.max_size == defaults.logs.rotate.max_size);
    CHECK(config.logs.rotate.on_start == defaults.logs.rotate.on_start);
    CHECK(config.logs.keep.files == defaults.logs.keep.files);
    CHECK(config.logs.keep.age == defaults.logs.keep.age);
    CHECK(config.logs.keep.total_size == defaults.logs.keep.total_size);
    CHECK(config.limits.memory == defaults.limits.memory);
    CHECK(config.limits.cpu_percent == defaults.limits.cpu_percent);
    CHECK(config.limits.processes == defaults.limits.processes);
}

TEST_CASE("The table of settings is whole: unique keys, one-line help, bounds that can be read") {
    const auto settings = all_settings();
    for (std::size_t i = 0; i < settings.size(); ++i) {
        const auto& setting = settings[i];
        INFO(setting.key);
        CHECK(find_setting(setting.key) == &setting);
        CHECK_FALSE(setting.help.empty());
        CHECK_FALSE(setting.help.contains('\n'));
        CHECK_FALSE(setting.help.ends_with('.'));
        CHECK_FALSE((setting.fallback.empty() && setting.example.empty()));
        if (setting.type == SettingType::choice) CHECK(choices_of(setting).size() > 1);
        auto range = setting.allowed;
        if (range.starts_with("0, or ")) range.remove_prefix(6);
        const auto dots = range.find(" .. ");
        if (dots == std::string_view::npos) continue;
        const auto low = range.substr(0, dots);
        const auto high = range.substr(dots + 4);
        if (setting.type == SettingType::duration) CHECK(parse_duration(low).value() < parse_duration(high).value());
        if (setting.type == SettingType::byte_size) CHECK(parse_byte_size(low).value() < parse_byte_size(high).value());
    }
    CHECK(find_setting("no.such") == nullptr);
}

TEST_CASE("The choices of a setting stand in the order of its enum") {
    CHECK(choice_text("service.start", platform::StartMode::delayed_automatic) == "delayed-auto");
    CHECK(choice_text("service.start", platform::StartMode::disabled) == "disabled");
    CHECK(choice_text("service.sid_type", platform::SidType::restricted) == "restricted");
    CHECK(choice_text("process.priority", platform::Priority::idle) == "idle");
    CHECK(choice_text("process.priority", platform::Priority::above_normal) == "above-normal");
    CHECK(choice_text("process.priority", platform::Priority::realtime) == "realtime");
    CHECK(choice_text("stop.steps.method", supervise::StopMethod::ctrl_c) == "ctrl-c");
    CHECK(choice_text("stop.steps.method", supervise::StopMethod::close_window) == "close-window");
    CHECK(choice_text("stop.steps.method", supervise::StopMethod::standard_input) == "stdin");
    CHECK(choice_text("stop.steps.method", supervise::StopMethod::command) == "command");
    CHECK(choice_text("stop.steps.method", supervise::StopMethod::wait) == "wait");
    CHECK(choice_text("stop.steps.method", supervise::StopMethod::terminate) == "terminate");
    CHECK(choices_of(*find_setting("stop.steps.method")).size() == 7);
    CHECK(choice_text("service.pause", supervise::PausePolicy::refuse) == "refuse");
    CHECK(choice_text("service.pause", supervise::PausePolicy::suspend) == "suspend");
    CHECK(choice_text("service.pause", supervise::PausePolicy::stop) == "stop");
    CHECK(choice_text("restart.policy", supervise::RestartPolicy::never) == "never");
    CHECK(choice_text("restart.policy", supervise::RestartPolicy::on_abnormal) == "on-abnormal");
    CHECK(choice_text("restart.policy", supervise::RestartPolicy::always) == "always");
    CHECK(choice_text("restart.on_give_up", supervise::GiveUp::recover) == "recover");
    CHECK(choice_text("restart.rules.action", supervise::RuleAction::restart_now) == "restart-now");
    CHECK(choice_text("restart.rules.action", supervise::RuleAction::fail) == "fail");
    CHECK(choice_text("logs.stdout", logs::OutputTarget::inherit) == "inherit");
    CHECK(choice_text("logs.stderr", logs::ErrorTarget::discard) == "discard");
    CHECK(choice_text("process.stdin", StandardInput::open) == "open");
    CHECK(choice_text("logs.format", logs::Format::json) == "json");
    CHECK(choice_text("logs.encoding", logs::Encoding::ansi) == "ansi");
    CHECK(choice_text("logs.timestamps", logs::Timestamps::local) == "local");
    CHECK(choice_text("logs.on_full", logs::FullPolicy::drop) == "drop");
    CHECK(choice_text("logs.sync", logs::SyncPolicy::rotate) == "rotate");
    CHECK(choice_text("logs.rotate.interval", logs::RotateInterval::daily) == "daily");
    CHECK(choice_text("logs.keep.compress", logs::Compression::gzip) == "gzip");
}

TEST_CASE("A setting says what its change needs: a reload, a start of the program, or to be installed again") {
    const auto expected = [](const Setting& setting) {
        const auto key = setting.key;
        const auto in = [&](std::string_view table) { return key.starts_with(table); };
        if (key == "schema" || key == "service.pause" || key == "service.watch") return ReloadClass::live;
        if (key == "service.allow_insecure") return ReloadClass::live;
        if (in("service.")) return ReloadClass::reinstall;
        if (in("process.") || in("limits.") || key == "stop.kill_tree") return ReloadClass::next_start;
        if (key == "logs.format" || key == "logs.encoding") return ReloadClass::next_start;
        if (key == "logs.directory" || key == "logs.stdout" || key == "logs.stderr") return ReloadClass::next_start;
        return ReloadClass::live;
    };
    for (const auto& setting : all_settings()) {
        INFO(setting.key);
        CHECK(setting.reload == expected(setting));
    }
}
