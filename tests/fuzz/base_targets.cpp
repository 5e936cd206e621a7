#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/argv.hpp"
#include "base/byte_size.hpp"
#include "base/json.hpp"
#include "base/local_time.hpp"
#include "base/path.hpp"
#include "base/printable.hpp"
#include "base/time.hpp"
#include "base/utf8.hpp"
#include "fuzz/demand.hpp"
#include "fuzz/targets.hpp"

namespace svcwrap::fuzz {

namespace {

void check_duration(std::string_view text) {
    if (const auto duration = parse_duration(text)) {
        demand(*duration >= Duration::zero() && parse_duration(to_text(*duration)) == *duration);
        demand(!to_human(*duration).empty());
    }
}

void check_size(std::string_view text) {
    if (const auto bytes = parse_byte_size(text)) {
        demand(parse_byte_size(to_text(*bytes)) == *bytes);
        demand(!to_human(*bytes).empty());
    }
}

void check_times(std::string_view text) {
    if (const auto time = parse_time_of_day(text)) {
        demand(time_of_day_text(*time) == text);
    }
    if (const auto moment = parse_iso8601(text)) {
        demand(parse_iso8601(to_iso8601(*moment)) == *moment);
    }
}

void check_path(std::string_view path, PathStyle style) {
    const std::string normal = normalize_path(path, style);
    demand(normalize_path(normal, style) == normal);
    demand(is_absolute_path(normal, style) == is_absolute_path(path, style));
    demand(is_absolute_path(path, style) || join_path("", path, style).ends_with(path));
    demand(file_name(path, style).size() >= file_stem(path, style).size());
    demand(parent_path(path, style).size() <= path.size());
}

}  // namespace

void parse_json(const std::uint8_t* data, std::size_t size) {
    const auto json = svcwrap::parse_json(text_of(data, size));
    if (!json) {
        demand(json.error().kind == ErrorKind::io_failed);
        return;
    }
    const std::string text = to_json_text(*json);
    const auto again = svcwrap::parse_json(text);
    demand(again && to_json_text(*again) == text);
    const auto pretty = svcwrap::parse_json(to_pretty_json_text(*json));
    demand(pretty && to_json_text(*pretty) == text);
}

void split_arguments(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    std::vector<std::string> arguments;
    for (std::string_view rest = text; !rest.empty();) {
        arguments.emplace_back(take_part(rest));
    }
    std::vector<std::string> expected = arguments;
    expected.insert(expected.begin(), "C:\\the program.exe");
    demand(split_command_line(join_command_line("C:\\the program.exe", arguments)) == expected);
    std::vector<std::string> any = split_command_line(text);
    if (any.empty() || any.front().contains('"')) {
        return;
    }
    const std::string program = any.front();
    demand(split_command_line(join_command_line(program, std::span(any).subspan(1))) == any);
}

void parse_quantities(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    check_duration(text);
    check_size(text);
    check_times(text);
}

void clean_text(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    for (const PathStyle style : {PathStyle::windows, PathStyle::posix}) {
        check_path(text, style);
    }
    const std::string valid = replace_invalid_utf8(text);
    demand(is_valid_utf8(valid) && is_valid_utf8(text) == (valid == text));
    demand(from_utf16(to_utf16(text)) == valid && count_code_points(valid) <= valid.size());
    const std::string shown = printable(text);
    demand(is_valid_utf8(shown) && printable(shown) == shown);
    demand(std::ranges::none_of(shown, [](char c) { return c == '\n' || c == '\x1B' || c == '\x7F'; }));
}

}  // namespace svcwrap::fuzz
