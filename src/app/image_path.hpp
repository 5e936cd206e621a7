#pragma once
// The image path of an svcwrap service: what the SCM stores and starts, and how svcwrap knows its own.
#include <optional>
#include <string>
#include <string_view>

#include "app/parts.hpp"

namespace svcwrap::app {

struct ServiceImage {
    std::string executable;   // this svcwrap.exe
    std::string name;         // of the service
    std::string config_file;  // absolute
};

// "C:\path\svcwrap.exe" service --name NAME --config FILE, each part quoted where it must be; the program always is, so
// that a space in its path cannot make Windows start another one (CWE-428).
[[nodiscard]] std::string make_image_path(const ServiceImage& image);

// The parts of an image path, or nothing if it is not of that very form.
[[nodiscard]] std::optional<ServiceImage> parse_image_path(std::string_view image_path);

// An svcwrap service as it is registered. Errors: not_found if there is none of that name, or if the service of that
// name is not svcwrap's.
struct Registration {
    platform::ServiceConfiguration configuration;
    ServiceImage image;
};
[[nodiscard]] Result<Registration> find_registration(const AppParts& parts, const std::string& name);

}  // namespace svcwrap::app
