#include "app/config_source.hpp"

#include <utility>

#include "app/image_path.hpp"
#include "app/service_view.hpp"
#include "base/path.hpp"
#include "config/service_config.hpp"

namespace svcwrap::app {

Result<std::string> config_file_of(const AppParts& parts, const std::string& name) {
    if (const Status good = config::check_service_name(name); !good) return std::unexpected(good.error());
    const auto registration = find_registration(parts, name);
    if (registration) return registration->image.config_file;
    const auto folder = folder_of(parts, name);
    if (!folder) return std::unexpected(folder.error());
    std::string file = join_path(*folder, name + ".toml");
    if (platform::exists(parts.files, file)) return file;
    if (registration.error().kind == ErrorKind::not_found && !registration.error().os_code) {
        return std::unexpected(registration.error());  // a foreign service says more than a missing file
    }
    return fail(ErrorKind::not_found, "there is no service named " + name + " and no file " + file,
                "svcwrap status lists the services; a configuration elsewhere is named by its path.");
}

std::expected<void, Failure> require_good_config(const AppParts& parts, const std::string& name) {
    const auto registration = find_registration(parts, name);
    if (!registration) return std::unexpected(registration.error());
    auto config = config::load_config(parts.files, registration->image.config_file);
    if (config || config.error().front().kind != ErrorKind::bad_config) return {};
    return std::unexpected(Failure(std::move(config.error())));
}

std::string absolute_path(const AppParts& parts, const std::string& path) {
    return normalize_path(join_path(parts.system.current_folder(), path));
}

Result<std::string> resolve_config_target(const AppParts& parts, const std::string& target) {
    const bool looks_like_path = target.find_first_of("/\\") != std::string::npos || file_extension(target) == ".toml";
    std::string path = absolute_path(parts, target);
    const auto entry = parts.files.stat(path);
    if (looks_like_path && entry && entry->type == platform::FileType::directory)
        return fail(ErrorKind::usage, path + " is a folder", "Name the configuration file in it.");
    if (looks_like_path || (entry && entry->type == platform::FileType::file)) return path;
    return config_file_of(parts, target);
}

}  // namespace svcwrap::app
