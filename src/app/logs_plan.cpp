#include "app/logs_plan.hpp"

#include <algorithm>
#include <utility>

#include "app/logs_place.hpp"
#include "app/logs_time.hpp"
#include "app/service_view.hpp"
#include "base/argv.hpp"
#include "base/path.hpp"
#include "host/run_history.hpp"

namespace svcwrap::app {

using host::RunRecord;
using logs::Format;
using logs::LogFilter;

namespace {

Status check_options(const LogsRequest& request) {
    const bool is_folder = !request.directory.empty();
    if (is_folder == !request.name.empty()) {
        return fail(ErrorKind::usage, is_folder ? "logs takes only one of a service's name and --dir"
                                                : "logs needs a service's name, or --dir");
    }
    if (is_folder && (request.run || request.events)) {
        return fail(ErrorKind::usage, "--run and --events go with a service's name only");
    }
    if (!is_folder && request.format) {
        return fail(ErrorKind::usage, "--format goes with --dir only",
                    "The format of a service's logs is in its configuration.");
    }
    const bool chooses_lines = !request.level.empty() || !request.pattern.empty() || request.count || request.all;
    if (request.paths && chooses_lines) {
        return fail(ErrorKind::usage, "--path does not go with -n, --grep and --level: it does not read the files",
                    "It names those that can hold what --since, --until, --run and --stream ask for.");
    }
    if (request.follow && (!request.until.empty() || request.paths)) {
        return fail(ErrorKind::usage, "--follow does not go with --until and --path");
    }
    return {};
}

// ---- which lines ----

// The run that is meant, in the history; its end is the beginning of the next one.
Result<std::size_t> find_run(const std::vector<RunRecord>& runs, std::int64_t wanted, const std::string& name) {
    const auto count = static_cast<std::int64_t>(runs.size());
    if (wanted <= 0 && -wanted < count) return static_cast<std::size_t>(count - 1 + wanted);
    for (std::int64_t i = count - 1; i >= 0 && wanted > 0; --i) {
        if (runs[static_cast<std::size_t>(i)].run == static_cast<std::uint64_t>(wanted)) {
            return static_cast<std::size_t>(i);
        }
    }
    return fail(ErrorKind::not_found, "there is no run " + std::to_string(wanted) + " of " + name + " in its history",
                "svcwrap history " + typed(name) + " -n 0 lists the runs.");
}

// A program's own times in json may have whole seconds only.
WallTime begin_of(const RunRecord& run, Format format) {
    return format == Format::json ? WallTime(std::chrono::floor<std::chrono::seconds>(run.launched)) : run.launched;
}

Status limit_to_run(const AppParts& parts, const LogPlace& place, std::int64_t wanted, LogFilter& filter) {
    const auto runs = host::read_history(parts.files, history_file_in(parts, place.name));
    if (!runs) return std::unexpected(with_context(runs.error(), "read the history of " + place.name));
    const auto index = find_run(*runs, wanted, place.name);
    if (!index) return std::unexpected(index.error());
    const RunRecord& run = (*runs)[*index];
    const WallTime begin = begin_of(run, place.format);
    filter.since = std::max(filter.since.value_or(begin), begin);
    filter.run = run.run;
    if (*index + 1 < runs->size()) {
        const WallTime end = (*runs)[*index + 1].launched;
        filter.until = std::min(filter.until.value_or(end), end);
    }
    return {};
}

Result<std::optional<WallTime>> moment_of(const AppParts& parts, const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto offset = [&](WallTime moment) { return parts.clock.utc_offset(moment); };
    const auto moment = parse_moment(text, parts.clock.wall_now(), offset);
    if (!moment) return std::unexpected(moment.error());
    return *moment;
}

Result<LogFilter> times_of(const AppParts& parts, const LogsRequest& request, const LogPlace& place) {
    const auto since = moment_of(parts, request.since);
    const auto until = moment_of(parts, request.until);
    if (!since || !until) return std::unexpected(!since ? since.error() : until.error());
    if (*since && *until && **since >= **until) {
        return fail(ErrorKind::usage,
                    "between --since " + request.since + " and --until " + request.until + " there is no time",
                    "--since comes before --until; a time of day is one of today.");
    }
    LogFilter filter;
    filter.since = *since;
    filter.until = *until;
    if (!request.run) return filter;
    if (const Status limited = limit_to_run(parts, place, *request.run, filter); !limited) {
        return std::unexpected(limited.error());
    }
    return filter;
}

Status choose_lines(const LogsRequest& request, LogFilter& filter) {
    if (!request.level.empty()) {
        filter.least_level = logs::parse_level(request.level);
        if (!filter.least_level) {
            return fail(ErrorKind::usage, "\"" + request.level + "\" is no level",
                        "Levels are trace, debug, info, warn, error and fatal.");
        }
    }
    if (request.pattern.empty()) return {};
    auto pattern = logs::LinearRegex::compile(request.pattern);
    if (!pattern) return std::unexpected(with_context(pattern.error(), "--grep"));
    filter.pattern = *std::move(pattern);
    return {};
}

// ---- what can be had of it ----

Status check_raw(const LogsRequest& request, const LogPlace& place) {
    if (place.format != Format::raw || place.streams.empty()) return {};
    const std::string_view remedy = "With logs.format = \"text\" or \"json\" it can be had.";
    if (!request.level.empty()) {
        return fail(ErrorKind::usage, "the logs of " + place.name + " are raw: lines have no levels",
                    std::string(remedy));
    }
    if (!request.stream.empty() && !std::ranges::contains(place.streams, request.stream)) {
        return fail(ErrorKind::usage,
                    "the logs of " + place.name + " are raw, and hold no " + request.stream + " by itself",
                    std::string(remedy));
    }
    return {};
}

std::string note_on(const LogPlace& place, const LogsPlan& plan) {
    const bool is_raw = place.format == Format::raw && !place.streams.empty();
    if (is_raw && plan.is_bounded) {
        return "svcwrap: the logs are raw: lines have no times, so whole files are chosen, by the moments of their "
               "rotation\n";
    }
    if (is_raw && plan.parts.size() > place.streams.size()) {
        return "svcwrap: the logs are raw: lines have no times, so events can't stand in order with them\n";
    }
    return {};
}

void add_streams(const LogsRequest& request, const LogPlace& place, const LogFilter& filter, LogsPlan& plan) {
    for (const std::string& stream : place.streams) {
        const bool is_own = place.streams.size() > 1;
        if (is_own && !request.stream.empty() && request.stream != stream) continue;
        LogPart part{
            .folder = place.folder, .stream = stream, .format = place.format, .filter = filter, .is_journal = false};
        if (place.format != Format::raw) part.filter.stream = request.stream;
        plan.parts.push_back(std::move(part));
    }
}

void add_journal(const AppParts& parts, const LogPlace& place, LogFilter filter, LogsPlan& plan) {
    std::string folder = folder_of(parts, place.name).value_or(std::string());
    if (folder.empty()) return;
    filter.run.reset();
    const std::string journal = journal_in(folder);
    plan.parts.push_back({.folder = parent_path(journal),
                          .stream = file_stem(journal),
                          .format = Format::raw,
                          .filter = std::move(filter),
                          .is_journal = true});
}

}  // namespace

std::expected<LogsPlan, Failure> plan_logs(const AppParts& parts, const LogsRequest& request) {
    if (const Status good = check_options(request); !good) return std::unexpected(good.error());
    const auto place = find_logs(parts, request);
    if (!place) return std::unexpected(place.error());
    if (const Status good = check_raw(request, *place); !good) return std::unexpected(good.error());
    auto filter = times_of(parts, request, *place);
    if (!filter) return std::unexpected(filter.error());
    if (const Status good = choose_lines(request, *filter); !good) return std::unexpected(good.error());

    LogsPlan plan{.name = place->name, .parts = {}, .count = request.count, .is_bounded = false, .note = {}};
    plan.is_bounded = filter->since || filter->until;
    if (!request.count && !request.all && !plan.is_bounded) plan.count = k_default_log_lines;
    add_streams(request, *place, *filter, plan);
    if (request.events) add_journal(parts, *place, *filter, plan);
    plan.note = place->note + (request.paths ? std::string() : note_on(*place, plan));
    return plan;
}

}  // namespace svcwrap::app
