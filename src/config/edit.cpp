#include "config/edit.hpp"

#include <algorithm>

#include "config/difference.hpp"
#include "config/service_config.hpp"

namespace svcwrap::config {
namespace {

constexpr std::string_view k_header = "[service]";
constexpr std::string_view k_blank = " \t";

std::string_view trimmed(std::string_view line) {
    const auto begin = line.find_first_not_of(k_blank);
    return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
}

bool sets(std::string_view line, std::string_view key) {
    const auto text = trimmed(line);
    return text.starts_with(key) && trimmed(text.substr(key.size())).starts_with('=');
}

// Behind the value that begins there: its closing quote, or the next blank or comment.
std::size_t end_of_value(std::string_view line, std::size_t begin) {
    const char quote = begin < line.size() ? line[begin] : '\0';
    if (quote != '"' && quote != '\'') return std::min(line.find_first_of(" \t\r\n#", begin), line.size());
    auto end = line.find(quote, begin + 1);
    while (quote == '"' && end != std::string_view::npos && line[end - 1] == '\\') end = line.find(quote, end + 1);
    return end == std::string_view::npos ? line.size() : end + 1;
}

std::string replaced(std::string_view line, std::string_view value) {
    const auto equals = line.find('=');
    const auto begin = std::min(line.find_first_not_of(k_blank, equals + 1), line.size());
    return std::string(line.substr(0, equals)) + "= " + std::string(value) +
           std::string(line.substr(end_of_value(line, begin)));
}

// Nothing, if there is no table of that name.
std::string edited(std::string_view text, std::string_view key, std::string_view value) {
    std::string out;
    std::size_t table = std::string::npos;  // where the table begins in `out`
    bool is_inside = false;
    while (!text.empty()) {
        const auto length = std::min(text.find('\n'), text.size() - 1) + 1;
        const auto line = text.substr(0, length);
        text.remove_prefix(length);
        if (trimmed(line).starts_with('[')) is_inside = trimmed(line).starts_with(k_header);
        if (is_inside && sets(line, key)) return out + replaced(line, value) + std::string(text);
        out += line;
        if (is_inside && table == std::string::npos) table = out.size();
    }
    if (table == std::string::npos) return {};
    const std::string_view line_end = out.substr(0, table).ends_with("\r\n") ? "\r\n" : "\n";
    const std::string gap(out.substr(0, table).ends_with('\n') ? "" : line_end);
    return out.insert(table, gap + std::string(key) + " = " + std::string(value) + std::string(line_end));
}

bool changes_only(const ServiceConfig& before, const ServiceConfig& after, std::string_view key) {
    const auto changes = difference(before, after);
    return std::ranges::all_of(changes, [&](const ChangedSetting& change) { return change.setting->key == key; });
}

bool holds(const ServiceConfig& config, std::string_view key, std::string_view value) {
    const auto all = effective_settings(config);
    const auto same = [&](const EffectiveSetting& one) { return one.setting->key == key && one.value == value; };
    return std::ranges::any_of(all, same);
}

}  // namespace

Result<std::string> set_service_setting(const std::string& text, std::string_view key, std::string_view value,
                                        const std::string& file) {
    const auto before = parse_config(text, file);
    if (!before) return std::unexpected(before.error().front());
    const std::string full_key = "service." + std::string(key);
    if (holds(*before, full_key, value)) return text;
    auto after_text = edited(text, key, value);
    const auto after = parse_config(after_text, file);
    if (after && changes_only(*before, *after, full_key) && holds(*after, full_key, value)) return after_text;
    return fail(ErrorKind::bad_config,
                "cannot set " + full_key + " in " + file + ": it is not written in the plain form",
                "Write it into the file yourself: " + full_key + " = " + std::string(value));
}

}  // namespace svcwrap::config
