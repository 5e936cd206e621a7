#include "logs/log_record.hpp"

#include <utility>

#include "base/json.hpp"
#include "logs/line_format.hpp"

namespace svcwrap::logs {

namespace {

// What a JSON string says; empty if it is none.
std::string string_value(std::string_view value) {
    const auto parsed = parse_json(value);
    return parsed ? parsed->as_string() : std::string();
}

std::string_view take_word(std::string_view& text) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    return word;
}

bool read_tag(LogRecord& record, std::string_view tag) {
    if (tag.ends_with(k_text_part_mark)) {
        tag.remove_suffix(1);
        record.is_part = true;
    }
    for (std::size_t i = 0; i < std::size(k_text_tags); ++i) {
        if (tag == k_text_tags[i]) {
            record.stream = k_json_streams[i];
            record.level = k_default_levels[i];
            return true;
        }
    }
    record.stream = k_json_note_stream;
    record.level = Level::warn;
    return tag == k_text_note_tag && !record.is_part;
}

bool read_text(LogRecord& record, std::string_view line) {
    record.time = parse_log_time(take_word(line));
    if (!record.time || !read_tag(record, take_word(line))) {
        return false;
    }
    record.message = line;
    return true;
}

void read_member(LogRecord& record, const JsonMember& member) {
    if (member.key == "time") {
        record.time = parse_log_time(string_value(member.value));
    } else if (member.key == "level") {
        record.level = parse_level(string_value(member.value));
    } else if (member.key == "stream") {
        record.stream = string_value(member.value);
    } else if (member.key == "run") {
        const auto run = parse_json(member.value);
        record.run = run ? std::optional(static_cast<std::uint64_t>(run->as_int())) : std::nullopt;
    } else if (member.key == "message") {
        record.message = string_value(member.value);
    } else if (member.key == "partial") {
        record.is_part = member.value == "true";
    } else if (member.key == "base64") {
        record.message = from_base64(string_value(member.value)).value_or(record.message);
    }
}

bool read_json(LogRecord& record, std::string_view line) {
    std::vector<JsonMember> members;
    if (!line.starts_with('{') || !split_json_object(line, members)) {
        return false;
    }
    for (const JsonMember& member : members) {
        read_member(record, member);
    }
    return record.time.has_value() && !record.stream.empty();
}

}  // namespace

LogRecord parse_record(std::string_view line, Format format) {
    LogRecord record;
    const bool is_read =
        (format == Format::text && read_text(record, line)) || (format == Format::json && read_json(record, line));
    if (!is_read) {
        record = {};
        record.message = line;
    }
    record.line = line;
    return record;
}

bool passes(const LogRecord& record, const LogFilter& filter) {
    if (record.time &&
        ((filter.since && *record.time < *filter.since) || (filter.until && *record.time >= *filter.until))) {
        return false;
    }
    if (filter.run && record.run && *record.run != *filter.run) {
        return false;
    }
    if (!filter.stream.empty() && record.stream != filter.stream) {
        return false;
    }
    if (filter.least_level && (!record.level || *record.level < *filter.least_level)) {
        return false;
    }
    return !filter.pattern || filter.pattern->find(record.message).has_value();
}

}  // namespace svcwrap::logs
