#include "config/settings.hpp"

#include <algorithm>
#include <array>

namespace svcwrap::config {
namespace {

using enum SettingType;
using enum ReloadClass;

constexpr std::array k_settings{
    Setting{"schema", integer, "1", "", "1", live, "The version of this file's form"},

    Setting{"service.name", text, "", R"("MyApp")",
            R"(1-250 characters, fit as a folder's name: none of < > : " / \ | ? *)", reinstall,
            "The name that the Service Control Manager and all commands know"},
    Setting{"service.display_name", text, "", R"("My App")", "at most 256 characters", reinstall,
            "The name that people see; default: service.name"},
    Setting{"service.description", text, R"("")", R"("What it is for")", "", reinstall, "What the service is for"},
    Setting{"service.start", choice, R"("auto")", "", "auto | delayed-auto | manual | disabled", reinstall,
            "When Windows starts it"},
    Setting{"service.account", text, R"("LocalSystem")", "", "", reinstall,
            R"(The account: LocalSystem, NT AUTHORITY\LocalService, NT SERVICE\<name>, DOMAIN\user or DOMAIN\gmsa$)"},
    Setting{"service.dependencies", text_list, "[]", R"(["Tcpip"])", "", reinstall,
            R"(Services that must run first; "+Group" names a load-order group)"},
    Setting{"service.required_privileges", text_list, "[]", R"(["SeChangeNotifyPrivilege"])",
            "names such as SeChangeNotifyPrivilege", reinstall,
            "The only privileges that are kept; empty keeps all of the account's"},
    Setting{"service.sid_type", choice, R"("unrestricted")", "", "none | unrestricted | restricted", reinstall,
            "The service's own SID in its token"},

    Setting{"process.executable", path, "", R"('C:\apps\app.exe')", "a path with a folder", next_start,
            "The program; a relative path begins at this file's folder, PATH is not searched"},
    Setting{"process.arguments", text_list, "[]", R"(["--port", "8080"])", "", next_start,
            "Its arguments, each exactly as the program shall see it"},
    Setting{"process.working_directory", path, "", R"('C:\apps')", "", next_start,
            "The folder that it starts in; default: the executable's folder"},
    Setting{"process.priority", choice, R"("normal")", "",
            "idle | below-normal | normal | above-normal | high | realtime", next_start, "Its priority class"},
    Setting{"process.cpu_affinity", integer_list, "[]", R"([0, 1])", "0 .. 63", next_start,
            "The processors that it may use, counted from 0; empty: all"},
    Setting{"process.inherit_environment", boolean, "true", "", "", next_start,
            "Whether it gets the service's own environment"},
    Setting{"process.environment_file", path, R"("")", R"('app.env')", "", next_start,
            "A UTF-8 file of KEY=value lines, taken literally, read at each start"},
    Setting{"process.environment", text_table, "", R"(PORT = "8080")", "", next_start,
            "More variables, in order; %NAME% stands for a variable from before, %% for one percent sign"},

    Setting{"start.timeout", duration, R"("30s")", "", "1ms .. 1d", next_start, "How long the launch itself may take"},

    Setting{"stop.steps", step_list, R"([{ method = "ctrl-break", timeout = "20s" }])", "", "", next_start,
            "How it is asked to stop, step after step; whatever is left is ended through the job object"},
    Setting{"stop.steps.method", choice, R"("ctrl-break")", "", "ctrl-break | ctrl-c | terminate", next_start,
            "How this step asks"},
    Setting{"stop.steps.timeout", duration, R"("20s")", "", "1ms .. 1d", next_start,
            "How long this step waits for the end"},

    Setting{"restart.policy", choice, R"("on-failure")", "", "never | on-failure | on-abnormal | on-success | always",
            next_start, "After which ends it is started again; abnormal: a crash or a timeout"},
    Setting{"restart.success_exit_codes", integer_list, "[0]", "", "-2147483648 .. 4294967295", next_start,
            "The exit codes that are no failure"},
    Setting{"restart.delay", duration, R"("1s")", "", "0s .. 1d", next_start, "The wait before the first restart"},
    Setting{"restart.max_delay", duration, R"("5m")", "", "0s .. 7d", next_start,
            "The longest wait, at least restart.delay; if not given and restart.delay is longer: that"},
    Setting{"restart.multiplier", number, "2.0", "", "1 .. 100", next_start, "What each further wait is multiplied by"},
    Setting{"restart.jitter", number, "0.1", "", "0 .. 1", next_start, "How much of a wait is left to chance"},
    Setting{"restart.reset_after", duration, R"("10m")", "", "0s .. never", next_start,
            "A run this long makes the waits short again"},
    Setting{"restart.limit", integer, "0", "", "0 .. 1000000", next_start,
            "Restarts within restart.limit_interval before it gives up; 0: no limit"},
    Setting{"restart.limit_interval", duration, R"("1h")", "", "1ms .. never", next_start,
            "The time that restart.limit counts in"},
    Setting{"restart.on_give_up", choice, R"("fail")", "", "fail | stop | recover", next_start,
            "Then: stop as a failure, stop as a success, or let Windows' recovery actions decide"},
    Setting{"restart.rules", rule_list, "[]", R"([{ exit_codes = ["3"], action = "stop" }])", "", next_start,
            "Rules that come before the policy; the first match counts"},
    Setting{"restart.rules.exit_codes", text_list, "", R"(["3", "100-110", "0xC0000005", "crash"])",
            R"(codes, ranges, "crash", "timeout", "launch-failure")", next_start, "The ends that this rule is for"},
    Setting{"restart.rules.action", choice, R"("restart")", "", "restart | restart-now | stop | fail", next_start,
            "What happens then"},
    Setting{"restart.rules.delay", duration, "", R"("30s")", "0s .. 1d", next_start,
            "The wait of this rule's restart; default: that of restart.delay and its growth"},

    Setting{"logs.directory", path, R"("logs")", "", "", next_start,
            "Where the log files lie; a relative path begins at this file's folder"},
    Setting{"logs.stdout", choice, R"("file")", "", "file | discard | inherit", next_start,
            "Where the program's output goes; inherit: only shown by `svcwrap run`"},
    Setting{"logs.stderr", choice, R"("merge")", "", "merge | file | discard", next_start,
            "Where its error output goes; merge: to where its output goes, in order"},
    Setting{"logs.rotate.max_size", byte_size, R"("10 MiB")", "", "0, or 4 KiB .. 1 TiB", next_start,
            "A new file is begun at this size; 0: not by size"},
    Setting{"logs.rotate.on_start", boolean, "false", "", "", next_start, "Whether each start begins a new file"},
    Setting{"logs.keep.files", integer, "10", "", "0 .. 100000", next_start, "Rotated files that are kept"},
    Setting{"logs.keep.age", duration, R"("never")", "", "1m .. never", next_start, "Older rotated files are removed"},
    Setting{"logs.keep.total_size", byte_size, R"("1 GiB")", "", "0, or 4 KiB .. 1000 TiB", next_start,
            "Rotated files beyond this size together are removed, oldest first; 0: no limit"},

    Setting{"limits.memory", byte_size, R"("0")", "", "0, or 1 MiB .. 1000 TiB", next_start,
            "Memory of the program and its children together; 0: no limit"},
    Setting{"limits.cpu_percent", integer, "0", "", "0 .. 100", next_start,
            "Their share of all processors, a hard cap; 0: no limit"},
    Setting{"limits.processes", integer, "0", "", "0 .. 1000000", next_start,
            "How many processes they may be; 0: no limit"},
};

constexpr std::array<std::string_view, 13> k_type_names{
    "text",   "path",          "true or false",    "integer",       "number",        "duration",      "size",
    "choice", "list of texts", "list of integers", "list of steps", "list of rules", "table of texts"};

}  // namespace

std::span<const Setting> all_settings() {
    return k_settings;
}

const Setting* find_setting(std::string_view key) {
    const auto at = std::ranges::find(k_settings, key, &Setting::key);
    return at == k_settings.end() ? nullptr : &*at;
}

std::vector<std::string_view> choices_of(const Setting& setting) {
    constexpr std::string_view separator = " | ";
    std::vector<std::string_view> words;
    auto rest = setting.allowed;
    for (auto end = rest.find(separator); end != std::string_view::npos; end = rest.find(separator)) {
        words.push_back(rest.substr(0, end));
        rest.remove_prefix(end + separator.size());
    }
    words.push_back(rest);
    return words;
}

std::string_view name_of(SettingType type) {
    return k_type_names.at(static_cast<std::size_t>(type));
}

}  // namespace svcwrap::config
