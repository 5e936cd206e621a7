// The file system at hand: what the log files and the configuration rely on.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "base/path.hpp"
#include "platform/native.hpp"
#include "platform/tree_removal.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::testing {

namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

void append(platform::AppendFile& file, std::string_view text) {
    auto bytes = bytes_of(text);
    while (!bytes.empty()) {
        const auto count = file.write(bytes);
        REQUIRE(count.has_value());
        bytes = bytes.subspan(*count);
    }
}

template <class T>
void check_kind(const Result<T>& result, ErrorKind kind) {
    REQUIRE_FALSE(result.has_value());
    CHECK(name_of(result.error().kind) == name_of(kind));
    CHECK(result.error().os_code.has_value());
}

}  // namespace

TEST_CASE("appending goes on at the end of a file that exists") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    for (const auto* text : {"one\n", "two\n"}) {
        const auto file = files->open_append(folder.path_of("größe.log"));
        REQUIRE(file.has_value());
        append(**file, text);
        CHECK((*file)->flush().has_value());
    }
    CHECK(folder.read("größe.log") == "one\ntwo\n");
}

TEST_CASE("a file gets another name while it is open, and writing goes on into it") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    const auto file = files->open_append(folder.path_of("a.log"));
    REQUIRE(file.has_value());
    append(**file, "before\n");
    REQUIRE((*file)->rename_to(folder.path_of("a.1.log")).has_value());
    append(**file, "after\n");
    const auto next = files->open_append(folder.path_of("a.log"));
    REQUIRE(next.has_value());
    append(**next, "next\n");
    CHECK(folder.read("a.1.log") == "before\nafter\n");
    CHECK(folder.read("a.log") == "next\n");
    CHECK((*file)->size() == ByteSize{13});
}

TEST_CASE("renaming an open file never replaces another one") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    folder.write("taken", "mine");
    const auto file = files->open_append(folder.path_of("a.log"));
    REQUIRE(file.has_value());
    append(**file, "x");
    check_kind((*file)->rename_to(folder.path_of("taken")), ErrorKind::already_exists);
    CHECK(folder.read("taken") == "mine");
    CHECK(folder.read("a.log") == "x");
}

TEST_CASE("a reader of ours sees what is appended, and hinders neither renaming nor deleting") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    const auto file = files->open_append(folder.path_of("a.log"));
    REQUIRE(file.has_value());
    append(**file, "12345");
    const auto reader = files->open_read(folder.path_of("a.log"));
    REQUIRE(reader.has_value());
    std::vector<std::byte> buffer(16);
    CHECK((*reader)->read_at(2, buffer) == 3U);
    CHECK(buffer.front() == std::byte{'3'});
    CHECK((*reader)->read_at(5, buffer) == 0U);
    CHECK((*reader)->size() == ByteSize{5});
    CHECK((*file)->rename_to(folder.path_of("b.log")).has_value());
    CHECK(files->remove_file(folder.path_of("b.log")).has_value());
    append(**file, "6");
}

TEST_CASE("a whole write replaces a file and leaves nothing beside it") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    CHECK(files->write_whole(folder.path_of("state.json"), "first, which is longer").has_value());
    CHECK(files->write_whole(folder.path_of("state.json"), "second").has_value());
    CHECK(folder.read("state.json") == "second");
    CHECK(folder.names() == std::vector<std::string>{"state.json"});
}

TEST_CASE("a whole write replaces a file that a reader has open, who keeps the old one") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    folder.write("state.json", "old");
    const auto reader = files->open_read(folder.path_of("state.json"));
    REQUIRE(reader.has_value());
    const auto written = files->write_whole(folder.path_of("state.json"), "new");
    std::vector<std::byte> buffer(16);
#ifdef _WIN32
    // Wine has no POSIX renames and answers access denied, like Windows on FAT; then nothing may have changed.
    if (!written) {
        CHECK(written.error().os_code == 5U);
        CHECK(folder.read("state.json") == "old");
        CHECK(folder.names().size() == 1);
        return;
    }
#endif
    REQUIRE(written.has_value());
    CHECK(folder.read("state.json") == "new");
    CHECK((*reader)->read_at(0, buffer) == 3U);
    CHECK(buffer.front() == std::byte{'o'});
}

TEST_CASE("a whole write into a folder that is missing fails and says so") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    check_kind(files->write_whole(folder.path_of("none/state.json"), "x"), ErrorKind::not_found);
}

TEST_CASE("reading a text has a limit") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    folder.write("text", "0123456789");
    CHECK(files->read_text(folder.path_of("text"), ByteSize{10}) == "0123456789");
    const auto too_long = files->read_text(folder.path_of("text"), ByteSize{9});
    REQUIRE_FALSE(too_long.has_value());
    CHECK(too_long.error().kind == ErrorKind::io_failed);
    check_kind(files->read_text(folder.path_of("none"), 1_MiB), ErrorKind::not_found);
}

TEST_CASE("a listing names every entry with its type and size") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    folder.write("日本.log", "12345");
    REQUIRE(files->make_folders(folder.path_of("sub")).has_value());
    auto entries = files->list(folder.path());
    REQUIRE(entries.has_value());
    REQUIRE(entries->size() == 2);
    std::ranges::sort(*entries, {}, &platform::DirectoryEntry::name);
    CHECK(entries->at(0).name == "sub");
    CHECK(entries->at(0).type == platform::FileType::directory);
    CHECK(entries->at(1).name == "日本.log");
    CHECK(entries->at(1).type == platform::FileType::file);
    CHECK(entries->at(1).size == ByteSize{5});
    const auto age = platform::make_clock()->wall_now() - entries->at(1).modified;
    CHECK(age > std::chrono::minutes(-1));
    CHECK(age < std::chrono::minutes(10));
    check_kind(files->list(folder.path_of("none")), ErrorKind::not_found);
}

TEST_CASE("asking for one file tells what a listing would") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    folder.write("a", "123");
    const auto entry = files->stat(folder.path_of("a"));
    REQUIRE(entry.has_value());
    CHECK(entry->name == "a");
    CHECK(entry->size == ByteSize{3});
    CHECK_FALSE(platform::exists(*files, folder.path_of("b")));
}

TEST_CASE("removing a file that is gone is success, and a folder must be empty") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    CHECK(files->remove_file(folder.path_of("none")).has_value());
    CHECK(files->remove_file(folder.path_of("none/none")).has_value());
    REQUIRE(files->make_folders(folder.path_of("sub")).has_value());
    folder.write("sub/a", "x");
    CHECK_FALSE(files->remove_folder(folder.path_of("sub")).has_value());
    CHECK(files->remove_file(folder.path_of("sub/a")).has_value());
    CHECK(files->remove_folder(folder.path_of("sub")).has_value());
    CHECK(folder.names().empty());
}

TEST_CASE("renaming by path never replaces") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    folder.write("a", "a");
    folder.write("b", "b");
    check_kind(files->rename(folder.path_of("a"), folder.path_of("b")), ErrorKind::already_exists);
    CHECK(files->rename(folder.path_of("a"), folder.path_of("c")).has_value());
    CHECK(folder.names() == std::vector<std::string>{"b", "c"});
    check_kind(files->rename(folder.path_of("a"), folder.path_of("d")), ErrorKind::not_found);
}

TEST_CASE("folders are made with their parents, twice without harm, and not over a file") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    const std::string deep = folder.path_of("a/b/c");
    CHECK(files->make_folders(deep).has_value());
    CHECK(files->make_folders(deep).has_value());
    CHECK(files->stat(deep)->type == platform::FileType::directory);
    folder.write("file", "x");
    CHECK_FALSE(files->make_folders(folder.path_of("file")).has_value());
    CHECK_FALSE(files->make_folders(folder.path_of("file/sub")).has_value());
}

TEST_CASE("everything works on paths longer than 260 characters") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    std::string deep = folder.path();
    for (int i = 0; i < 6; ++i) {
        deep = join_path(deep, std::string(60, static_cast<char>('a' + i)));
    }
    REQUIRE(files->make_folders(deep).has_value());
    const std::string path = join_path(deep, "ä.log");
    const auto file = files->open_append(path);
    REQUIRE(file.has_value());
    append(**file, "x");
    CHECK((*file)->rename_to(join_path(deep, "b.log")).has_value());
    CHECK(files->write_whole(path, "y").has_value());
    CHECK(files->read_text(path, 1_KiB) == "y");
    CHECK(files->list(deep)->size() == 2);
    CHECK(files->rename(path, join_path(deep, "c.log")).has_value());
    CHECK(files->disk_space(deep).has_value());
    CHECK(files->remove_file(join_path(deep, "c.log")).has_value());
}

TEST_CASE("a private folder can be made, used, and made again") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    const std::string path = folder.path_of("x/private");
    REQUIRE(files->make_private_folder(path, "", platform::FolderRight::modify).has_value());
    CHECK(files->write_whole(join_path(path, "a"), "x").has_value());
    const auto again = files->make_private_folder(path, "", platform::FolderRight::modify);
    INFO((again ? std::string() : to_text(again.error())));
    CHECK(again.has_value());
    CHECK(files->read_text(join_path(path, "a"), 1_KiB) == "x");
}

TEST_CASE("the space of a volume is known") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    const auto space = files->disk_space(folder.path());
    REQUIRE(space.has_value());
    CHECK(space->total > 1_MiB);
    CHECK(space->available <= space->total);
}

TEST_CASE("a tree is removed with all that is in it, and one that is gone is removed already") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    REQUIRE(files->make_folders(folder.path_of("tree/a/b")).has_value());
    REQUIRE(files->make_folders(folder.path_of("tree/empty")).has_value());
    for (const std::string_view name : {"tree/x", "tree/a/y", "tree/a/b/z", "beside"}) {
        folder.write(name, "x");
    }
    std::filesystem::permissions(folder.path_of("tree/a/y"), std::filesystem::perms::owner_read);
    const Status removed = platform::remove_tree(folder.path_of("tree"));
    INFO((removed ? std::string() : to_text(removed.error())));
    CHECK(removed.has_value());
    CHECK(folder.names() == std::vector<std::string>{"beside"});
    CHECK(platform::remove_tree(folder.path_of("tree")).has_value());
}

TEST_CASE("links in a tree are removed, and never what they lead to") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    REQUIRE(files->make_folders(folder.path_of("valuable")).has_value());
    REQUIRE(files->make_folders(folder.path_of("tree")).has_value());
    folder.write("valuable/file", "keep");
    std::error_code failed;
    std::filesystem::create_directory_symlink(folder.path_of("valuable"), folder.path_of("tree/link"), failed);
    if (failed) {
        SKIP("no symbolic links here: " << failed.message());
    }
    CHECK(platform::remove_tree(folder.path_of("tree")).has_value());
    CHECK(folder.names() == std::vector<std::string>{"valuable"});
    CHECK(folder.read("valuable/file") == "keep");
}

TEST_CASE("a link is refused for appending, and removed without its target") {
    const TempFolder folder;
    const auto files = platform::make_file_system();
    folder.write("target", "precious");
    std::error_code failed;
    std::filesystem::create_symlink(folder.path_of("target"), folder.path_of("link"), failed);
    if (failed) {
        // Creating symbolic links takes a privilege on Windows, and Wine cannot create them at all.
        SKIP("no symbolic links here: " << failed.message());
    }
    CHECK(files->stat(folder.path_of("link"))->type == platform::FileType::link);
    const auto opened = files->open_append(folder.path_of("link"));
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().kind == ErrorKind::access_denied);
    CHECK(files->remove_file(folder.path_of("link")).has_value());
    CHECK(folder.read("target") == "precious");
}

}  // namespace svcwrap::testing
