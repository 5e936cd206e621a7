#pragma once
#include <catch_amalgamated.hpp>
#include <string>

#include "base/path.hpp"
#include "config/service_config.hpp"

namespace svcwrap::config {

// Absolute paths of the system at hand.
inline const std::string k_root = k_native_path_style == PathStyle::windows ? "C:\\" : "/";
inline std::string native(std::string path) {
    const char separator = k_root.back();
    for (char& c : path) c = c == '/' ? separator : c;
    return k_root + path;
}
inline const std::string k_file = native("etc/app.toml");

// A configuration that is right, with `more` behind it.
inline std::string minimal(const std::string& more = {}) {
    return "[service]\nname = \"App\"\n[process]\nexecutable = 'bin/app.exe'\n" + more;
}

inline ServiceConfig parse_good(const std::string& text) {
    INFO(text);
    auto config = parse_config(text, k_file);
    if (!config) {
        for (const auto& error : config.error()) UNSCOPED_INFO(to_text(error));
    }
    REQUIRE(config);
    return *std::move(config);
}

inline std::vector<Error> parse_bad(const std::string& text) {
    INFO(text);
    auto config = parse_config(text, k_file);
    REQUIRE_FALSE(config);
    REQUIRE_FALSE(config.error().empty());
    return std::move(config.error());
}

}  // namespace svcwrap::config
