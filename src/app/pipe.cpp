#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "app/commands.hpp"
#include "app/config_source.hpp"
#include "app/pipe_flow.hpp"
#include "app/pipe_housekeeping.hpp"
#include "base/exit_status.hpp"
#include "base/path.hpp"
#include "config/service_config.hpp"
#include "logs/housekeeper.hpp"
#include "logs/log_stream.hpp"
#include "logs/rotated_name.hpp"

namespace svcwrap::app {

using platform::StandardStream;

namespace {

Status check_request(const PipeRequest& request) {
    if (request.tee && request.json) {
        return fail(ErrorKind::usage, "--tee and --json would both write to standard output");
    }
    const logs::RotateOptions& rotate = request.options.rotate;
    if (rotate.interval == logs::RotateInterval::hourly && rotate.at >= std::chrono::hours(1)) {
        return fail(ErrorKind::usage, "--at: with --interval hourly the minutes past each hour are needed",
                    "Write for example --at 00:15.");
    }
    const logs::Options& options = request.options;
    const bool looks_at_lines = options.rate_limit || !options.redact.empty();
    if (options.format == logs::Format::raw && options.encoding == logs::Encoding::utf16 && looks_at_lines) {
        return fail(ErrorKind::usage, "--rate-limit and --redact: with --format raw, lines in UTF-16 are not looked at",
                    "Take --format text or json.");
    }
    if (const Status good = config::check_service_name(request.name); !good) {
        return std::unexpected(with_context(good.error(), "--name"));
    }
    if (logs::is_like_rotated(request.name)) {
        return fail(ErrorKind::usage,
                    "--name: " + request.name + ".log would be taken for a rotated log of another name",
                    "Leave out the moment at its end.");
    }
    return {};
}

// The engine itself would go on trying: right for a service, and no help for somebody who mistyped a folder.
Status check_folder(const AppParts& parts, const std::string& folder, const std::string& name) {
    if (const Status made = parts.files.make_folders(folder); !made) {
        return std::unexpected(with_context(made.error(), "make the folder of the logs"));
    }
    const auto opened = parts.files.open_append(join_path(folder, name + ".log"));
    return opened ? Status() : std::unexpected(with_context(opened.error(), "open the log"));
}

// What the machine's code pages mean; empty where the engine knows it by itself.
std::function<std::string(std::string_view)> decoder_of(const AppParts& parts, logs::Encoding encoding) {
    if (encoding != logs::Encoding::oem && encoding != logs::Encoding::ansi) return {};
    const auto page = encoding == logs::Encoding::oem ? platform::CodePage::oem : platform::CodePage::ansi;
    return [&system = parts.system, page](std::string_view bytes) { return system.decode(page, bytes); };
}

Json counters_json(const logs::StreamCounters& counts, const logs::HousekeeperCounters& house) {
    return JsonObject{{"bytes_in", counts.bytes_in},
                      {"bytes", counts.bytes},
                      {"lines", counts.lines},
                      {"rotations", counts.rotations},
                      {"rotations_deferred", counts.rotations_deferred},
                      {"write_errors", counts.write_errors},
                      {"sync_errors", counts.sync_errors},
                      {"lost_bytes", counts.lost_bytes},
                      {"dropped_bytes", counts.dropped_bytes},
                      {"suppressed_lines", counts.suppressed_lines},
                      {"redactions", counts.redactions},
                      {"split_lines", counts.split_lines},
                      {"partial_lines", counts.partial_lines},
                      {"invalid_lines", counts.invalid_lines},
                      {"removed_files", counts.removed_files},
                      {"compressed_files", house.compressed_files},
                      {"housekeeping_errors", counts.housekeeping_errors + house.errors}};
}

Answer answer_of(const PipeRequest& request, const PipeEnd& end, const logs::LogStream& stream,
                 const logs::HousekeeperCounters& house) {
    const logs::StreamCounters counts = stream.counters();
    std::string warnings;
    if (end.tee_broke) warnings += "svcwrap: nobody reads standard output any more; the log went on without it\n";
    if (counts.dropped_bytes != 0) {
        warnings += "svcwrap: " + std::to_string(counts.dropped_bytes) +
                    " bytes were dropped, as --on-full or --disk-stop says\n";
    }
    if (counts.suppressed_lines != 0) {
        warnings +=
            "svcwrap: " + std::to_string(counts.suppressed_lines) + " lines were left out, as --rate-limit says\n";
    }
    if (counts.lost_bytes != 0) {
        warnings += "svcwrap: " + std::to_string(counts.lost_bytes) +
                    " bytes could not be written before the end that was asked for\n";
    }
    const bool is_good = counts.lost_bytes == 0;
    return Answer{.text = {},
                  .warnings = std::move(warnings),
                  .json = JsonObject{{"ok", is_good},
                                     {"command", "pipe"},
                                     {"name", request.name},
                                     {"path", stream.current_path()},
                                     {"whole", end.is_whole},
                                     {"counters", counters_json(counts, house)}},
                  .exit_status = is_good ? 0 : exit_status_of(ErrorKind::io_failed)};
}

}  // namespace

Outcome pipe(const AppParts& parts, const PipeRequest& request) {
    if (const Status good = check_request(request); !good) return std::unexpected(good.error());
    logs::Options options = request.options;
    options.directory = absolute_path(parts, options.directory);
    if (const Status good = check_folder(parts, options.directory, request.name); !good) {
        return std::unexpected(good.error());
    }
    const auto complain = [&parts](const logs::Report& report) {
        parts.write(StandardStream::error, "svcwrap: " + report.text + "\n");
    };
    const auto housekeeper = std::make_shared<logs::Housekeeper>(parts.files, parts.clock, complain);
    PipeHousekeeping housekeeping(parts.system, housekeeper);
    const std::shared_ptr<logs::LogStream> stream =
        logs::open_log_stream(request.name, options,
                              {.files = parts.files,
                               .clock = parts.clock,
                               .complain = complain,
                               .identity = {.service = request.service.empty() ? request.name : request.service},
                               .to_utf8 = decoder_of(parts, options.encoding),
                               .housekeeper = housekeeper});
    stream->begin_run(1, parts.system.process_id());
    PipeFlow flow(parts, stream, request.tee);
    const auto watch = parts.watch_console([&](platform::ConsoleRequest) { flow.interrupt(); });
    const PipeEnd end = flow.run();
    if (!end.is_whole) housekeeping.cancel();
    housekeeping.finish();
    if (end.read_error) return std::unexpected(*end.read_error);
    return answer_of(request, end, *stream, housekeeper->counters());
}

}  // namespace svcwrap::app
