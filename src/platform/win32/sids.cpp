#include "platform/win32/sids.hpp"

#include <sddl.h>

#include <array>
#include <cstddef>
#include <vector>

namespace svcwrap::platform::win32 {

namespace {

// lmcons.h, UNLEN is 256; DNLEN is less.
using NameBuffer = std::array<wchar_t, 512>;

}  // namespace

Result<std::string> sid_to_text(PSID sid) {
    wchar_t* text = nullptr;
    if (ConvertSidToStringSidW(sid, &text) == 0) {
        return fail_with(ErrorKind::internal, "cannot write a SID as text", GetLastError());
    }
    const LocalMemory owner(text);
    return from_wide(text);
}

Result<LocalMemory> sid_from_text(const std::string& text) {
    PSID sid = nullptr;
    if (ConvertStringSidToSidW(to_wide(text).c_str(), &sid) == 0) {
        return fail_with(ErrorKind::internal, "cannot use the SID " + text, GetLastError());
    }
    return LocalMemory(sid);
}

Result<std::string> own_user_sid() {
    KernelHandle token;
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.receive()) == 0) {
        return fail_with(ErrorKind::internal, "cannot open the token of this process", GetLastError());
    }
    alignas(TOKEN_USER) std::array<std::byte, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> buffer{};
    DWORD size = 0;
    if (GetTokenInformation(token.get(), TokenUser, buffer.data(), static_cast<DWORD>(buffer.size()), &size) == 0) {
        return fail_with(ErrorKind::internal, "cannot read the user of this process", GetLastError());
    }
    return sid_to_text(reinterpret_cast<const TOKEN_USER*>(buffer.data())->User.Sid);
}

Result<NamedAccount> look_up_name(const std::string& name) {
    alignas(SID) std::array<std::byte, SECURITY_MAX_SID_SIZE> sid{};
    auto sid_size = static_cast<DWORD>(sid.size());
    NameBuffer domain{};
    auto domain_size = static_cast<DWORD>(domain.size());
    SID_NAME_USE use = SidTypeUnknown;
    if (LookupAccountNameW(nullptr, to_wide(name).c_str(), sid.data(), &sid_size, domain.data(), &domain_size, &use) ==
        0) {
        return fail_with(ErrorKind::not_found, "cannot find the account " + name, GetLastError());
    }
    return sid_to_text(sid.data()).and_then(look_up_sid).or_else([&](const Error&) -> Result<NamedAccount> {
        return sid_to_text(sid.data()).transform([&](std::string text) {
            return NamedAccount{.domain = from_wide(domain.data()), .name = name, .sid = std::move(text), .use = use};
        });
    });
}

Result<NamedAccount> look_up_sid(const std::string& sid) {
    const auto bytes = sid_from_text(sid);
    if (!bytes) {
        return std::unexpected(bytes.error());
    }
    NameBuffer name{};
    auto name_size = static_cast<DWORD>(name.size());
    NameBuffer domain{};
    auto domain_size = static_cast<DWORD>(domain.size());
    SID_NAME_USE use = SidTypeUnknown;
    if (LookupAccountSidW(nullptr, bytes->get(), name.data(), &name_size, domain.data(), &domain_size, &use) == 0) {
        return fail_with(ErrorKind::not_found, "cannot find the account with the SID " + sid, GetLastError());
    }
    return NamedAccount{.domain = from_wide(domain.data()), .name = from_wide(name.data()), .sid = sid, .use = use};
}

}  // namespace svcwrap::platform::win32
