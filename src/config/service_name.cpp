#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "base/utf8.hpp"
#include "config/service_config.hpp"

namespace svcwrap::config {
namespace {

// CreateService takes 256 characters; the files and the folder of a service are named after it, and a component of a
// path has at most 255 of them (NTFS), ending included.
constexpr std::size_t k_longest_name = 250;

// "Naming Files, Paths, and Namespaces": reserved with any extension. The digits may be superscripts too.
bool is_device_name(std::string_view name) {
    auto stem = name.substr(0, name.find('.'));
    stem = stem.substr(0, stem.find_last_not_of(' ') + 1);
    constexpr std::array<std::string_view, 6> devices{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"};
    if (std::ranges::any_of(devices, [&](std::string_view device) { return equals_ignoring_case(stem, device); }))
        return true;
    constexpr std::array<std::string_view, 12> numbers{"1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"};
    const auto port = stem.substr(0, 3);
    const bool is_port = equals_ignoring_case(port, "COM") || equals_ignoring_case(port, "LPT");
    return is_port && std::ranges::contains(numbers, stem.substr(3));
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// Why the name cannot be a service's; empty if it can.
std::string_view objection(std::string_view name) {
    if (name.empty()) return "is empty";
    if (!is_valid_utf8(name)) return "is not UTF-8";
    if (to_utf16(name).size() > k_longest_name) return "is longer than 250 characters";
    if (std::ranges::any_of(name, is_control)) return "holds a control character";
    if (name.find_first_of("/\\") != std::string_view::npos) return "holds a slash or backslash";
    if (name.find_first_of("<>:\"|?*") != std::string_view::npos) return "holds one of < > : \" | ? *";
    if (name.ends_with('.') || name.ends_with(' ')) return "ends with a point or a space";
    if (name.starts_with(' ')) return "begins with a space";
    if (is_device_name(name)) return "is a reserved device name";
    return {};
}

}  // namespace

Status check_service_name(std::string_view name) {
    const auto why = objection(name);
    if (why.empty()) return {};
    return fail(ErrorKind::usage, "the service name \"" + replace_invalid_utf8(name) + "\" " + std::string(why),
                "choose 1 to 250 characters that can be a folder's name, for example \"MyApp\"");
}

}  // namespace svcwrap::config
