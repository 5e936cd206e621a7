// Permissions of files and folders, as Windows alone keeps them: Wine maps them to Unix modes.
#ifdef _WIN32
#include <windows.h>

#include <sddl.h>

#include <catch_amalgamated.hpp>
#include <string>
#include <vector>

#include "base/path.hpp"
#include "base/utf8.hpp"
#include "platform/access_control.hpp"
#include "platform/native.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::testing {

namespace {

std::wstring wide(const std::string& text) {
    const std::u16string units = to_utf16(text);
    return {units.begin(), units.end()};
}

bool under_wine() {
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

void set_permissions(const std::string& path, const wchar_t* sddl) {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor, nullptr) != 0);
    const BOOL set = SetFileSecurityW(wide(path).c_str(),
                                      DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, descriptor);
    LocalFree(descriptor);
    REQUIRE(set != 0);
}

platform::SecurityDescriptor permissions_of(const std::string& path) {
    const auto chain = platform::make_access_control()->chain_of(path);
    REQUIRE(chain.has_value());
    REQUIRE_FALSE(chain->empty());
    return chain->back().descriptor;
}

std::vector<std::string> sids_in(const platform::SecurityDescriptor& descriptor) {
    std::vector<std::string> sids;
    REQUIRE(descriptor.dacl.has_value());
    for (const platform::Ace& entry : *descriptor.dacl) {
        sids.push_back(entry.sid);
    }
    return sids;
}

// With it an administrator may make anybody the owner of a file.
void enable_restore_privilege() {
    HANDLE token = nullptr;
    REQUIRE(OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token) != 0);
    TOKEN_PRIVILEGES privileges{};
    privileges.PrivilegeCount = 1;
    privileges.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    REQUIRE(LookupPrivilegeValueW(nullptr, L"SeRestorePrivilege", &privileges.Privileges[0].Luid) != 0);
    const BOOL adjusted = AdjustTokenPrivileges(token, FALSE, &privileges, 0, nullptr, nullptr);
    const DWORD code = GetLastError();
    CloseHandle(token);
    REQUIRE((adjusted != 0 && code == ERROR_SUCCESS));
}

}  // namespace

TEST_CASE("a file that is replaced keeps permissions of its own", "[windows-only]") {
    if (under_wine()) {
        SKIP("Wine keeps no lists of permissions");
    }
    const TempFolder folder;
    const auto files = platform::make_file_system();
    folder.write("secret.toml", "before");
    set_permissions(folder.path_of("secret.toml"), L"D:P(A;;FA;;;SY)(A;;FA;;;BA)");
    const auto before = permissions_of(folder.path_of("secret.toml"));
    REQUIRE(files->write_whole(folder.path_of("secret.toml"), "after").has_value());
    CHECK(folder.read("secret.toml") == "after");
    const auto after = permissions_of(folder.path_of("secret.toml"));
    CHECK(after.dacl == before.dacl);
    CHECK(after.dacl_protected);
    // One that only inherits goes on inheriting.
    folder.write("plain", "before");
    REQUIRE(files->write_whole(folder.path_of("plain"), "after").has_value());
    CHECK_FALSE(permissions_of(folder.path_of("plain")).dacl_protected);
}

TEST_CASE("a private folder belongs to Administrators, and nobody else but the account that is named has rights in it",
          "[windows-only]") {
    if (under_wine()) {
        SKIP("Wine keeps no lists of permissions");
    }
    const TempFolder folder;
    const auto files = platform::make_file_system();
    const std::string path = folder.path_of("private");
    REQUIRE(files->make_private_folder(path, "NT SERVICE\\svcwrap-test", platform::FolderRight::modify).has_value());
    const auto own = permissions_of(path);
    CHECK(own.owner == "S-1-5-32-544");
    CHECK(own.dacl_protected);
    const auto sids = sids_in(own);
    REQUIRE(sids.size() == 3);
    CHECK(sids[0] == "S-1-5-18");
    CHECK(sids[1] == "S-1-5-32-544");
    CHECK(sids[2].starts_with("S-1-5-80-"));
    // What is made in it inherits the same.
    REQUIRE(files->write_whole(join_path(path, "file"), "x").has_value());
    CHECK(sids_in(permissions_of(join_path(path, "file"))) == sids);
}

TEST_CASE("a folder that somebody else owns is not made private", "[windows-only]") {
    if (under_wine()) {
        SKIP("Wine keeps no owners");
    }
    const TempFolder folder;
    const std::string path = folder.path_of("his");
    REQUIRE(platform::make_file_system()->make_folders(path).has_value());
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorW(L"O:BU", SDDL_REVISION_1, &descriptor, nullptr) != 0);
    enable_restore_privilege();
    const BOOL given = SetFileSecurityW(wide(path).c_str(), OWNER_SECURITY_INFORMATION, descriptor);
    LocalFree(descriptor);
    REQUIRE(given != 0);
    const auto made = platform::make_file_system()->make_private_folder(path, {}, platform::FolderRight::read);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().kind == ErrorKind::access_denied);
}

}  // namespace svcwrap::testing
#endif
