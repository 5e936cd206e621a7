#pragma once
// Which configuration file a name means.
#include <expected>
#include <string>

#include "app/parts.hpp"

namespace svcwrap::app {

// The configuration file of the service of that name: the registered one, or, if it is not installed, the one in its
// folder. Errors: not_found; usage for a name that can't be a service's.
[[nodiscard]] Result<std::string> config_file_of(const AppParts& parts, const std::string& name);

// The file that the user means by a file's path or a service's name. What looks like a path, or is a file, is one.
[[nodiscard]] Result<std::string> resolve_config_target(const AppParts& parts, const std::string& target);

// Whether the configuration of an installed service can be used; every mistake in it if not (bad_config). A file that
// is not there or may not be read here is no mistake: the service may see more.
[[nodiscard]] std::expected<void, Failure> require_good_config(const AppParts& parts, const std::string& name);

// `path` made absolute from the current folder.
[[nodiscard]] std::string absolute_path(const AppParts& parts, const std::string& path);

}  // namespace svcwrap::app
