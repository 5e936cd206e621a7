#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "app/command_tree.hpp"
#include "app/help_texts_logs.hpp"
#include "base/local_time.hpp"
#include "config/log_texts.hpp"
#include "config/values.hpp"
#include "logs/linear_regex.hpp"

namespace svcwrap::app {

namespace {

using logs::Encoding;
using logs::Format;
using logs::FullPolicy;
using logs::RotateInterval;

// An option whose text `take` understands or refuses.
template <class Take>
CLI::Option& add_taken(CLI::App& command, const char* name, const char* type, const std::string& help, Take take) {
    return *command
                .add_option_function<std::string>(
                    name,
                    [take, name](const std::string& text) {
                        const Status taken = take(text);
                        if (!taken) throw CLI::ValidationError(name, taken.error().message);
                    },
                    help)
                ->type_name(type);
}

template <class T, class Target>
void add_choice(CLI::App& command, const char* name, Target& target, std::map<std::string, T> choices,
                const std::string& help) {
    std::string allowed;
    for (const auto& [word, value] : choices) allowed += (allowed.empty() ? "" : ", ") + word;
    add_taken(command, name, "CHOICE", help + " (" + allowed + ")",
              [choices = std::move(choices), allowed, &target](const std::string& text) -> Status {
                  const auto found = choices.find(text);
                  if (found == choices.end()) return fail(ErrorKind::usage, "\"" + text + "\" is none of " + allowed);
                  target = found->second;
                  return {};
              });
}

// What a parser of base/ reads.
template <class T>
void add_value(CLI::App& command, const char* name, const char* type, T& target, Result<T> (*parse)(std::string_view),
               const std::string& help) {
    add_taken(command, name, type, help, [&target, parse](const std::string& text) -> Status {
        auto value = parse(text);
        if (!value) return std::unexpected(value.error());
        target = *value;
        return {};
    });
}

// The text as a setting of the configuration would have it.
template <class T>
config::Node node_of(const std::string& text) {
    std::int64_t integer = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
    const bool is_integer = error == std::errc() && end == text.data() + text.size();
    if (std::is_integral_v<T> && is_integer) return {.place = {}, .value = integer};
    return {.place = {}, .value = text};
}

// An option for what is a setting in a configuration, read and checked as that setting.
template <class T>
void add_setting(CLI::App& command, const char* name, const char* type, std::string_view key, T& target,
                 const std::string& help) {
    add_taken(command, name, type, help, [key, &target](const std::string& text) -> Status {
        config::Findings findings{std::string(key)};
        if (config::read_value(*config::find_setting(key), node_of<T>(text), findings, target)) return {};
        const Error error = findings.take().front();
        return fail(ErrorKind::usage, error.message + "; " + error.remedy);
    });
}

Status take_count(LogsRequest& request, const std::string& text) {
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    request.all = text == "all";
    if (request.all) return {};
    if (error != std::errc() || end != text.data() + text.size()) {
        return fail(ErrorKind::usage, "\"" + text + "\" is no number of lines and not \"all\"");
    }
    request.count = count;
    return {};
}

const std::map<std::string, Format> k_formats{{"raw", Format::raw}, {"text", Format::text}, {"json", Format::json}};

void add_log_choice(CLI::App& command, LogsRequest& request) {
    add_choice<std::string>(command, "--stream", request.stream,
                            {{"out", "stdout"}, {"err", "stderr"}, {"stdout", "stdout"}, {"stderr", "stderr"}},
                            "only what the program wrote there");
    command
        .add_option("--grep", request.pattern, "only lines with a match of this pattern; (?i) in front ignores case")
        ->type_name("REGEX");
    command.add_option("--level", request.level, "only lines of this level or worse, as in warn (formats text, json)")
        ->type_name("LEVEL");
    command
        .add_option_function<std::int64_t>(
            "--run", [&request](const std::int64_t& run) { request.run = run; },
            "only this run: 0 the newest, -1 the one before it, 7 that of this number")
        ->type_name("RUN");
}

void add_rotation(CLI::App& command, logs::Options& options) {
    add_value(command, "--max-size", "SIZE", options.rotate.max_size, parse_byte_size,
              "a new file is begun at this size; 0: not by size; default 10 MiB");
    add_choice<RotateInterval>(command, "--interval", options.rotate.interval,
                               {{"never", RotateInterval::never},
                                {"hourly", RotateInterval::hourly},
                                {"daily", RotateInterval::daily},
                                {"weekly", RotateInterval::weekly}},
                               "a new file by the clock as well; default never");
    add_taken(command, "--at", "[DAY ]HH:MM",
              "when, with --interval: \"03:30\", weekly \"Monday 03:30\", hourly 00:MM; default 00:00",
              [&options](const std::string& text) -> Status {
                  const auto time = config::parse_rotation_time(text);
                  if (!time) return std::unexpected(time.error());
                  options.rotate.at = time->at;
                  options.rotate.weekday = time->weekday.value_or(std::chrono::Monday);
                  return {};
              });
    command.add_flag("--rotate-on-start", options.rotate.on_start, "begin with a new file");
    command.add_option("--keep", options.keep.files, "rotated files that are kept; default 10")->type_name("COUNT");
    add_value(command, "--keep-age", "TIME", options.keep.age, parse_duration, "older rotated files are removed");
    add_value(command, "--keep-size", "SIZE", options.keep.total_size, parse_byte_size,
              "rotated files beyond this size together are removed; default 1 GiB");
    command.add_flag_callback(
        "--compress", [&options] { options.keep.compress = logs::Compression::gzip; },
        "gzip rotated files, all but the newest");
    command.add_flag_callback(
        "--compress-newest",
        [&options] {
            options.keep.compress = logs::Compression::gzip;
            options.keep.delay_compress = false;
        },
        "gzip every rotated file");
}

void add_disk(CLI::App& command, logs::DiskOptions& disk) {
    add_setting(command, "--disk-warn", "PERCENT", "logs.disk.warn_above", disk.warn_above,
                "it is told when the volume is this full; 0: never; default 80");
    add_setting(command, "--disk-compress", "PERCENT", "logs.disk.compress_above", disk.compress_above,
                "above this, rotated files are compressed whatever --compress says; 0: never; default 85");
    add_setting(command, "--disk-prune", "PERCENT", "logs.disk.prune_above", disk.prune_above,
                "above this, rotated files are removed, oldest first, all but one; default 0: never");
    add_setting(command, "--disk-stop", "PERCENT", "logs.disk.stop_above", disk.stop_above,
                "above this, the input is dropped and counted, whatever --on-full says; default 0: never");
}

void add_sync(CLI::App& command, logs::Options& options) {
    using logs::SyncPolicy;
    add_choice<SyncPolicy>(
        command, "--sync", options.sync,
        {{"none", SyncPolicy::none}, {"rotate", SyncPolicy::rotate}, {"interval", SyncPolicy::interval}},
        "what a power cut can take: what the system has not written yet, nothing of rotated files, or nothing older "
        "than --sync-interval; default none");
    add_setting(command, "--sync-interval", "TIME", "logs.sync_interval", options.sync_interval,
                "how old unwritten output may get with --sync interval; default 5s");
}

void add_lines(CLI::App& command, logs::Options& options) {
    add_setting(command, "--line-limit", "SIZE", "logs.line_limit", options.line_limit,
                "longer lines are written in parts, with the formats text and json; default 64 KiB");
    add_setting(
        command, "--partial-after", "TIME", "logs.partial_after", options.partial_after,
        "a line whose end does not come is written after so much quiet; never: when the input ends; default 1s");
    add_taken(command, "--rate-limit", "LINES/TIME",
              "lines beyond it are left out and counted, as in \"10000 lines/30s\"; default: no limit",
              [&options](const std::string& text) -> Status {
                  options.rate_limit.reset();
                  if (text.empty()) return {};
                  const auto limit = config::parse_rate_limit(text);
                  if (!limit) return fail(ErrorKind::usage, limit.error().message + "; " + limit.error().remedy);
                  options.rate_limit = *limit;
                  return {};
              });
}

void add_redaction(CLI::App& command, logs::Options& options) {
    command
        .add_option_function<std::vector<std::string>>(
            "--redact",
            [&options](const std::vector<std::string>& patterns) {
                for (const std::string& pattern : patterns) {
                    const auto compiled = logs::LinearRegex::compile(pattern);
                    if (!compiled) throw CLI::ValidationError("--redact", compiled.error().message);
                }
                options.redact = patterns;
            },
            "what matches is written as [redacted]; may be repeated")
        ->type_name("REGEX")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_writing(CLI::App& command, logs::Options& options) {
    add_choice<Format>(command, "--format", options.format, k_formats,
                       "raw: byte for byte; text: a time before each line; json: an object a line; default raw");
    command.add_flag_callback(
        "--utc", [&options] { options.timestamps = logs::Timestamps::utc; }, "times in UTC, not local");
    add_choice<Encoding>(
        command, "--encoding", options.encoding,
        {{"utf-8", Encoding::utf8}, {"oem", Encoding::oem}, {"ansi", Encoding::ansi}, {"utf-16", Encoding::utf16}},
        "of the input; raw only cuts files where its lines end");
    add_choice<FullPolicy>(command, "--on-full", options.on_full,
                           {{"block", FullPolicy::block}, {"drop", FullPolicy::drop}},
                           "while nothing can be written, wait or drop and count; default block");
    add_lines(command, options);
    add_redaction(command, options);
    add_sync(command, options);
    add_disk(command, options.disk);
}

}  // namespace

void add_logs(CLI::App& app, LogsRequest& request) {
    CLI::App& command = *app.add_subcommand("logs", "what a service has written");
    command.footer(k_logs_footer);
    command.add_option("NAME", request.name, "the service's name")->type_name("");
    add_taken(command, "-n,--lines", "COUNT", "how many of the newest lines, or all; default 10",
              [&request](const std::string& text) { return take_count(request, text); });
    command.add_flag("-f,--follow", request.follow, "go on with what is written, until Ctrl-C");
    command.add_option("--since", request.since, "from this moment on: \"1 hour ago\", \"2026-11-21 10:00\"")
        ->type_name("TIME");
    command.add_option("--until", request.until, "up to this moment")->type_name("TIME");
    add_log_choice(command, request);
    command.add_flag("--events", request.events, "with what the wrapper did, from its journal");
    command.add_flag("--path", request.paths, "the names of the files instead, oldest first");
    command.add_option("--dir", request.directory, "a folder of `svcwrap pipe` instead of a service")->type_name("DIR");
    command.add_option("--log", request.log, "the log in that folder; default output")->type_name("NAME");
    add_choice<Format>(command, "--format", request.format, k_formats, "its format; default: as its last line looks");
    command.add_flag("--json", request.json, "an object a line");
    command.usage("svcwrap logs (NAME | --dir DIR [--log NAME]) [OPTIONS]");
}

void add_pipe(CLI::App& app, PipeRequest& request) {
    CLI::App& command = *app.add_subcommand("pipe", "write standard input to rotated files");
    command.footer(k_pipe_footer);
    command.add_option("--dir", request.options.directory, "the folder of the files; made if missing")
        ->type_name("DIR")
        ->required();
    command.add_option("--name", request.name, "of the files: NAME.log; default output")->type_name("NAME");
    add_rotation(command, request.options);
    add_writing(command, request.options);
    command.add_option("--service", request.service, "what json calls the service; default: the name of the files")
        ->type_name("TEXT");
    command.add_flag("--tee", request.tee, "to standard output as well");
    command.add_flag("--json", request.json, "what was written, counted, as JSON on standard output at the end");
    command.usage("COMMAND | svcwrap pipe --dir DIR [OPTIONS]");
}

}  // namespace svcwrap::app
