#include "platform/win32/security.hpp"

#include <aclapi.h>
#include <sddl.h>

#include <algorithm>
#include <array>
#include <format>
#include <utility>
#include <vector>

#include "base/utf8.hpp"
#include "platform/security_descriptor.hpp"
#include "platform/win32/opened_entry.hpp"
#include "platform/win32/service_sid.hpp"

namespace svcwrap::platform::win32 {

namespace {

// winnt.h: GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE of files, and DELETE: what the security dialog calls
// "modify".
constexpr std::uint32_t k_modify = FILE_GENERIC_READ | FILE_GENERIC_WRITE | FILE_GENERIC_EXECUTE | DELETE;
constexpr std::uint32_t k_read = FILE_GENERIC_READ | FILE_GENERIC_EXECUTE;

struct alignas(SID) SidBuffer : std::array<std::byte, SECURITY_MAX_SID_SIZE> {};

Result<std::string> sid_text(PSID sid) {
    wchar_t* text = nullptr;
    if (ConvertSidToStringSidW(sid, &text) == 0) {
        return fail_with(ErrorKind::internal, "cannot write a SID as text", GetLastError());
    }
    const LocalMemory owner(text);
    return from_wide(text);
}

// The names that the SCM takes for its accounts, whatever the language of Windows; LookupAccountName knows some of
// them in the local language only (Microsoft: "Service User Accounts", "Well-known SIDs").
struct BuiltInAccount {
    std::string_view name;
    std::string_view sid;
};
constexpr std::array k_built_in_accounts{
    BuiltInAccount{"LocalSystem", "S-1-5-18"},
    BuiltInAccount{".\\LocalSystem", "S-1-5-18"},
    BuiltInAccount{"NT AUTHORITY\\LocalService", "S-1-5-19"},
    BuiltInAccount{"NT AUTHORITY\\NetworkService", "S-1-5-20"},
};

std::string lookup_name(const std::string& account) {
    for (const BuiltInAccount& built_in : k_built_in_accounts) {
        if (equals_ignoring_case(account, built_in.name)) {
            return std::string(built_in.sid);
        }
    }
    return account.starts_with(".\\") ? account.substr(2) : account;
}

Result<std::string> account_sid(const std::string& account) {
    const std::string name = lookup_name(account);
    if (name.starts_with("S-1-")) {
        return name;
    }
    if (constexpr std::string_view k_virtual = "NT SERVICE\\";
        name.size() > k_virtual.size() && equals_ignoring_case(name.substr(0, k_virtual.size()), k_virtual)) {
        return service_sid(name.substr(k_virtual.size()));
    }
    SidBuffer sid{};
    auto sid_size = static_cast<DWORD>(sid.size());
    std::array<wchar_t, 256> domain{};
    auto domain_size = static_cast<DWORD>(domain.size());
    SID_NAME_USE use{};
    if (LookupAccountNameW(nullptr, to_wide(name).c_str(), sid.data(), &sid_size, domain.data(), &domain_size, &use) ==
        0) {
        return fail_with(ErrorKind::not_found, "cannot find the account " + account, GetLastError());
    }
    return sid_text(sid.data());
}

bool is_well_known(PSID sid, WELL_KNOWN_SID_TYPE type) {
    return IsWellKnownSid(sid, type) != 0;
}

// NT SERVICE\TrustedInstaller, who owns the folders that Windows brings along.
bool is_trusted_installer(PSID sid) {
    const auto text = sid_text(sid);
    return text && *text == "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
}

// A TOKEN_USER and its SID.
struct alignas(TOKEN_USER) UserBuffer : std::array<std::byte, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> {
    [[nodiscard]] PSID sid() const { return reinterpret_cast<const TOKEN_USER*>(data())->User.Sid; }
};

// 0, or Windows' code.
DWORD read_user(UserBuffer& user) {
    KernelHandle token;
    DWORD size = 0;
    const bool done =
        OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.receive()) != 0 &&
        GetTokenInformation(token.get(), TokenUser, user.data(), static_cast<DWORD>(user.size()), &size) != 0;
    return done ? ERROR_SUCCESS : GetLastError();
}

bool is_this_user(PSID sid) {
    UserBuffer user{};
    return read_user(user) == ERROR_SUCCESS && EqualSid(sid, user.sid()) != 0;
}

bool is_trusted_owner(PSID sid) {
    return is_well_known(sid, WinLocalSystemSid) || is_well_known(sid, WinBuiltinAdministratorsSid) ||
           is_trusted_installer(sid) || is_this_user(sid);
}

Status check_owner(HANDLE folder, const std::string& path) {
    PSID owner = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    const DWORD code = GetSecurityInfo(folder, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, nullptr, nullptr,
                                       nullptr, &descriptor);
    const LocalMemory memory(descriptor);
    if (code != ERROR_SUCCESS) {
        return fail_file("read the owner of", path, code);
    }
    if (is_trusted_owner(owner)) {
        return {};
    }
    return fail(ErrorKind::access_denied,
                std::format("cannot protect {}: it exists and belongs to {}, who could undo the protection", path,
                            sid_text(owner).value_or("an unknown account")),
                "see what is in the folder, then remove it or give it to the Administrators");
}

Status refuse_link(HANDLE folder, const std::string& path) {
    const auto type = type_of(folder, path);
    if (!type) {
        return std::unexpected(type.error());
    }
    if (*type == FileType::link) {
        return fail(ErrorKind::access_denied, "cannot protect " + path + ": it is a link to another place",
                    "remove the link");
    }
    if (*type != FileType::directory) {
        return fail(ErrorKind::already_exists, "cannot create the folder " + path + ": there is a file of that name");
    }
    return {};
}

Status set_owner_and_dacl(HANDLE folder, const std::string& path, PSECURITY_DESCRIPTOR descriptor) {
    PSID owner = nullptr;
    PACL dacl = nullptr;
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    if (GetSecurityDescriptorOwner(descriptor, &owner, &defaulted) == 0 ||
        GetSecurityDescriptorDacl(descriptor, &present, &dacl, &defaulted) == 0) {
        return fail_with(ErrorKind::internal, "cannot read a security descriptor of our own", GetLastError());
    }
    constexpr SECURITY_INFORMATION k_parts =
        OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    const DWORD code = SetSecurityInfo(folder, SE_FILE_OBJECT, k_parts, owner, nullptr, dacl, nullptr);
    if (code != ERROR_SUCCESS) {
        return fail_file("set the permissions of", path, code);
    }
    return {};
}

}  // namespace

Result<std::string> private_folder_sddl(const std::string& extra_account, FolderRight right) {
    std::string sddl = "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
    if (extra_account.empty()) {
        return sddl;
    }
    auto sid = account_sid(extra_account);
    if (!sid) {
        return std::unexpected(sid.error());
    }
    return sddl + std::format("(A;OICI;0x{:x};;;{})", right == FolderRight::modify ? k_modify : k_read, *sid);
}

Result<LocalMemory> parse_sddl(const std::string& sddl) {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(to_wide(sddl).c_str(), SDDL_REVISION_1, &descriptor,
                                                             nullptr) == 0) {
        return fail_with(ErrorKind::internal, "cannot use the security descriptor " + sddl, GetLastError());
    }
    return LocalMemory(descriptor);
}

Status protect_existing_folder(const std::string& path, PSECURITY_DESCRIPTOR descriptor) {
    const KernelHandle folder(
        CreateFileW(to_native_path(path).c_str(), READ_CONTROL | WRITE_DAC | WRITE_OWNER | FILE_READ_ATTRIBUTES,
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                    FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
    if (!folder.is_open()) {
        return fail_file("open the folder", path, GetLastError());
    }
    return refuse_link(folder.get(), path).and_then([&] { return check_owner(folder.get(), path); }).and_then([&] {
        return set_owner_and_dacl(folder.get(), path, descriptor);
    });
}

std::optional<OwnDacl> own_dacl_of(const std::wstring& path) {
    OwnDacl own{.descriptor = std::vector<std::byte>(1024)};
    DWORD needed = 0;
    const auto read = [&] {
        return GetFileSecurityW(path.c_str(), DACL_SECURITY_INFORMATION, own.descriptor.data(),
                                static_cast<DWORD>(own.descriptor.size()), &needed);
    };
    if (read() == 0) {
        if (GetLastError() != ERROR_INSUFFICIENT_BUFFER || needed <= own.descriptor.size()) {
            return std::nullopt;
        }
        own.descriptor.resize(needed);
        if (read() == 0) {
            return std::nullopt;
        }
    }
    const auto parsed = parse_security_descriptor(own.descriptor);
    if (!parsed || !parsed->dacl) {
        return std::nullopt;
    }
    own.is_protected = parsed->dacl_protected;
    const bool has_own =
        std::ranges::any_of(*parsed->dacl, [](const Ace& entry) { return (entry.flags & k_inherited) == 0; });
    return own.is_protected || has_own ? std::optional(std::move(own)) : std::nullopt;
}

DWORD set_dacl(HANDLE file, OwnDacl& dacl) {
    const SECURITY_INFORMATION inheritance =
        dacl.is_protected ? PROTECTED_DACL_SECURITY_INFORMATION : UNPROTECTED_DACL_SECURITY_INFORMATION;
    const BOOL done = SetKernelObjectSecurity(file, DACL_SECURITY_INFORMATION | inheritance, dacl.descriptor.data());
    return done != 0 ? ERROR_SUCCESS : GetLastError();
}

Result<std::string> user_sid() {
    UserBuffer user{};
    if (const DWORD code = read_user(user); code != ERROR_SUCCESS) {
        return fail_with(ErrorKind::internal, "cannot see who runs this process", code);
    }
    return sid_text(user.sid());
}

bool is_administrator() {
    SidBuffer sid{};
    auto size = static_cast<DWORD>(sid.size());
    BOOL member = FALSE;
    return CreateWellKnownSid(WinBuiltinAdministratorsSid, nullptr, sid.data(), &size) != 0 &&
           CheckTokenMembership(nullptr, sid.data(), &member) != 0 && member != FALSE;
}

}  // namespace svcwrap::platform::win32
