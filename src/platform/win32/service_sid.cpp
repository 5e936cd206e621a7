#include "platform/win32/service_sid.hpp"

#include <format>
#include <span>

#include "platform/win32/bcrypt.hpp"
#include "platform/win32/wide.hpp"

namespace svcwrap::platform::win32 {

namespace {

std::wstring upper_case(std::wstring text) {
    LCMapStringEx(LOCALE_NAME_INVARIANT, LCMAP_UPPERCASE, text.c_str(), static_cast<int>(text.size()), text.data(),
                  static_cast<int>(text.size()), nullptr, nullptr, 0);
    return text;
}

}  // namespace

Result<std::string> service_sid(std::string_view service_name) {
    const std::wstring name = upper_case(to_wide(service_name));
    const auto digest = sha1(std::as_bytes(std::span(name)));
    if (!digest) {
        return std::unexpected(digest.error());
    }
    return std::format("S-1-5-80-{}-{}-{}-{}-{}", (*digest)[0], (*digest)[1], (*digest)[2], (*digest)[3], (*digest)[4]);
}

}  // namespace svcwrap::platform::win32
