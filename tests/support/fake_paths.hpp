#pragma once
// How FakeFileSystem reads paths, and the errors that speak of them.
#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace svcwrap::testing {

[[nodiscard]] inline std::string normal(std::string path) {
    std::ranges::replace(path, '\\', '/');
    while (path.size() > 1 && path.ends_with('/')) {
        path.pop_back();
    }
    return path;
}

[[nodiscard]] inline std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

[[nodiscard]] inline std::string name_part(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

// "/" and "C:" are always there.
[[nodiscard]] inline bool is_root(const std::string& path) {
    return path.size() <= 1 || (path.size() == 2 && path[1] == ':');
}

[[nodiscard]] inline Error os_error(ErrorKind kind, std::string message, std::uint32_t code) {
    return {.kind = kind, .message = std::move(message), .os_code = code, .where = {}, .remedy = {}};
}

[[nodiscard]] inline Error missing_error(const std::string& path) {
    return os_error(ErrorKind::not_found, "open " + path + ": there is no such file or folder", 2);
}

[[nodiscard]] inline Error existing_error(const std::string& path) {
    return os_error(ErrorKind::already_exists, "create " + path + ": it exists already", 183);
}

}  // namespace svcwrap::testing
