#include "config/load_logs.hpp"

#include <string>

#include "base/path.hpp"
#include "config/log_texts.hpp"
#include "config/resolve_path.hpp"
#include "logs/linear_regex.hpp"

namespace svcwrap::config {
namespace {

void read_directory(const Section& section, std::string_view folder, std::string& out) {
    std::string text;
    if (!section.read("directory", text)) return;
    auto path = resolve_path(text, folder);
    if (!path) return section.add("directory", path.error().message, path.error().remedy);
    out = *std::move(path);
}

void read_rate_limit(const Section& section, std::optional<logs::RateLimit>& out) {
    std::string text;
    if (!section.read("rate_limit", text) || text.empty()) return;
    const auto limit = parse_rate_limit(text);
    if (!limit) return section.add("rate_limit", limit.error().message, limit.error().remedy);
    out = *limit;
}

// Each pattern that can't be had is an error at its own place.
void read_patterns(const Section& section, std::vector<std::string>& out) {
    if (!section.read("redact", out)) return;
    const auto* list = section.find("redact")->get<List>();
    for (std::size_t i = 0; list && i < out.size(); ++i) {
        const auto regex = logs::LinearRegex::compile(out[i]);
        if (regex) continue;
        section.findings().add((*list)[i].place, "logs.redact: " + regex.error().message, regex.error().remedy);
    }
}

// As it comes, UTF-16 is cut where lines end, and not understood any further.
void check_encoding(const Section& section, const logs::Options& options) {
    if (options.format != logs::Format::raw || options.encoding != logs::Encoding::utf16) return;
    constexpr std::string_view k_why = "with the format \"raw\", lines in UTF-16 are not looked at";
    constexpr std::string_view k_remedy = "write format = \"text\" or \"json\"";
    if (options.rate_limit) section.add("rate_limit", k_why, std::string(k_remedy));
    if (!options.redact.empty()) section.add("redact", k_why, std::string(k_remedy));
}

void read_rotation_time(const Section& section, logs::RotateOptions& rotate) {
    using enum logs::RotateInterval;
    std::string text;
    if (!section.read("at", text)) return;
    const auto time = parse_rotation_time(text);
    if (!time) return section.add("at", time.error().message, time.error().remedy);
    rotate.at = time->at;
    if (time->weekday) rotate.weekday = *time->weekday;
    if (time->weekday && rotate.interval != weekly) {
        section.add("at", "only the interval \"weekly\" has a day of the week", "remove it");
    }
    if (rotate.interval == hourly && rotate.at >= std::chrono::hours(1)) {
        section.add("at", "the interval is \"hourly\": the minutes past each hour are needed",
                    "write for example: at = \"00:15\"");
    }
}

void read_rotate(const Section& section, logs::RotateOptions& rotate) {
    section.read("max_size", rotate.max_size);
    section.read_enum("interval", rotate.interval);
    read_rotation_time(section, rotate);
    section.read("on_start", rotate.on_start);
}

void read_keep(const Section& section, logs::KeepOptions& keep) {
    section.read("files", keep.files);
    section.read("age", keep.age);
    section.read("total_size", keep.total_size);
    section.read_enum("compress", keep.compress);
    section.read("delay_compress", keep.delay_compress);
}

void read_disk(const Section& section, logs::DiskOptions& disk) {
    section.read("warn_above", disk.warn_above);
    section.read("compress_above", disk.compress_above);
    section.read("prune_above", disk.prune_above);
    section.read("stop_above", disk.stop_above);
}

}  // namespace

logs::Options read_logs(const Section& section, std::string_view folder) {
    logs::Options options{.directory = join_path(folder, "logs")};
    read_directory(section, folder, options.directory);
    section.read_enum("stdout", options.standard_output);
    section.read_enum("stderr", options.standard_error);
    section.read_enum("format", options.format);
    section.read_enum("encoding", options.encoding);
    section.read_enum("timestamps", options.timestamps);
    section.read("line_limit", options.line_limit);
    section.read("partial_after", options.partial_after);
    read_rate_limit(section, options.rate_limit);
    read_patterns(section, options.redact);
    check_encoding(section, options);
    section.read_enum("on_full", options.on_full);
    section.read_enum("sync", options.sync);
    section.read("sync_interval", options.sync_interval);
    read_rotate(section.section("rotate"), options.rotate);
    read_keep(section.section("keep"), options.keep);
    read_disk(section.section("disk"), options.disk);
    return options;
}

}  // namespace svcwrap::config
