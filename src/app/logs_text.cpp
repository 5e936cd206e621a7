#include "app/logs_text.hpp"

#include <algorithm>
#include <array>
#include <format>

#include "base/utf8.hpp"
#include "logs/line_format.hpp"

namespace svcwrap::app {

using logs::LogRecord;

namespace {

// What a line of the format json has of ours; the rest is the program's.
constexpr std::array<std::string_view, 9> k_own_members{"time", "level",   "service", "stream", "pid",
                                                        "run",  "message", "partial", "base64"};

bool is_json_record(const LogLine& line) {
    return line.part->format == logs::Format::json && line.record.time.has_value();
}

// "user=42 path=/a": what a structured line says beside its message.
std::string rest_of(const std::string& line) {
    const auto json = parse_json(line);
    const auto* members = json ? std::get_if<JsonObject>(&json->value()) : nullptr;
    std::string text;
    if (members == nullptr) return text;
    for (const auto& [key, value] : *members) {
        if (std::ranges::contains(k_own_members, key)) continue;
        const std::string word = value.as_string();
        const bool is_plain = !word.empty() && word.find_first_of(" \"=\n\t") == std::string::npos;
        text += (text.empty() ? "" : " ") + key + "=" + (is_plain ? word : to_json_text(value));
    }
    return text;
}

std::string text_of_json(const LogRecord& record) {
    const std::string_view level = record.level ? name_of(*record.level) : "";
    std::string text = std::format("{} {:<5} {}", to_iso8601(*record.time), level, record.message);
    if (const std::string rest = rest_of(record.line); !rest.empty()) {
        text += (record.message.empty() ? "" : "  ") + rest;
    }
    return text + "\n";
}

std::string without_return(std::string text) {
    if (text.ends_with('\r')) text.pop_back();
    return text;
}

bool begins_c1(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]) == 0xC2 && i + 1 < text.size() &&
           static_cast<unsigned char>(text[i + 1]) < 0xA0;
}

}  // namespace

std::string text_of(const LogLine& line) {
    if (is_json_record(line)) return text_of_json(line.record);
    return line.record.line + "\n";
}

std::string json_of(const LogLine& line, const std::string& service) {
    const LogRecord& record = line.record;
    if (is_json_record(line)) return record.line + "\n";
    const std::string message = without_return(record.message);
    JsonObject object{{"time", record.time ? Json(to_iso8601(*record.time)) : Json()},
                      {"level", record.level ? Json(name_of(*record.level)) : Json()},
                      {"service", service},
                      {"stream", record.stream.empty() ? line.part->stream : record.stream},
                      {"pid", nullptr},
                      {"run", nullptr},
                      {"message", message}};
    if (record.is_part) object.emplace_back("partial", true);
    if (!is_valid_utf8(message)) object.emplace_back("base64", logs::to_base64(message));
    return to_json_text(object) + "\n";
}

std::string for_terminal(std::string_view text) {
    const std::string whole = is_valid_utf8(text) ? std::string() : replace_invalid_utf8(text);
    if (!whole.empty()) text = whole;
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        if (begins_c1(text, i)) {
            out += std::format("\\x{:02X}", static_cast<unsigned char>(text[++i]));
        } else if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) {
            out += std::format("\\x{:02X}", byte);
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace svcwrap::app
