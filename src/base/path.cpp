#include "base/path.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/decimal.hpp"
#include "base/utf8.hpp"

namespace svcwrap {
namespace {

bool is_separator(char c, PathStyle style) {
    return c == '/' || (style == PathStyle::windows && c == '\\');
}

char separator_of(PathStyle style) {
    return style == PathStyle::windows ? '\\' : '/';
}

// \\?\ and \??\ switch off all parsing: such a path is taken literally.
bool is_verbatim(std::string_view path) {
    return path.starts_with(R"(\\?\)") || path.starts_with(R"(\??\)");
}

std::size_t find_separator(std::string_view path, std::size_t from, PathStyle style) {
    while (from < path.size() && !is_separator(path[from], style)) ++from;
    return from;
}

bool has_drive(std::string_view path) {
    return path.size() >= 2 && is_letter(path[0]) && path[1] == ':';
}

// The length of "\\server\share\" where the server begins at `from`.
std::size_t unc_length(std::string_view path, std::size_t from) {
    const auto server = find_separator(path, from, PathStyle::windows);
    const auto share = find_separator(path, std::min(server + 1, path.size()), PathStyle::windows);
    return std::min(share + 1, path.size());
}

std::size_t drive_length(std::string_view path, std::size_t from) {
    const auto rest = path.substr(from);
    if (!has_drive(rest)) return from;
    return from + (rest.size() > 2 && is_separator(rest[2], PathStyle::windows) ? 3 : 2);
}

std::size_t windows_root_length(std::string_view path) {
    if (is_verbatim(path)) {
        if (equals_ignoring_case(path.substr(0, 8), R"(\\?\UNC\)")) return unc_length(path, 8);
        return drive_length(path, 4);
    }
    const bool one = !path.empty() && is_separator(path[0], PathStyle::windows);
    if (one && path.size() > 2 && is_separator(path[1], PathStyle::windows)) return unc_length(path, 2);
    return one ? 1 : drive_length(path, 0);
}

// The front of the path that no ".." can leave: "C:\", "\\server\share\", "/", "C:", "".
std::size_t root_length(std::string_view path, PathStyle style) {
    if (style == PathStyle::windows) return windows_root_length(path);
    return path.starts_with('/') ? 1 : 0;
}

std::string_view strip_final_separators(std::string_view path, PathStyle style) {
    const auto root = root_length(path, style);
    while (path.size() > root && is_separator(path.back(), style)) path.remove_suffix(1);
    return path;
}

// Where the last component begins.
std::size_t name_begin(std::string_view path, PathStyle style) {
    const auto root = root_length(path, style);
    auto begin = path.size();
    while (begin > root && !is_separator(path[begin - 1], style)) --begin;
    return begin;
}

// Where the extension begins; the end if there is none. A leading dot begins no extension.
std::size_t extension_begin(std::string_view name) {
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || name == "..") return name.size();
    return dot;
}

std::string native_root(std::string_view root, PathStyle style) {
    std::string out(root);
    if (style == PathStyle::windows) std::ranges::replace(out, '/', '\\');
    return out;
}

std::vector<std::string_view> components(std::string_view path, bool rooted, PathStyle style) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin < path.size();) {
        const auto end = find_separator(path, begin, style);
        const auto part = path.substr(begin, end - begin);
        begin = end + 1;
        if (part.empty() || part == ".") continue;
        if (part != "..") {
            parts.push_back(part);
        } else if (!parts.empty() && parts.back() != "..") {
            parts.pop_back();
        } else if (!rooted) {
            parts.push_back(part);
        }
    }
    return parts;
}

// ".\C:\x" without its point would be on another drive, "\.\??\x" would be a device.
bool looks_like_root(std::string_view root, std::string_view first) {
    return root.empty() ? has_drive(first) : first == "??";
}

}  // namespace

bool is_absolute_path(std::string_view path, PathStyle style) {
    if (style == PathStyle::posix) return path.starts_with('/');
    if (has_drive(path)) return path.size() > 2 && is_separator(path[2], style);
    const auto both = path.size() > 2 && is_separator(path[0], style) && is_separator(path[1], style);
    return both ? !is_separator(path[2], style) : path.starts_with(R"(\??\)");
}

std::string join_path(std::string_view base, std::string_view path, PathStyle style) {
    if (base.empty() || is_absolute_path(path, style)) return std::string(path);
    if (path.empty()) return std::string(base);
    if (is_separator(path[0], style)) {
        const auto root = base.substr(0, root_length(base, style));
        return std::string(strip_final_separators(root, style))
            .substr(0, root.find_last_not_of("\\/") + 1)
            .append(path);
    }
    std::string out(base);
    if (!is_separator(out.back(), style)) out += separator_of(style);
    return out.append(path);
}

std::string parent_path(std::string_view path, PathStyle style) {
    path = strip_final_separators(path, style);
    const auto root = root_length(path, style);
    if (path.size() == root) return {};
    return std::string(strip_final_separators(path.substr(0, name_begin(path, style)), style));
}

std::string file_name(std::string_view path, PathStyle style) {
    path = strip_final_separators(path, style);
    return std::string(path.substr(name_begin(path, style)));
}

std::string file_stem(std::string_view path, PathStyle style) {
    auto name = file_name(path, style);
    name.resize(extension_begin(name));
    return name;
}

std::string file_extension(std::string_view path, PathStyle style) {
    const auto name = file_name(path, style);
    return to_lower_ascii(std::string_view(name).substr(extension_begin(name)));
}

std::string normalize_path(std::string_view path, PathStyle style) {
    if (style == PathStyle::windows && is_verbatim(path)) return std::string(path);
    const auto root = root_length(path, style);
    auto out = native_root(path.substr(0, root), style);
    const bool rooted = root != 0 && (is_separator(path[root - 1], style) || root > 2);
    const auto parts = components(path.substr(root), rooted, style);
    // What stands behind a "." is a name and nothing else, whatever it looks like in front of a path.
    if (style == PathStyle::windows && root <= 1 && !parts.empty() && looks_like_root(out, parts.front())) {
        out.append(R"(.\)");
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i != 0) out += separator_of(style);
        out.append(parts[i]);
    }
    return out.empty() ? "." : out;
}

}  // namespace svcwrap
