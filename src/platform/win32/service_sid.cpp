#include "platform/win32/service_sid.hpp"

#include "platform/win32/wide.hpp"

#include <bcrypt.h>

#include <array>
#include <cstring>
#include <format>

namespace svcwrap::platform::win32 {

namespace {

std::wstring upper_case(std::wstring text) {
    LCMapStringEx(LOCALE_NAME_INVARIANT, LCMAP_UPPERCASE, text.c_str(), static_cast<int>(text.size()), text.data(),
                  static_cast<int>(text.size()), nullptr, nullptr, 0);
    return text;
}

}  // namespace

Result<std::string> service_sid(std::string_view service_name) {
    std::wstring name = upper_case(to_wide(service_name));
    std::array<std::uint32_t, 5> digest{};
    BCRYPT_ALG_HANDLE algorithm = nullptr;
    NTSTATUS status = BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA1_ALGORITHM, nullptr, 0);
    if (status >= 0) {
        status = BCryptHash(algorithm, nullptr, 0, reinterpret_cast<UCHAR*>(name.data()),
                            static_cast<ULONG>(name.size() * sizeof(wchar_t)), reinterpret_cast<UCHAR*>(digest.data()),
                            sizeof digest);
        BCryptCloseAlgorithmProvider(algorithm, 0);
    }
    if (status < 0) {
        return fail(ErrorKind::internal, std::format("cannot compute the SID of NT SERVICE\\{} (status 0x{:08X})",
                                                     service_name, static_cast<std::uint32_t>(status)));
    }
    return std::format("S-1-5-80-{}-{}-{}-{}-{}", digest[0], digest[1], digest[2], digest[3], digest[4]);
}

}  // namespace svcwrap::platform::win32
