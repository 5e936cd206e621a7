#pragma once
// File paths as UTF-8 text. Windows' rules can be used on any system, so that they can be tested anywhere.
#include <string>
#include <string_view>

namespace svcwrap {

enum class PathStyle { windows, posix };
#ifdef _WIN32
inline constexpr PathStyle k_native_path_style = PathStyle::windows;
#else
inline constexpr PathStyle k_native_path_style = PathStyle::posix;
#endif

// Windows: a drive with a root (C:\x, C:/x), a UNC path or \\?\. "C:x" and "\x" are not absolute: they depend on the
// process's current drive or folder.
[[nodiscard]] bool is_absolute_path(std::string_view path, PathStyle style = k_native_path_style);
// `path` if it is absolute, else base joined with it.
[[nodiscard]] std::string join_path(std::string_view base, std::string_view path,
                                    PathStyle style = k_native_path_style);
// The folder part without its final separator ("C:\" keeps it); empty if there is none.
[[nodiscard]] std::string parent_path(std::string_view path, PathStyle style = k_native_path_style);
// The last component.
[[nodiscard]] std::string file_name(std::string_view path, PathStyle style = k_native_path_style);
// The last component without its last extension / the extension with its dot, in lower case.
[[nodiscard]] std::string file_stem(std::string_view path, PathStyle style = k_native_path_style);
[[nodiscard]] std::string file_extension(std::string_view path, PathStyle style = k_native_path_style);
// "." and ".." resolved by text and separators made native; does not touch the disk.
[[nodiscard]] std::string normalize_path(std::string_view path, PathStyle style = k_native_path_style);

}  // namespace svcwrap
