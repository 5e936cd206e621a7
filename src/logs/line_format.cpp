#include "logs/line_format.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/json.hpp"
#include "base/utf8.hpp"
#include "logs/byte_lane.hpp"

namespace svcwrap::logs {

namespace {

bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// How many bytes from the front can be copied as they are.
std::size_t plain_run(std::string_view text) {
    std::size_t size = 0;
    for (; text.size() - size >= ByteLane::k_size; size += ByteLane::k_size) {
        if (const std::uint64_t special = ByteLane(text.data() + size).special(); special != 0) {
            return size + static_cast<std::size_t>(std::countr_zero(special));
        }
    }
    while (size < text.size() && is_plain(text[size])) {
        ++size;
    }
    return size;
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view k_hex = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\n':
            out += "\\n";
            return;
        default:
            break;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += k_hex[byte >> 4];
    out += k_hex[byte & 15];
}

std::size_t non_ascii_run(std::string_view text) {
    const auto ascii = std::ranges::find_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    return static_cast<std::size_t>(ascii - text.begin());
}

std::string_view without_cr(std::string_view text) {
    if (text.ends_with('\r')) {
        text.remove_suffix(1);
    }
    return text;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t");
    const std::size_t end = text.find_last_not_of(" \t\r");
    return start == std::string_view::npos ? std::string_view() : text.substr(start, end - start + 1);
}

// What a JSON string says, if it says it without escapes.
std::optional<std::string_view> plain_string(std::string_view value) {
    if (value.size() < 2 || value.front() != '"' || value.contains('\\')) {
        return std::nullopt;
    }
    return value.substr(1, value.size() - 2);
}

// The first of `members` that has one of these keys, the earlier key before the later one.
const JsonMember* find_member(const std::vector<JsonMember>& members, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
        if (const auto found = std::ranges::find(members, key, &JsonMember::key); found != members.end()) {
            return &*found;
        }
    }
    return nullptr;
}

// What was recognized in a child's object, and the members that said it and are not repeated then.
struct Recognized {
    std::optional<Level> level;
    std::string time;
    std::string_view message = R"("")";
    const JsonMember* from_level = nullptr;
    const JsonMember* from_time = nullptr;
    const JsonMember* from_message = nullptr;
};

void recognize_level(Recognized& found, const std::vector<JsonMember>& members) {
    const JsonMember* member = find_member(members, {"log.level", "level", "severity", "SeverityText", "levelname"});
    if (member != nullptr) {
        found.level = parse_level(plain_string(member->value).value_or(member->value));
        found.from_level = found.level ? member : nullptr;
    }
}

// A text is kept as it is, with all its digits; a number stays beside what is made of it.
void recognize_time(Recognized& found, const std::vector<JsonMember>& members) {
    const JsonMember* member = find_member(members, {"@timestamp", "time", "ts", "Timestamp"});
    if (member == nullptr) {
        return;
    }
    if (const auto text = plain_string(member->value); text && parse_log_time(*text)) {
        found.time = *text;
        found.from_time = member;
    } else if (const auto moment = parse_epoch_time(member->value); moment) {
        found.time = to_iso8601(*moment);
    }
}

void recognize_message(Recognized& found, const std::vector<JsonMember>& members) {
    const JsonMember* member = find_member(members, {"message", "msg", "Body"});
    if (member != nullptr && member->value.starts_with('"')) {
        found.message = member->value;
        found.from_message = member;
    }
}

bool is_our_key(std::string_view key) {
    constexpr std::array<std::string_view, 9> k_keys{"time", "level",   "service", "stream", "pid",
                                                     "run",  "message", "partial", "base64"};
    return std::ranges::contains(k_keys, key);
}

}  // namespace

bool append_json_text(std::string& out, std::string_view text) {
    bool is_valid = true;
    out += '"';
    while (!text.empty()) {
        const std::size_t plain = plain_run(text);
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        const std::size_t foreign = non_ascii_run(text);
        if (const std::string_view run = text.substr(0, foreign); is_valid_utf8(run)) {
            out.append(run);
        } else {
            out.append(replace_invalid_utf8(run));
            is_valid = false;
        }
        text.remove_prefix(foreign);
        if (!text.empty() && !is_plain(text.front()) && static_cast<unsigned char>(text.front()) < 0x80) {
            append_escaped(out, text.front());
            text.remove_prefix(1);
        }
    }
    out += '"';
    return is_valid;
}

LineFormat::LineFormat(Format format, UtcOffset offset, std::string service)
    : format_(format), service_(std::move(service)), timestamps_(std::move(offset)) {
    set_run(0, 0);
}

void LineFormat::set_run(std::uint64_t run, std::uint32_t pid) {
    joint_ = {};
    std::string service = R"(,"service":)";
    append_json_string(service, service_);
    service += R"(,"stream":)";
    const std::string process =
        pid == 0 ? std::string() : R"(,"pid":)" + std::to_string(pid) + R"(,"run":)" + std::to_string(run);
    for (std::size_t i = 0; i < json_tails_.size(); ++i) {
        append_json_string(json_tails_[i] = service, k_json_streams[i]);
        json_tails_[i] += process + R"(,"message":)";
    }
    append_json_string(json_note_tail_ = service, k_json_note_stream);
    json_note_tail_ += R"(,"message":)";
}

bool LineFormat::append(std::string& out, const Piece& piece, bool is_first, Source source, WallTime moment) {
    switch (format_) {
        case Format::raw:
            out.append(piece.text);
            out.append(piece.newline ? "\n" : "");
            return true;
        case Format::text:
            append_text(out, piece, source, moment);
            return true;
        case Format::json:
            return append_json(out, piece, is_first, source, moment);
    }
    return true;
}

void LineFormat::append_text(std::string& out, const Piece& piece, Source source, WallTime moment) {
    append_text_head(out, source, piece.ended, moment);
    out.append(piece.text).append("\n");
}

void LineFormat::append_text_head(std::string& out, Source source, bool ended, WallTime moment) {
    out.append(timestamps_.text(moment, style_)).append(" ").append(k_text_tags[static_cast<std::size_t>(source)]);
    out.append(ended ? 0 : 1, k_text_part_mark).append(" ");
}

void LineFormat::append_head(std::string& out, std::string_view time, std::string_view level) {
    out.append(R"({"time":")").append(time).append(R"(","level":")").append(level).append(R"(")");
}

bool LineFormat::append_json(std::string& out, const Piece& piece, bool is_first, Source source, WallTime moment) {
    const std::string_view line = trimmed(piece.text);
    if (is_first && piece.ended && line.starts_with('{') && line.ends_with('}') &&
        append_merged(out, line, source, moment)) {
        return true;
    }
    const auto index = static_cast<std::size_t>(source);
    append_head(out, timestamps_.text(moment, style_), name_of(k_default_levels[index]));
    out.append(json_tails_[index]);
    const std::string_view text = piece.newline ? without_cr(piece.text) : piece.text;
    const bool is_valid = append_json_text(out, text);
    if (!is_valid) {
        out.append(R"(,"base64":")").append(to_base64(text)).append("\"");
    }
    out.append(piece.ended ? "}\n" : ",\"partial\":true}\n");
    return is_valid;
}

bool LineFormat::append_merged(std::string& out, std::string_view line, Source source, WallTime moment) {
    if (!split_json_object(line, members_)) {
        return false;
    }
    Recognized found;
    recognize_level(found, members_);
    recognize_time(found, members_);
    recognize_message(found, members_);
    const auto index = static_cast<std::size_t>(source);
    append_head(out, found.time.empty() ? timestamps_.text(moment, style_) : std::string_view(found.time),
                name_of(found.level.value_or(k_default_levels[index])));
    out.append(json_tails_[index]).append(found.message);
    for (const JsonMember& member : members_) {
        if (&member == found.from_level || &member == found.from_time || &member == found.from_message) {
            continue;
        }
        out.append(is_our_key(member.key) ? R"(,"child.)" : R"(,")");
        out.append(member.key).append(R"(":)").append(member.value);
    }
    out.append("}\n");
    return true;
}

void LineFormat::append_note(std::string& out, std::string_view text, WallTime moment) {
    if (format_ == Format::json) {
        append_head(out, timestamps_.text(moment, style_), name_of(Level::warn));
        append_json_text(out.append(json_note_tail_), text);
        out += "}\n";
        return;
    }
    if (format_ == Format::text) {
        out.append(timestamps_.text(moment, style_)).append(" ").append(k_text_note_tag).append(" ");
    } else {
        out.append("svcwrap: ");
    }
    out.append(text).append("\n");
}

}  // namespace svcwrap::logs
