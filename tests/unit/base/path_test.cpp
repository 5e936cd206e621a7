#include "base/path.hpp"

#include <catch_amalgamated.hpp>

using namespace svcwrap;
constexpr auto k_win = PathStyle::windows;
constexpr auto k_posix = PathStyle::posix;

TEST_CASE("A Windows path is absolute only if no current drive or folder matters") {
    for (const char* path : {R"(C:\x)", "c:/x", R"(C:\)", R"(\\server\share)", "//server/share", R"(\\?\C:\x)",
                             R"(\\?\UNC\server\share)", R"(\\.\pipe\x)"}) {
        INFO(path);
        CHECK(is_absolute_path(path, k_win));
    }
    for (const char* path :
         {"", "x", "C:", "C:x", R"(\x)", "/x", R"(\\)", R"(\\\x)", R"(.\x)", "1:\\x", "ä:\\x", "CC:\\x"}) {
        INFO(path);
        CHECK_FALSE(is_absolute_path(path, k_win));
    }
    CHECK(is_absolute_path("/x", k_posix));
    CHECK_FALSE(is_absolute_path("C:\\x", k_posix));
}

TEST_CASE("A path is joined to its base unless it is absolute") {
    struct Row {
        std::string base, path, joined;
    };
    const auto row = GENERATE(values<Row>({
        {R"(C:\a)", "b", R"(C:\a\b)"},
        {R"(C:\a\)", "b", R"(C:\a\b)"},
        {"C:/a/", "b", "C:/a/b"},
        {R"(C:\)", "b", R"(C:\b)"},
        {R"(C:\a)", R"(D:\b)", R"(D:\b)"},
        {R"(C:\a)", R"(\\s\x)", R"(\\s\x)"},
        {R"(C:\a)", R"(\b)", R"(C:\b)"},
        {R"(\\s\x\a)", R"(\b)", R"(\\s\x\b)"},
        {R"(C:\a)", "", R"(C:\a)"},
        {"", "b", "b"},
    }));
    CHECK(join_path(row.base, row.path, k_win) == row.joined);
    CHECK(join_path("/a", "b", k_posix) == "/a/b");
    CHECK(join_path("/", "b", k_posix) == "/b");
    CHECK(join_path("/a", "/b", k_posix) == "/b");
}

TEST_CASE("A path is taken apart into folder, name, stem and extension") {
    struct Row {
        std::string path, parent, name, stem, extension;
    };
    const auto row = GENERATE(values<Row>({
        {R"(C:\a\B.EXE)", R"(C:\a)", "B.EXE", "B", ".exe"},
        {R"(C:\B.tar.gz)", R"(C:\)", "B.tar.gz", "B.tar", ".gz"},
        {"C:/a/b", "C:/a", "b", "b", ""},
        {R"(C:\a\b\)", R"(C:\a)", "b", "b", ""},
        {R"(C:\)", "", "", "", ""},
        {"C:x", "C:", "x", "x", ""},
        {R"(\\s\x\a.b)", R"(\\s\x\)", "a.b", "a", ".b"},
        {R"(\\s\x)", "", "", "", ""},
        {R"(\\?\C:\a)", R"(\\?\C:\)", "a", "a", ""},
        {R"(\\?\UNC\s\x\a\b)", R"(\\?\UNC\s\x\a)", "b", "b", ""},
        {"a", "", "a", "a", ""},
        {R"(a\.hidden)", "a", ".hidden", ".hidden", ""},
        {R"(a\..)", "a", "..", "..", ""},
        {"", "", "", "", ""},
    }));
    INFO(row.path);
    CHECK(parent_path(row.path, k_win) == row.parent);
    CHECK(file_name(row.path, k_win) == row.name);
    CHECK(file_stem(row.path, k_win) == row.stem);
    CHECK(file_extension(row.path, k_win) == row.extension);
}

TEST_CASE("POSIX paths know one separator") {
    CHECK(parent_path("/a/b.c", k_posix) == "/a");
    CHECK(parent_path("/a", k_posix) == "/");
    CHECK(parent_path("/", k_posix).empty());
    CHECK(file_name(R"(/a/b\c)", k_posix) == R"(b\c)");
    CHECK(file_extension("/a.b/c", k_posix).empty());
    CHECK(normalize_path("/a//./b/../c/", k_posix) == "/a/c");
    CHECK(normalize_path("/..", k_posix) == "/");
    CHECK(normalize_path("../a/..", k_posix) == "..");
}

TEST_CASE("A Windows path is normalised by its text alone") {
    struct Row {
        std::string path, normal;
    };
    const auto row = GENERATE(values<Row>({
        {"C:/a/./b//c/../d/", R"(C:\a\b\d)"},
        {R"(C:\..\..\a)", R"(C:\a)"},
        {R"(C:\)", R"(C:\)"},
        {"c:/", R"(c:\)"},
        {"//s/x/../../a", R"(\\s\x\a)"},
        {R"(..\a\..\..\b)", R"(..\..\b)"},
        {R"(\a\..\b)", R"(\b)"},
        {"C:a/../..", "C:.."},
        {R"(\\?\C:\a\..\b/c)", R"(\\?\C:\a\..\b/c)"},
        {"a/..", "."},
        {"", "."},
    }));
    INFO(row.path);
    CHECK(normalize_path(row.path, k_win) == row.normal);
    CHECK(normalize_path(normalize_path(row.path, k_win), k_win) == row.normal);
}

TEST_CASE("A path does not become another one by losing its point") {
    CHECK(normalize_path(R"(.\C:\x)", k_win) == R"(.\C:\x)");
    CHECK(normalize_path(R"(a\..\C:)", k_win) == R"(.\C:)");
    CHECK(normalize_path(R"(\.\??\x)", k_win) == R"(\.\??\x)");
    CHECK(normalize_path(R"(C:\.\D:\x)", k_win) == R"(C:\D:\x)");
    CHECK(normalize_path("./C:/x", k_posix) == "C:/x");
}
