#include "app/logs_place.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "app/config_source.hpp"
#include "app/service_view.hpp"
#include "base/path.hpp"
#include "base/printable.hpp"
#include "config/service_config.hpp"
#include "logs/reader.hpp"

namespace svcwrap::app {

using logs::Format;

namespace {

// By what the newest line looks like; nothing if there is none.
std::optional<Format> format_in(const AppParts& parts, const std::string& folder, const std::string& log) {
    const auto newest = logs::read_last(parts.files, parts.clock, folder, log, Format::raw, {}, 1);
    if (!newest || newest->empty()) return std::nullopt;
    for (const Format format : {Format::json, Format::text}) {
        if (logs::parse_record(newest->front().line, format).time) return format;
    }
    return Format::raw;
}

std::expected<LogPlace, Failure> place_in_folder(const AppParts& parts, const LogsRequest& request) {
    if (const Status good = config::check_service_name(request.log); !good) return std::unexpected(good.error());
    std::string folder = absolute_path(parts, request.directory);
    if (const auto found = parts.files.stat(folder); !found) {
        return std::unexpected(with_context(found.error(), "read the logs in " + folder));
    }
    const Format format =
        request.format ? *request.format : format_in(parts, folder, request.log).value_or(Format::raw);
    return LogPlace{.name = request.log, .folder = std::move(folder), .format = format, .streams = {request.log}};
}

std::expected<LogPlace, Failure> configured_place(const LogsRequest& request, const config::ServiceConfig& config) {
    LogPlace place{.name = request.name, .folder = config.logs.directory, .format = config.logs.format, .streams = {}};
    if (config.logs.standard_output == logs::OutputTarget::file) place.streams.emplace_back("stdout");
    if (config.logs.standard_error == logs::ErrorTarget::file) place.streams.emplace_back("stderr");
    if (place.streams.empty() && !request.events) {
        return std::unexpected(Failure(Error{.kind = ErrorKind::not_found,
                                             .message = "the output of " + request.name + " is not kept",
                                             .os_code = {},
                                             .where = {},
                                             .remedy = "Set logs.stdout = \"file\" in " + config.file + "."}));
    }
    return place;
}

// ---- without a configuration ----

// The service's account can write the state file: it must not send an administrator's program, and with it his
// credentials, to another machine.
bool is_on_this_machine(std::string_view path) {
    const bool is_share_or_device =
        path.size() > 1 && (path[0] == '\\' || path[0] == '/') && (path[1] == '\\' || path[1] == '/' || path[1] == '?');
    return is_absolute_path(path) && !is_share_or_device;
}

// As the wrapper noted it last.
std::optional<LogPlace> noted_place(const AppParts& parts, const std::string& name) {
    const auto state = host::read_published_state(parts.files, state_file_in(parts, name));
    if (!state) return std::nullopt;
    LogPlace place{.name = name, .folder = {}, .format = Format::raw, .streams = {}};
    for (const host::PublishedLog& log : state->logs) {
        const bool is_known = log.stream == "stdout" || log.stream == "stderr";
        if (!is_known || !is_on_this_machine(log.path) || std::ranges::contains(place.streams, log.stream)) continue;
        place.folder = parent_path(log.path);
        place.streams.push_back(log.stream);
    }
    if (place.streams.empty()) return std::nullopt;
    return place;
}

LogPlace default_place(const AppParts& parts, const std::string& name, const std::string& config_file) {
    LogPlace place{.name = name,
                   .folder = join_path(parent_path(config_file), "logs"),
                   .format = Format::raw,
                   .streams = {"stdout"}};
    const auto errors = logs::list_log_files(parts.files, place.folder, "stderr");
    if (errors && !errors->empty()) place.streams.emplace_back("stderr");
    return place;
}

LogPlace place_without(const AppParts& parts, LogPlace place, const Error& why) {
    for (const std::string& stream : place.streams) {
        const auto format = format_in(parts, place.folder, stream);
        if (!format) continue;
        place.format = *format;
        break;
    }
    const std::string where = why.where.empty() ? "" : why.where + ": ";
    place.note = "svcwrap: the configuration can't be read (" + printable(where + why.message) +
                 "); the logs were looked for in " + printable(place.folder) + "\n";
    return place;
}

std::expected<LogPlace, Failure> place_of_service(const AppParts& parts, const LogsRequest& request) {
    const auto file = config_file_of(parts, request.name);
    if (!file && file.error().kind != ErrorKind::not_found) return std::unexpected(file.error());
    Failure failure = file ? Failure(std::vector<Error>()) : Failure(file.error());
    if (file) {
        auto config = config::load_config(parts.files, *file);
        if (config) return configured_place(request, *config);
        failure.errors = std::move(config.error());
    }
    auto place = noted_place(parts, request.name);
    if (!place && !file) return std::unexpected(std::move(failure));
    if (!place) place = default_place(parts, request.name, *file);
    return place_without(parts, *std::move(place), failure.errors.front());
}

}  // namespace

std::expected<LogPlace, Failure> find_logs(const AppParts& parts, const LogsRequest& request) {
    return request.directory.empty() ? place_of_service(parts, request) : place_in_folder(parts, request);
}

}  // namespace svcwrap::app
