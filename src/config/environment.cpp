#include "config/environment.hpp"

#include <algorithm>
#include <cstddef>

#include "base/utf8.hpp"
#include "config/service_config.hpp"

namespace svcwrap::config {
namespace {

constexpr ByteSize k_largest_file = 1_MiB;
constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

std::string_view trim(std::string_view text) {
    const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

auto find_variable(auto& variables, std::string_view name) {
    return std::ranges::find_if(variables, [&](const auto& entry) { return equals_ignoring_case(entry.first, name); });
}

std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// Why the line cannot be read; empty if it can.
std::string_view objection(std::string_view line) {
    if (!is_valid_utf8(line) || line.contains('\0')) return "the line is not UTF-8 text";
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return "the line has no =";
    return trim(line.substr(0, equals)).empty() ? "the name before the = is missing" : "";
}

void merge(platform::Environment& into, const platform::Environment& from) {
    for (const auto& [name, value] : from) set_variable(into, name, value);
}

Result<platform::Environment> read_environment_file(const std::string& file, platform::FileSystem& files) {
    const auto text = files.read_text(file, k_largest_file);
    if (!text) return std::unexpected(with_context(text.error(), "read process.environment_file"));
    return parse_environment_file(*text, file);
}

}  // namespace

std::string expand_variables(std::string_view text, const platform::Environment& variables) {
    std::string out;
    while (!text.empty()) {
        const auto percent = std::min(text.find('%'), text.size());
        out.append(text.substr(0, percent));
        text.remove_prefix(percent);
        if (text.empty()) break;
        const auto end = text.find('%', 1);
        const auto name = end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
        const auto at = find_variable(variables, name);
        const bool known = !name.empty() && at != variables.end();
        if (known) out.append(at->second);
        if (!known) out += '%';
        // "%%" is taken whole; of an unknown %NAME% only the first sign, for the second may begin another.
        text.remove_prefix(known || end == 1 ? end + 1 : 1);
    }
    return out;
}

void set_variable(platform::Environment& variables, std::string_view name, std::string_view value) {
    const auto at = find_variable(variables, name);
    if (at == variables.end()) {
        variables.emplace_back(name, value);
    } else {
        at->second = value;
    }
}

Result<platform::Environment> parse_environment_file(std::string_view text, std::string_view file) {
    platform::Environment variables;
    if (text.starts_with(k_byte_order_mark)) text.remove_prefix(k_byte_order_mark.size());
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = take_line(text);
        if (trim(line).empty() || trim(line).starts_with('#')) continue;
        if (const auto why = objection(line); !why.empty()) {
            auto error = fail(ErrorKind::bad_config, "the environment file cannot be read: " + std::string(why),
                              "write KEY=value lines in UTF-8; # begins a comment line");
            error.error().where = std::string(file) + ':' + std::to_string(number);
            return error;
        }
        const auto equals = line.find('=');
        set_variable(variables, trim(line.substr(0, equals)), line.substr(equals + 1));
    }
    return variables;
}

Result<platform::Environment> make_environment(const ServiceConfig& config, const platform::Environment& own,
                                               platform::FileSystem& files) {
    platform::Environment variables;
    if (config.process.inherit_environment) merge(variables, own);
    if (!config.process.environment_file.empty()) {
        const auto from_file = read_environment_file(config.process.environment_file, files);
        if (!from_file) return from_file;
        merge(variables, *from_file);
    }
    for (const auto& [name, value] : config.process.environment) {
        set_variable(variables, name, expand_variables(value, variables));
    }
    set_variable(variables, "SVCWRAP_NAME", config.service.name);
    set_variable(variables, "SVCWRAP_CONFIG", config.file);
    return variables;
}

}  // namespace svcwrap::config
