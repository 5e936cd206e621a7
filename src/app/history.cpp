#include <algorithm>
#include <utility>

#include "app/commands.hpp"
#include "app/output.hpp"
#include "app/run_json.hpp"
#include "app/service_view.hpp"
#include "base/printable.hpp"
#include "host/run_history.hpp"

namespace svcwrap::app {

using host::RunRecord;

namespace {

std::string_view words_of(supervise::StartReason reason) {
    switch (reason) {
        case supervise::StartReason::requested:
            return "service start";
        case supervise::StartReason::policy:
            return "restart rules";
        case supervise::StartReason::asked:
            return "by hand";
        case supervise::StartReason::scheduled:
            return "schedule";
        case supervise::StartReason::continued:
            return "continue";
    }
    return "?";
}

std::string_view words_of(supervise::Aftermath aftermath) {
    switch (aftermath) {
        case supervise::Aftermath::restart:
            return "started again";
        case supervise::Aftermath::stopped:
            return "service stopped";
        case supervise::Aftermath::failed:
            return "service failed";
        case supervise::Aftermath::gave_up:
            return "gave up";
        case supervise::Aftermath::paused:
            return "paused";
    }
    return "?";
}

std::string_view words_of(supervise::StopReason reason) {
    switch (reason) {
        case supervise::StopReason::asked:
            return "on request";
        case supervise::StopReason::console:
            return "by Ctrl-C";
        case supervise::StopReason::system_shutdown:
        case supervise::StopReason::system_preshutdown:
            return "system shutdown";
    }
    return "?";
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

// The run that is under way now, and not one whose wrapper died with it.
bool is_running(const RunRecord& run, const ServiceView& view) {
    return !run.end && view.status.process_id != 0 && run.wrapper_process_id == view.status.process_id;
}

std::optional<Duration> lasted(const RunRecord& run, const ServiceView& view, WallTime now) {
    const WallTime begin = run.started.value_or(run.launched);
    std::optional<WallTime> end = run.ended;
    if (!end && is_running(run, view)) end = now;
    if (!end || *end < begin) return std::nullopt;
    return std::chrono::duration_cast<Duration>(*end - begin);
}

std::string end_text(const RunRecord& run, const ServiceView& view) {
    if (run.end) return first_line(describe_end(*run.end));
    return is_running(run, view) ? "runs" : "not known: the wrapper ended with it";
}

std::string then_text(const RunRecord& run) {
    if (!run.aftermath) return "-";
    std::string text(words_of(*run.aftermath));
    if (run.stop_reason) text += " " + std::string(words_of(*run.stop_reason));
    return run.was_killed ? text + ", killed" : text;
}

std::vector<std::string> row_of(const RunRecord& run, const ServiceView& view, WallTime now) {
    const auto time = lasted(run, view, now);
    return {std::to_string(run.run),
            to_iso8601(run.launched),
            time ? to_human(*time) : "-",
            end_text(run, view),
            std::string(words_of(run.start_reason)),
            then_text(run)};
}

std::string block_of(const RunRecord& run, const ServiceView& view, WallTime now) {
    const auto time = lasted(run, view, now);
    std::string text = "run " + std::to_string(run.run) + ", " + to_iso8601(run.launched) + "\n";
    text += field("started by", words_of(run.start_reason)) + field("lasted", time ? to_human(*time) : "") +
            field("ended", end_text(run, view)) + field("then", then_text(run)) + field("why", run.why);
    if (run.last_lines.empty()) return text + "\n";
    text += "  last lines of output:\n";
    for (const std::string& line : run.last_lines) text += "    " + printable(line) + "\n";
    return text + "\n";
}

std::string history_text(const std::vector<RunRecord>& runs, const ServiceView& view, bool output, WallTime now) {
    if (runs.empty()) return view.name + " has not run yet.\n";
    std::string text;
    if (output) {
        for (const RunRecord& run : runs) text += block_of(run, view, now);
        return text;
    }
    std::vector<std::vector<std::string>> rows{{"RUN", "STARTED", "LASTED", "ENDED", "STARTED BY", "THEN"}};
    for (const RunRecord& run : runs) rows.push_back(row_of(run, view, now));
    return table(rows);
}

Json run_json(const RunRecord& run, const ServiceView& view, WallTime now) {
    const auto time = lasted(run, view, now);
    JsonArray lines;
    for (const std::string& line : run.last_lines) lines.emplace_back(line);
    return JsonObject{{"run", run.run},
                      {"running", is_running(run, view)},
                      {"wrapper_process_id", run.wrapper_process_id},
                      {"process_id", run.process_id != 0 ? Json(run.process_id) : Json()},
                      {"start_reason", name_of(run.start_reason)},
                      {"launched", to_iso8601(run.launched)},
                      {"started", time_json(run.started)},
                      {"ready", time_json(run.ready)},
                      {"ended", time_json(run.ended)},
                      {"lasted_ms", time ? Json(std::int64_t{time->count()}) : Json()},
                      {"end", run.end ? end_json(*run.end) : Json()},
                      {"then", run.aftermath ? Json(name_of(*run.aftermath)) : Json()},
                      {"stop_reason", run.stop_reason ? Json(name_of(*run.stop_reason)) : Json()},
                      {"why", run.why},
                      {"stop_steps", steps_json(run.stop_steps)},
                      {"was_killed", run.was_killed},
                      {"last_lines", std::move(lines)}};
}

Result<std::vector<RunRecord>> read_runs(const AppParts& parts, const HistoryRequest& request) {
    auto runs = host::read_history(parts.files, history_file_in(parts, request.name));
    if (!runs) {
        Error error = with_context(std::move(runs.error()), "read the history of " + request.name);
        if (error.kind == ErrorKind::access_denied)
            error.remedy = "Open an elevated prompt (\"Run as administrator\") and repeat the command.";
        return std::unexpected(std::move(error));
    }
    if (request.count != 0 && runs->size() > request.count)
        runs->erase(runs->begin(), runs->end() - static_cast<std::ptrdiff_t>(request.count));
    return runs;
}

}  // namespace

Outcome history(const AppParts& parts, const HistoryRequest& request) {
    const auto view = load_view(parts, request.name);
    if (!view) return std::unexpected(view.error());
    const auto runs = read_runs(parts, request);
    if (!runs) return std::unexpected(runs.error());
    const WallTime now = parts.clock.wall_now();
    JsonArray json;
    for (const RunRecord& run : *runs) json.push_back(run_json(run, *view, now));
    return Answer{.text = history_text(*runs, *view, request.output, now),
                  .warnings = {},
                  .json = JsonObject{{"ok", true}, {"command", "history"}, {"name", view->name}, {"runs", json}}};
}

}  // namespace svcwrap::app
