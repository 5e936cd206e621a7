#include "config/settings.hpp"

#include <algorithm>
#include <array>

namespace svcwrap::config {
namespace {

using enum SettingType;
using enum ReloadClass;

// The three settings that every hook has.
constexpr Setting hook_command(std::string_view key, std::string_view help) {
    return {key,  text_list, "[]", R"(['C:\apps\tool.exe', "argument"])", "a program and its arguments; empty: none",
            live, help};
}
constexpr Setting hook_timeout(std::string_view key) {
    return {key, duration, R"("30s")", "", "1ms .. 1d", live, "How long it may run before it is ended, as a failure"};
}
constexpr Setting hook_ignore_failure(std::string_view key) {
    return {key, boolean, "false", "", "", live, "Whether a failure of it, or of its start, counts as a success"};
}

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
            R"(LocalSystem, LocalService, NetworkService, "virtual" (NT SERVICE\<name>), DOMAIN\user or DOMAIN\gmsa$)"},
    Setting{"service.dependencies", text_list, "[]", R"(["Tcpip"])", "", reinstall,
            R"(Services that must run first; "+Group" names a load-order group)"},
    Setting{"service.required_privileges", text_list, "[]", R"(["SeChangeNotifyPrivilege"])",
            "names such as SeChangeNotifyPrivilege", reinstall,
            "The only privileges that are kept; empty keeps all of the account's"},
    Setting{"service.sid_type", choice, R"("unrestricted")", "", "none | unrestricted | restricted", reinstall,
            "The service's own SID in its token"},
    Setting{
        "service.recovery", choice, R"("restart")", "", "restart | none", reinstall,
        "What Windows does when svcwrap itself crashes: start the service again after 5s, 30s, then 60s; or nothing"},
    Setting{"service.allow_insecure", boolean, "false", "", "", live,
            "Whether it may run what others can change; set by `svcwrap install --allow-insecure`"},
    Setting{
        "service.pause", choice, R"("refuse")", "", "refuse | suspend | stop", live,
        "What the pause of the service does: nothing, every process stands still, or a normal stop until it continues"},
    Setting{"service.watch", boolean, "false", "", "", live,
            "Whether a change of this file is taken over by itself, as by `svcwrap reload`"},

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
    Setting{"process.stdin", choice, R"("closed")", "", "closed | open | file", next_start,
            "Its standard input: at its end at once, kept open without input, or process.stdin_file; a stop step stdin "
            "keeps it open by itself"},
    Setting{"process.stdin_file", path, R"("")", R"('input.txt')", "only with process.stdin = \"file\"", next_start,
            "The file that it reads as its standard input, opened at each start"},
    Setting{"process.environment", text_table, "", R"(PORT = "8080")", "", next_start,
            "More variables, in order; %NAME% stands for a variable from before, %% for one percent sign"},

    Setting{"start.timeout", duration, R"("30s")", "", "1ms .. 1d", live, "How long the launch itself may take"},

    Setting{"stop.steps", step_list, R"([{ method = "ctrl-break", timeout = "20s" }])", "", "", live,
            "How it is asked to stop, step after step; whatever is left is ended through the job object"},
    Setting{"stop.steps.method", choice, R"("ctrl-break")", "",
            "ctrl-break | ctrl-c | close-window | stdin | command | wait | terminate", live,
            "How this step asks; stdin: by its standard input; wait: it was told by other means"},
    Setting{"stop.steps.timeout", duration, R"("20s")", "", "1ms .. 1d", live, "How long this step waits for the end"},
    Setting{"stop.steps.text", text, R"("")", R"("quit\n")", "only with the method stdin", live,
            "What is written to its standard input, before the input is closed; empty: it is only closed"},
    Setting{"stop.steps.command", text_list, "[]", R"(['C:\apps\ctl.exe', "stop"])",
            "a program and its arguments; only with the method command", live,
            "What is run; a path begins at this file's folder, a name without a folder is searched on PATH"},
    Setting{"stop.timeout", duration, R"("never")", R"("1m")", "1ms .. never", live,
            "The time for all steps together; what is left then is ended through the job object"},
    Setting{"stop.kill_tree", boolean, "true", "", "", next_start,
            "Whether its children are ended with it; false: helpers that it started may live on"},

    Setting{"restart.policy", choice, R"("on-failure")", "", "never | on-failure | on-abnormal | on-success | always",
            live, "After which ends it is started again; abnormal: a crash or a timeout"},
    Setting{"restart.success_exit_codes", integer_list, "[0]", "", "-2147483648 .. 4294967295", live,
            "The exit codes that are no failure"},
    Setting{"restart.delay", duration, R"("1s")", "", "0s .. 1d", live, "The wait before the first restart"},
    Setting{"restart.max_delay", duration, R"("5m")", "", "0s .. 7d", live,
            "The longest wait, at least restart.delay; if not given and restart.delay is longer: that"},
    Setting{"restart.multiplier", number, "2.0", "", "1 .. 100", live, "What each further wait is multiplied by"},
    Setting{"restart.jitter", number, "0.1", "", "0 .. 1", live, "How much of a wait is left to chance"},
    Setting{"restart.reset_after", duration, R"("10m")", "", "0s .. never", live,
            "A run this long makes the waits short again"},
    Setting{"restart.limit", integer, "0", "", "0 .. 1000000", live,
            "Restarts within restart.limit_interval before it gives up; 0: no limit"},
    Setting{"restart.limit_interval", duration, R"("1h")", "", "1ms .. never", live,
            "The time that restart.limit counts in"},
    Setting{"restart.on_give_up", choice, R"("fail")", "", "fail | stop | recover", live,
            "Then: stop as a failure, stop as a success, or let Windows' recovery actions decide"},
    Setting{"restart.every", duration, R"("never")", R"("24h")", "1m .. never", live,
            "A run this long is stopped by the normal steps and started again"},
    Setting{"restart.at", text, R"("")", R"("03:30")", "HH:MM, or empty", live,
            "The local time at which it is stopped and started again each day; empty: at none"},
    Setting{"restart.rules", rule_list, "[]", R"([{ exit_codes = ["3"], action = "stop" }])", "", live,
            "Rules that come before the policy; the first match counts"},
    Setting{"restart.rules.exit_codes", text_list, "", R"(["3", "100-110", "0xC0000005", "crash"])",
            R"(codes, ranges, "crash", "timeout", "launch-failure", "probe-failure")", live,
            "The ends that this rule is for; probe-failure is reserved and never happens yet"},
    Setting{"restart.rules.action", choice, R"("restart")", "", "restart | restart-now | stop | fail", live,
            "What happens then"},
    Setting{"restart.rules.delay", duration, "", R"("30s")", "0s .. 1d", live,
            "The wait of this rule's restart; default: that of restart.delay and its growth"},

    hook_command("hooks.pre_start.command", "Run before each start of the program; its failure is a failed launch"),
    hook_timeout("hooks.pre_start.timeout"),
    hook_ignore_failure("hooks.pre_start.ignore_failure"),
    hook_command("hooks.post_start.command", "Run when the program has been started"),
    hook_timeout("hooks.post_start.timeout"),
    hook_ignore_failure("hooks.post_start.ignore_failure"),
    hook_command("hooks.pre_stop.command", "Run before the first stop step, while the program lives"),
    hook_timeout("hooks.pre_stop.timeout"),
    hook_ignore_failure("hooks.pre_stop.ignore_failure"),
    hook_command("hooks.post_stop.command",
                 "Run after each end of the program, however it ended, and told how by its environment"),
    hook_timeout("hooks.post_stop.timeout"),
    hook_ignore_failure("hooks.post_stop.ignore_failure"),
    hook_command("hooks.on_failure.command", "Run after post_stop when the end was a failure"),
    hook_timeout("hooks.on_failure.timeout"),
    hook_ignore_failure("hooks.on_failure.ignore_failure"),
    hook_command("hooks.on_give_up.command", "Run after those when the limit of restarts is reached"),
    hook_timeout("hooks.on_give_up.timeout"),
    hook_ignore_failure("hooks.on_give_up.ignore_failure"),
    hook_command("hooks.on_rotate.command", "Run after each rotation of a log, with the file's path in SVCWRAP_FILE"),
    hook_timeout("hooks.on_rotate.timeout"),
    hook_ignore_failure("hooks.on_rotate.ignore_failure"),

    Setting{"logs.directory", path, R"("logs")", "", "", next_start,
            "Where the log files lie; a relative path begins at this file's folder"},
    Setting{"logs.stdout", choice, R"("file")", "", "file | discard | inherit", next_start,
            "Where the program's output goes; inherit: only shown by `svcwrap run`"},
    Setting{"logs.stderr", choice, R"("merge")", "", "merge | file | discard", next_start,
            "Where its error output goes; merge: to where its output goes, in order"},
    Setting{"logs.format", choice, R"("raw")", "", "raw | text | json", next_start,
            "raw: byte for byte; text: time and stream before each line; json: an object a line"},
    Setting{
        "logs.encoding", choice, R"("utf-8")", "", "utf-8 | oem | ansi | utf-16", next_start,
        "What the program writes; text and json are made UTF-8 of it; raw never is, and is cut where lines of it end"},
    Setting{"logs.timestamps", choice, R"("local")", "", "utc | local", live,
            "The times in text and json: UTC, or local time with its offset"},
    Setting{"logs.line_limit", byte_size, R"("64 KiB")", "", "256 B .. 1 MiB", live,
            "Longer lines are written in parts, each but the last marked"},
    Setting{"logs.partial_after", duration, R"("1s")", "", "10ms .. never", live,
            "A line whose end does not come is written after so much quiet, and marked; never: when the program ends"},
    Setting{"logs.rate_limit", text, R"("")", R"("10000 lines/30s")", "lines/duration, or empty", live,
            "Lines beyond it are left out and counted; empty: no limit"},
    Setting{"logs.redact", text_list, "[]", R"(['password=\S+'])", "regular expressions without look-around", live,
            "What they match in a line is written as [redacted], in the logs, the status and the history"},
    Setting{"logs.on_full", choice, R"("block")", "", "block | drop", live,
            "When a log can't be written: the program waits, or its output is dropped, counted and told of later"},
    Setting{"logs.sync", choice, R"("none")", "", "none | rotate | interval", live,
            "What a power cut can take: what Windows has not written yet, nothing of rotated files, or nothing older "
            "than logs.sync_interval"},
    Setting{"logs.sync_interval", duration, R"("5s")", "", "100ms .. 1d", live,
            "How old unwritten output may get with logs.sync = \"interval\""},
    Setting{"logs.rotate.max_size", byte_size, R"("10 MiB")", "", "0, or 4 KiB .. 1 TiB", live,
            "A new file is begun at this size; 0: not by size"},
    Setting{"logs.rotate.interval", choice, R"("never")", "", "never | hourly | daily | weekly", live,
            "A new file is begun so often, by local time, if there was output"},
    Setting{"logs.rotate.at", text, R"("00:00")", R"("Monday 03:30")",
            "HH:MM, with a day of the week before it if weekly, 00:MM if hourly", live,
            "When logs.rotate.interval begins a new file; weekly without a day: Monday"},
    Setting{"logs.rotate.on_start", boolean, "false", "", "", live, "Whether each start begins a new file"},
    Setting{"logs.keep.files", integer, "10", "", "0 .. 100000", live, "Rotated files that are kept"},
    Setting{"logs.keep.age", duration, R"("never")", "", "1m .. never", live, "Older rotated files are removed"},
    Setting{"logs.keep.total_size", byte_size, R"("1 GiB")", "", "0, or 4 KiB .. 1000 TiB", live,
            "Rotated files beyond this size together are removed, oldest first; 0: no limit"},
    Setting{"logs.keep.compress", choice, R"("none")", "", "none | gzip", live,
            "Whether rotated files are compressed, in the background"},
    Setting{"logs.keep.delay_compress", boolean, "true", "", "", live,
            "Whether the newest rotated file is left as it is until the next rotation"},
    Setting{"logs.disk.warn_above", integer, "80", "", "0 .. 99", live,
            "When the volume of the logs is this full, in percent, it is told; 0: never"},
    Setting{"logs.disk.compress_above", integer, "85", "", "0 .. 99", live,
            "Above this, rotated files are compressed whatever logs.keep.compress says; 0: never"},
    Setting{"logs.disk.prune_above", integer, "0", "", "0 .. 99", live,
            "Above this, rotated files are removed, oldest first, all but one (for example 90); 0: never"},
    Setting{
        "logs.disk.stop_above", integer, "0", "", "0 .. 99", live,
        "Above this, output is dropped and counted, with logs.on_full = \"block\" as well (for example 95); 0: never"},

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

bool is_of_item(const Setting& setting) {
    const auto* list = find_setting(setting.key.substr(0, setting.key.rfind('.')));
    return list && list != &setting && list->type != text_table;
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
