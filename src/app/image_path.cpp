#include "app/image_path.hpp"

#include <cstdint>
#include <vector>

#include "base/argv.hpp"
#include "base/utf8.hpp"

namespace svcwrap::app {

namespace {

constexpr std::uint32_t k_invalid_name = 123;  // winerror.h

}  // namespace

std::string make_image_path(const ServiceImage& image) {
    const std::vector<std::string> arguments{"service", "--name", image.name, "--config", image.config_file};
    return join_command_line(image.executable, arguments);
}

std::optional<ServiceImage> parse_image_path(std::string_view image_path) {
    const std::vector<std::string> parts = split_command_line(image_path);
    if (parts.size() != 6 || parts[1] != "service" || parts[2] != "--name" || parts[4] != "--config") {
        return std::nullopt;
    }
    return ServiceImage{.executable = parts[0], .name = parts[3], .config_file = parts[5]};
}

Result<Registration> find_registration(const AppParts& parts, const std::string& name) {
    auto configuration = parts.services.configuration(name);
    if (!configuration) {
        Error error = configuration.error();
        // ERROR_INVALID_NAME: no service can have that name, so there is none.
        const bool is_missing = error.kind == ErrorKind::not_found || error.os_code == k_invalid_name;
        if (!is_missing) return std::unexpected(std::move(error));
        return std::unexpected(Error{.kind = ErrorKind::not_found,
                                     .message = "there is no service named " + name,
                                     .os_code = error.os_code,
                                     .where = {},
                                     .remedy = "`svcwrap status` lists the services that svcwrap has installed"});
    }
    const auto image = parse_image_path(configuration->command_line);
    if (!image || !equals_ignoring_case(image->name, name)) {
        return fail(ErrorKind::not_found,
                    name + " is not a svcwrap service (it runs " + configuration->command_line + ")",
                    "Use sc.exe or services.msc for it; svcwrap touches only what it has installed.");
    }
    return Registration{.configuration = *std::move(configuration), .image = *image};
}

}  // namespace svcwrap::app
