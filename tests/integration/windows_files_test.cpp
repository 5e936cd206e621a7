// Sharing and permissions of files, as Windows has them.
#ifdef _WIN32
#include <windows.h>

#include <catch_amalgamated.hpp>

#include "base/utf8.hpp"
#include "platform/code_page.hpp"
#include "platform/native.hpp"
#include "platform/tree_removal.hpp"
#include "platform/win32/folder_tree.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::testing {

namespace {

std::wstring wide(const std::string& text) {
    const std::u16string units = to_utf16(text);
    return {units.begin(), units.end()};
}

// Another program's handle, closed at the end of the scope.
class Foreign {
public:
    Foreign(const std::string& path, DWORD access, DWORD share)
        : handle_(CreateFileW(wide(path).c_str(), access, share, nullptr, OPEN_EXISTING, 0, nullptr)) {}
    ~Foreign() {
        if (is_open()) {
            CloseHandle(handle_);
        }
    }
    Foreign(const Foreign&) = delete;
    Foreign& operator=(const Foreign&) = delete;
    [[nodiscard]] bool is_open() const { return handle_ != INVALID_HANDLE_VALUE; }

private:
    HANDLE handle_;
};

}  // namespace

TEST_CASE("an entry is not removed by a path that leads elsewhere than it says") {
    const TempFolder folder;
    REQUIRE(platform::make_file_system()->make_folders(folder.path_of("sub")).has_value());
    folder.write("precious", "x");
    // As a folder that somebody has made a link since it was listed.
    const auto failure = platform::win32::remove_entry_of(wide(folder.path_of("sub")) + L"\\..", L"precious", false);
    CHECK(failure.code == ERROR_CANT_RESOLVE_FILENAME);
    CHECK(folder.read("precious") == "x");
}

TEST_CASE("a tree with a file that nobody may remove is removed but for that, which is named") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    REQUIRE(files->make_folders(folder.path_of("tree/a")).has_value());
    folder.write("tree/a/held", "x");
    folder.write("tree/other", "x");
    const Foreign program(folder.path_of("tree/a/held"), GENERIC_READ, FILE_SHARE_READ);
    REQUIRE(program.is_open());
    const Status removed = platform::remove_tree(folder.path_of("tree"));
    REQUIRE_FALSE(removed.has_value());
    CHECK(removed.error().os_code == ERROR_SHARING_VIOLATION);
    CHECK(removed.error().message.contains("held"));
    CHECK(files->list(folder.path_of("tree"))->size() == 1);
}

TEST_CASE("a program that shares reading and writing, as most do, can read a log that is being written") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    const std::string path = folder.path_of("a.log");
    const auto file = files->open_append(path);
    REQUIRE(file.has_value());
    CHECK(Foreign(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE).is_open());
    CHECK(Foreign(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE).is_open());
}

TEST_CASE("nobody else can write into a log that is being written") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    const std::string path = folder.path_of("a.log");
    const auto file = files->open_append(path);
    REQUIRE(file.has_value());
    constexpr DWORD k_share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    CHECK_FALSE(Foreign(path, GENERIC_WRITE, k_share_all).is_open());
    const auto second = files->open_append(path);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().os_code == static_cast<std::uint32_t>(ERROR_SHARING_VIOLATION));
}

TEST_CASE("renaming fails with 32 while a reader does not share deletion, changes nothing, and works afterwards") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    const auto file = files->open_append(folder.path_of("a.log"));
    REQUIRE(file.has_value());
    {
        const Foreign reader(folder.path_of("a.log"), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE);
        REQUIRE(reader.is_open());
        const auto renamed = (*file)->rename_to(folder.path_of("b.log"));
        REQUIRE_FALSE(renamed.has_value());
        CHECK(renamed.error().kind == ErrorKind::io_failed);
        CHECK(renamed.error().os_code == static_cast<std::uint32_t>(ERROR_SHARING_VIOLATION));
        CHECK_FALSE(renamed.error().remedy.empty());
        CHECK(folder.names() == std::vector<std::string>{"a.log"});
        const std::string_view text = "still";
        CHECK((*file)->write(std::as_bytes(std::span(text))) == 5U);
    }
    CHECK((*file)->rename_to(folder.path_of("b.log")).has_value());
    CHECK(folder.read("b.log") == "still");
}

TEST_CASE("a file that another program does not share is not removed, and the error says whose fault it is") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    folder.write("a", "x");
    const Foreign holder(folder.path_of("a"), GENERIC_READ, FILE_SHARE_READ);
    const auto removed = files->remove_file(folder.path_of("a"));
    REQUIRE_FALSE(removed.has_value());
    CHECK(removed.error().remedy.contains("another program"));
}

TEST_CASE("a file that readers share for deletion is removed at once, and a folder is never removed as a file") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    folder.write("a", "x");
    REQUIRE(files->make_folders(folder.path_of("sub")).has_value());
    CHECK(files->remove_file(folder.path_of("a")).has_value());
    CHECK_FALSE(files->stat(folder.path_of("a")).has_value());
    CHECK(files->remove_file(folder.path_of("a")).has_value());
    const auto removed = files->remove_file(folder.path_of("sub"));
    REQUIRE_FALSE(removed.has_value());
    CHECK(removed.error().kind == ErrorKind::access_denied);
    CHECK(files->stat(folder.path_of("sub")).has_value());
}

TEST_CASE("the space of a share is known, by the share and by a folder in it", "[windows-only]") {
    const auto files = platform::make_file_system();
    if (!files->stat("\\\\localhost\\C$\\Windows").has_value()) {
        SKIP("this machine does not share its drives with administrators");
    }
    CHECK(files->disk_space("\\\\localhost\\C$").has_value());
    CHECK(files->disk_space("\\\\localhost\\C$\\Windows").has_value());
}

TEST_CASE("text of the machine's code pages becomes UTF-8") {
    for (const auto page : {platform::CodePage::oem, platform::CodePage::ansi}) {
        CHECK(platform::from_code_page(page, "plain text") == "plain text");
        CHECK(platform::from_code_page(page, "").empty());
        const std::string beyond = platform::from_code_page(page, "a\x81z");
        CHECK(is_valid_utf8(beyond));
        CHECK(beyond.starts_with('a'));
    }
}

TEST_CASE("a private folder for an account that does not exist is refused") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    const auto made =
        files->make_private_folder(folder.path_of("private"), "no such account 4711", platform::FolderRight::modify);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().kind == ErrorKind::not_found);
    CHECK(made.error().message.contains("no such account 4711"));
    CHECK(folder.names().empty());
}

TEST_CASE("a private folder for a service's own account is made before the service exists") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    const auto made = files->make_private_folder(folder.path_of("private"), "NT SERVICE\\svcwrap-no-such-service",
                                                 platform::FolderRight::modify);
    INFO((made ? std::string() : to_text(made.error())));
    CHECK(made.has_value());
}

}  // namespace svcwrap::testing
#endif
