#include "config/resolve_path.hpp"

#include <algorithm>

namespace svcwrap::config {
namespace {

std::string_view separators(PathStyle style) {
    return style == PathStyle::windows ? "\\/" : "/";
}

bool depends_on_drive(std::string_view path, PathStyle style) {
    if (style == PathStyle::posix || is_absolute_path(path, style)) return false;
    const bool drive = path.size() >= 2 && path[1] == ':';
    return drive || separators(style).contains(path.front());
}

bool is_bare(std::string_view path, PathStyle style) {
    return !path.empty() && path.find_first_of(separators(style)) == std::string_view::npos;
}

std::string quoted(std::string_view path) {
    return "\"" + std::string(path) + "\"";
}

// What no path of this style can hold, and most likely was not meant: "C:\new" in double quotes has a line end in it.
Status check_characters(std::string_view path, PathStyle style) {
    if (path.contains('"')) {
        return fail(ErrorKind::usage, "the path " + std::string(path) + " holds a quotation mark, which no path can",
                    "write the path without quotation marks around it");
    }
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    if (style == PathStyle::windows && std::ranges::any_of(path, is_control)) {
        return fail(ErrorKind::usage, "the path holds a control character, which no path can",
                    R"(in double quotes \n, \t and the like are such characters: write the path in single quotes, )"
                    R"('C:\new\app.exe', or double each backslash)");
    }
    return {};
}

}  // namespace

Result<std::string> resolve_path(std::string_view path, std::string_view folder, PathStyle style) {
    if (path.empty()) return fail(ErrorKind::usage, "the path is empty", "write a path");
    if (const Status good = check_characters(path, style); !good) return std::unexpected(good.error());
    if (depends_on_drive(path, style)) {
        return fail(ErrorKind::usage, quoted(path) + " depends on the current drive or folder",
                    "write the whole path, with its drive and root: 'C:\\...'");
    }
    return normalize_path(join_path(folder, path, style), style);
}

Result<std::string> resolve_program(std::string_view path, std::string_view folder, PathStyle style) {
    if (const Status good = check_characters(path, style); !good) return std::unexpected(good.error());
    if (is_bare(path, style)) {
        return fail(ErrorKind::usage, quoted(path) + " is a name without a folder, and PATH is not searched",
                    "write the whole path, or one relative to this file's folder: './" + std::string(path) + "'");
    }
    return resolve_path(path, folder, style);
}

Result<std::string> resolve_command(std::string_view path, std::string_view folder, PathStyle style) {
    const bool drive = path.contains(':') && style == PathStyle::windows;
    if (is_bare(path, style) && !drive && check_characters(path, style)) return std::string(path);
    return resolve_path(path, folder, style);
}

}  // namespace svcwrap::config
