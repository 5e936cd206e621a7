// What platform::FileSystem promises, on the real disk of the system at hand.
#include <algorithm>
#include <array>
#include <catch_amalgamated.hpp>
#include <filesystem>

#include "platform/native.hpp"
#include "platform/unflushed_files.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::platform {

namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

struct Disk {
    testing::TempFolder folder;
    std::unique_ptr<FileSystem> files = make_file_system();
    [[nodiscard]] std::string path(std::string_view name) const { return folder.path_of(name); }
};

ErrorKind kind_of(const auto& result) {
    return result ? ErrorKind::internal : result.error().kind;
}

}  // namespace

TEST_CASE("an append file grows at its end and knows its size") {
    const Disk disk;
    {
        auto file = disk.files->open_append(disk.path("a.log"));
        REQUIRE(file);
        CHECK((*file)->write(bytes_of("one\n")) == 4U);
        CHECK((*file)->size() == ByteSize{4});
        CHECK((*file)->flush());
    }
    auto again = disk.files->open_append(disk.path("a.log"));
    REQUIRE(again);
    CHECK((*again)->write(bytes_of("two\n")) == 4U);
    CHECK(disk.folder.read("a.log") == "one\ntwo\n");
}

TEST_CASE("an open append file is renamed and written on under its new name") {
    const Disk disk;
    auto file = disk.files->open_append(disk.path("a.log"));
    REQUIRE(file);
    REQUIRE((*file)->write(bytes_of("before ")));
    REQUIRE((*file)->rename_to(disk.path("b.log")));
    REQUIRE((*file)->write(bytes_of("after")));
    CHECK(disk.folder.read("b.log") == "before after");
    CHECK(disk.folder.names() == std::vector<std::string>{"b.log"});
}

TEST_CASE("renaming an open file never replaces another one") {
    const Disk disk;
    disk.folder.write("b.log", "theirs");
    auto file = disk.files->open_append(disk.path("a.log"));
    REQUIRE(file);
    CHECK(kind_of((*file)->rename_to(disk.path("b.log"))) == ErrorKind::already_exists);
    REQUIRE((*file)->write(bytes_of("still here")));
    CHECK(disk.folder.read("a.log") == "still here");
    CHECK(disk.folder.read("b.log") == "theirs");
}

TEST_CASE("a file that is open for appending can be read, but not opened for writing again") {
    const Disk disk;
    auto file = disk.files->open_append(disk.path("a.log"));
    REQUIRE(file);
    REQUIRE((*file)->write(bytes_of("text")));
    CHECK(disk.files->read_text(disk.path("a.log"), 1_KiB) == "text");
    CHECK(kind_of(disk.files->open_append(disk.path("a.log"))) == ErrorKind::io_failed);
}

TEST_CASE("a reader that svcwrap opened does not hinder rotation or removal") {
    const Disk disk;
    auto file = disk.files->open_append(disk.path("a.log"));
    REQUIRE(file);
    REQUIRE((*file)->write(bytes_of("0123456789")));
    auto reader = disk.files->open_read(disk.path("a.log"));
    REQUIRE(reader);
    REQUIRE((*file)->rename_to(disk.path("b.log")));
    file->reset();
    REQUIRE(disk.files->remove_file(disk.path("b.log")));
    std::array<std::byte, 4> block{};
    CHECK((*reader)->read_at(6, block) == 4U);
    CHECK(block[0] == std::byte{'6'});
    CHECK((*reader)->read_at(10, block) == 0U);
}

TEST_CASE("failures say what kind they are, and name the path") {
    const Disk disk;
    disk.folder.write("file", "x");
    CHECK(kind_of(disk.files->open_append(disk.path("missing/a.log"))) == ErrorKind::not_found);
    CHECK(kind_of(disk.files->open_read(disk.path("missing"))) == ErrorKind::not_found);
    CHECK(kind_of(disk.files->stat(disk.path("missing"))) == ErrorKind::not_found);
    CHECK(kind_of(disk.files->list(disk.path("missing"))) == ErrorKind::not_found);
    CHECK(kind_of(disk.files->read_text(disk.path("missing"), 1_KiB)) == ErrorKind::not_found);
    CHECK(kind_of(disk.files->open_append(disk.folder.path())) == ErrorKind::access_denied);
    const auto failed = disk.files->open_read(disk.path("missing"));
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message.contains("missing"));
    CHECK(failed.error().os_code == 2U);  // ENOENT and ERROR_FILE_NOT_FOUND alike
}

TEST_CASE("read_text refuses a file that is larger than allowed") {
    const Disk disk;
    disk.folder.write("file", std::string(100, 'x'));
    CHECK(disk.files->read_text(disk.path("file"), ByteSize{100}) == std::string(100, 'x'));
    CHECK(kind_of(disk.files->read_text(disk.path("file"), ByteSize{99})) == ErrorKind::io_failed);
}

TEST_CASE("write_whole creates and replaces, and leaves nothing beside the file") {
    const Disk disk;
    REQUIRE(disk.files->write_whole(disk.path("state.json"), "first"));
    REQUIRE(disk.files->write_whole(disk.path("state.json"), std::string_view("se\0cond", 7)));
    CHECK(disk.folder.read("state.json") == std::string("se\0cond", 7));
    CHECK_FALSE(disk.files->write_whole(disk.path("missing/state.json"), "x"));
    CHECK(disk.folder.names() == std::vector<std::string>{"state.json"});
}

TEST_CASE("what is replaced without waiting for the disk is there for readers, and can be flushed afterwards") {
    const Disk disk;
    UnflushedFiles* const quick = unflushed(*disk.files);
    if (quick == nullptr) SKIP("this file system waits for the disk always");
    REQUIRE(quick->put_whole(disk.path("state.json"), "first, which is longer"));
    REQUIRE(quick->put_whole(disk.path("state.json"), "second"));
    CHECK(disk.folder.read("state.json") == "second");
    CHECK(quick->flush_file(disk.path("state.json")));
    CHECK_FALSE(quick->flush_file(disk.path("missing.json")));
    CHECK_FALSE(quick->put_whole(disk.path("missing/state.json"), "x"));
    CHECK(disk.folder.names() == std::vector<std::string>{"state.json"});
}

TEST_CASE("a folder is listed once with everything in it") {
    const Disk disk;
    disk.folder.write("b.txt", "12345");
    REQUIRE(disk.files->make_folders(disk.path("folder")));
    auto entries = disk.files->list(disk.folder.path());
    REQUIRE(entries);
    std::ranges::sort(*entries, {}, &DirectoryEntry::name);
    REQUIRE(entries->size() == 2);
    CHECK(entries->at(0).name == "b.txt");
    CHECK(entries->at(0).type == FileType::file);
    CHECK(entries->at(0).size == ByteSize{5});
    CHECK(entries->at(1).name == "folder");
    CHECK(entries->at(1).type == FileType::directory);
    const auto now = make_clock()->wall_now();
    CHECK(entries->at(0).modified > now - std::chrono::hours(1));
    CHECK(entries->at(0).modified < now + std::chrono::hours(1));
}

TEST_CASE("folders are made with their parents, and made again without complaint") {
    const Disk disk;
    REQUIRE(disk.files->make_folders(disk.path("a/b/c")));
    REQUIRE(disk.files->make_folders(disk.path("a/b/c")));
    CHECK(disk.files->stat(disk.path("a/b/c"))->type == FileType::directory);
    REQUIRE(disk.files->make_private_folder(disk.path("private/inner"), "", platform::FolderRight::modify));
    disk.folder.write("private/inner/file", "mine");
    CHECK(disk.files->read_text(disk.path("private/inner/file"), 1_KiB) == "mine");
    disk.folder.write("file", "x");
    CHECK_FALSE(disk.files->make_folders(disk.path("file")));
    CHECK_FALSE(disk.files->make_folders(disk.path("file/inner")));
}

TEST_CASE("rename never replaces; removing what is gone is success") {
    const Disk disk;
    disk.folder.write("a", "1");
    disk.folder.write("b", "2");
    CHECK(kind_of(disk.files->rename(disk.path("a"), disk.path("b"))) == ErrorKind::already_exists);
    CHECK(kind_of(disk.files->rename(disk.path("missing"), disk.path("c"))) == ErrorKind::not_found);
    REQUIRE(disk.files->rename(disk.path("a"), disk.path("c")));
    CHECK(disk.folder.read("c") == "1");
    CHECK(disk.files->remove_file(disk.path("c")));
    CHECK(disk.files->remove_file(disk.path("c")));
    CHECK(disk.folder.names() == std::vector<std::string>{"b"});
}

TEST_CASE("only an empty folder is removed") {
    const Disk disk;
    REQUIRE(disk.files->make_folders(disk.path("folder")));
    disk.folder.write("folder/file", "x");
    CHECK_FALSE(disk.files->remove_folder(disk.path("folder")));
    REQUIRE(disk.files->remove_file(disk.path("folder/file")));
    REQUIRE(disk.files->remove_folder(disk.path("folder")));
    CHECK_FALSE(exists(*disk.files, disk.path("folder")));
}

TEST_CASE("names and contents of any language survive") {
    const Disk disk;
    const std::string name = "Prüfung 日本語 ☂.log";
    REQUIRE(disk.files->write_whole(disk.path(name), "grün"));
    CHECK(disk.folder.names() == std::vector<std::string>{name});
    CHECK(disk.files->stat(disk.path(name))->name == name);
    CHECK(disk.files->read_text(disk.path(name), 1_KiB) == "grün");
}

TEST_CASE("the disk has a size and some room") {
    const Disk disk;
    const auto space = disk.files->disk_space(disk.folder.path());
    REQUIRE(space);
    CHECK(space->total > 0_KiB);
    CHECK(space->available <= space->total);
}

#ifndef _WIN32
TEST_CASE("a link is not opened for appending, and removing it spares its target") {
    const Disk disk;
    disk.folder.write("target", "untouched");
    std::filesystem::create_symlink(disk.path("target"), disk.path("link"));
    CHECK(kind_of(disk.files->open_append(disk.path("link"))) == ErrorKind::access_denied);
    CHECK(disk.files->stat(disk.path("link"))->type == FileType::link);
    REQUIRE(disk.files->remove_file(disk.path("link")));
    CHECK(disk.folder.read("target") == "untouched");
}

TEST_CASE("a private folder is for its owner alone") {
    const Disk disk;
    REQUIRE(disk.files->make_private_folder(disk.path("private"), "", platform::FolderRight::modify));
    CHECK(std::filesystem::status(disk.path("private")).permissions() == std::filesystem::perms::owner_all);
}
#endif

TEST_CASE("a held folder is used as any other") {
    const Disk disk;
    const auto held = disk.files->hold_folder(disk.folder.path());
    REQUIRE(held);
    CHECK_FALSE((*held)->final_path().empty());
    CHECK(disk.files->hold_folder(disk.folder.path()).value() == *held);
    CHECK(kind_of(disk.files->hold_folder(disk.path("none"))) == ErrorKind::not_found);
    auto file = disk.files->open_append(disk.path("a.log"));
    REQUIRE(file);
    REQUIRE((*file)->write(bytes_of("one")));
    REQUIRE((*file)->rename_to(disk.path("b.log")));
    REQUIRE((*file)->write(bytes_of("two")));
    file->reset();
    CHECK(disk.files->rename(disk.path("b.log"), disk.path("c.log")));
    CHECK(disk.files->list(disk.folder.path())->size() == 1);
    CHECK(disk.files->read_text(disk.path("c.log"), 1_MiB) == "onetwo");
    CHECK(disk.files->remove_file(disk.path("c.log")));
    CHECK(disk.files->remove_file(disk.path("c.log")));
    CHECK(disk.folder.names().empty());
    CHECK(kind_of(disk.files->open_read(disk.path("c.log"))) == ErrorKind::not_found);
}

#ifdef _WIN32
TEST_CASE("a held folder is neither moved nor removed, nor is one above it") {
    const Disk disk;
    REQUIRE(disk.files->make_folders(disk.path("above/logs")));
    auto held = disk.files->hold_folder(disk.path("above/logs"));
    REQUIRE(held);
    CHECK_FALSE(disk.files->rename(disk.path("above/logs"), disk.path("above/elsewhere")));
    CHECK_FALSE(disk.files->remove_folder(disk.path("above/logs")));
    held->reset();
    CHECK(disk.files->rename(disk.path("above/logs"), disk.path("above/elsewhere")));
    CHECK(disk.files->remove_folder(disk.path("above/elsewhere")));
}
#else
TEST_CASE("what is done in a held folder stays in it, wherever its path leads meanwhile") {
    const Disk disk;
    const auto both = {"real", "victim"};
    for (const char* name : both) {
        REQUIRE(disk.files->make_folders(disk.path(name)));
        disk.folder.write(std::string(name) + "/remove.log", name);
        disk.folder.write(std::string(name) + "/move.log", name);
        disk.folder.write(std::string(name) + "/read.log", name);
    }
    const std::string logs = disk.path("logs");
    std::filesystem::rename(disk.path("real"), logs);
    const auto held = disk.files->hold_folder(logs);
    REQUIRE(held);
    auto current = disk.files->open_append(logs + "/current.log");
    REQUIRE(current);
    // Whoever can change the folder above puts a link in its place.
    std::filesystem::rename(logs, disk.path("aside"));
    std::filesystem::create_directory_symlink(disk.path("victim"), logs);

    REQUIRE((*current)->rename_to(logs + "/rotated.log"));
    REQUIRE(disk.files->open_append(logs + "/new.log"));
    CHECK(disk.files->remove_file(logs + "/remove.log"));
    CHECK(disk.files->rename(logs + "/move.log", logs + "/moved.log"));
    CHECK(disk.files->read_text(logs + "/read.log", 1_MiB) == "real");
    CHECK(disk.files->list(logs)->size() == 4);
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(disk.path("victim"))) {
        names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    CHECK(names == std::vector<std::string>{"move.log", "read.log", "remove.log"});
    for (const char* name : {"rotated.log", "new.log", "moved.log", "read.log"}) {
        CHECK(disk.files->stat(disk.path("aside/" + std::string(name))));
    }
    // Another one who wants to hold it is told.
    CHECK(kind_of(disk.files->hold_folder(logs)) == ErrorKind::access_denied);
}

TEST_CASE("a link in a held folder is not read") {
    const Disk disk;
    disk.folder.write("secret", "secret");
    std::filesystem::create_symlink(disk.path("secret"), disk.path("a.log"));
    CHECK(disk.files->read_text(disk.path("a.log"), 1_MiB) == "secret");
    const auto held = disk.files->hold_folder(disk.folder.path());
    CHECK_FALSE(disk.files->read_text(disk.path("a.log"), 1_MiB));
}

TEST_CASE("a held folder that was made anew in its place is the held one from then on") {
    const Disk disk;
    const std::string logs = disk.path("logs");
    REQUIRE(disk.files->make_folders(logs));
    const auto first = disk.files->hold_folder(logs);
    REQUIRE(disk.files->remove_folder(logs));
    CHECK_FALSE(disk.files->open_append(logs + "/a.log"));
    REQUIRE(disk.files->make_folders(logs));
    const auto second = disk.files->hold_folder(logs);
    REQUIRE(second);
    CHECK(*first != *second);
    CHECK(disk.files->open_append(logs + "/a.log"));
}
#endif

}  // namespace svcwrap::platform
