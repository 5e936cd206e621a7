#include "platform/access_control.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <filesystem>

#include "base/path.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::platform {

TEST_CASE("the chain goes from the root to the file, each folder once, with its place") {
    testing::TempFolder folder;
    folder.write("a.txt", "x");
    const auto chain = make_access_control()->chain_of(folder.path_of("a.txt"));
    REQUIRE(chain);
    REQUIRE(chain->size() >= 3);
    CHECK(parent_path(chain->front().path).empty());
    CHECK(chain->front().kind == ObjectKind::folder);
    CHECK(file_name(chain->back().path) == "a.txt");
    CHECK(chain->back().kind == ObjectKind::file);
    CHECK(chain->back().place == Place::itself);
    CHECK((*chain)[chain->size() - 2].place == Place::holder);
    CHECK((*chain)[chain->size() - 3].place == Place::above);
    for (const ObjectSecurity& object : *chain) {
        INFO(object.path);
        CHECK_FALSE(object.descriptor.owner.empty());
        CHECK_FALSE(object.missing.has_value());
    }
}

TEST_CASE("a chain ends where something is missing, and says what") {
    testing::TempFolder folder;
    const auto control = make_access_control();
    const auto file = control->chain_of(folder.path_of("none.txt"));
    REQUIRE(file);
    CHECK(file->back().missing == ObjectKind::file);
    CHECK(file->back().place == Place::holder);
    const auto below = control->chain_of(folder.path_of("none") + "/deeper/none.txt");
    REQUIRE(below);
    CHECK(below->back().missing == ObjectKind::folder);
    CHECK(below->back().path == file->back().path);
}

TEST_CASE("whoever runs the tests is known by name, and nobody by a SID that there is not") {
    testing::TempFolder folder;
    const auto control = make_access_control();
    const auto chain = control->chain_of(folder.path());
    REQUIRE(chain);
    CHECK_FALSE(control->account_name(chain->back().descriptor.owner).empty());
    CHECK(control->account_name("S-1-5-21-1-2-3-4711").empty());
}

#ifndef _WIN32
TEST_CASE("a link is followed, and both ways are in the chain") {
    testing::TempFolder folder;
    std::filesystem::create_directory(folder.path_of("real"));
    folder.write("real/a.txt", "x");
    std::filesystem::create_directory_symlink("real", folder.path_of("link"));
    const auto chain = make_access_control()->chain_of(folder.path_of("link/a.txt"));
    REQUIRE(chain);
    CHECK(std::ranges::count_if(*chain, &ObjectSecurity::is_link) == 1);
    CHECK(chain->back().path.ends_with("/real/a.txt"));
    const auto link = std::ranges::find_if(*chain, &ObjectSecurity::is_link);
    CHECK(link->path.ends_with("/link"));
    CHECK(link->place == Place::holder);
}

TEST_CASE("links that lead in a circle are an error") {
    testing::TempFolder folder;
    std::filesystem::create_symlink("b", folder.path_of("a"));
    std::filesystem::create_symlink("a", folder.path_of("b"));
    CHECK_FALSE(make_access_control()->chain_of(folder.path_of("a")));
}

TEST_CASE("permission bits become rights") {
    testing::TempFolder folder;
    folder.write("a.txt", "x");
    std::filesystem::permissions(folder.path_of("a.txt"), std::filesystem::perms(0646));
    const auto chain = make_access_control()->chain_of(folder.path_of("a.txt"));
    REQUIRE(chain);
    const auto& entries = *chain->back().descriptor.dacl;
    const auto everyone = std::ranges::find(entries, "S-1-1-0", &Ace::sid);
    REQUIRE(everyone != entries.end());
    CHECK((everyone->mask & access::k_write_data) != 0);
    CHECK((everyone->mask & access::k_delete) == 0);
}
#endif

}  // namespace svcwrap::platform
