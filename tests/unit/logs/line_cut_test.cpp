#include "logs/line_cut.hpp"

#include <catch_amalgamated.hpp>

namespace svcwrap::logs {

TEST_CASE("a chunk is cut where the file is full and a line ends") {
    struct Row {
        const char* story;
        FileFill fill;
        std::string_view chunk;
        std::size_t bytes;
        bool rotate;
    };
    constexpr std::uint64_t k_wait = 5;
    const Row rows[] = {
        {"without a limit all goes in", {.size = 1000, .max_size = 0}, "aa\nbb", 5, false},
        {"what fits goes in whole", {.size = 5, .max_size = 10}, "aa\nbb", 5, false},
        {"a full file is not rotated before there is more", {.size = 5, .max_size = 10}, "aaaa\n", 5, false},
        {"the last newline that fits", {.size = 4, .line_bytes = 0, .max_size = 10}, "aa\nbb\ncc\n", 6, true},
        {"a newline just inside the limit", {.size = 0, .max_size = 3}, "aa\nbb\n", 3, true},
        {"a newline just outside the limit", {.size = 1, .max_size = 3}, "aa\nbb\n", 0, true},
        {"a line that does not fit goes to the next file", {.size = 8, .max_size = 10}, "aaaa\n", 0, true},
        {"a line that has begun is finished here", {.size = 8, .line_bytes = 2, .max_size = 10}, "aaaa\nbb", 5, true},
        {"a line larger than a file gets one of its own", {.size = 0, .max_size = 3}, "aaaaaa\nb", 7, true},
        {"a line that has no end yet is waited for", {.size = 8, .line_bytes = 2, .max_size = 10}, "aaaa", 4, false},
        {"an endless line is cut", {.size = 0, .max_size = 3}, "aaaaaaaaaaaa", 8, true},
        {"an endless line is cut by its length so far", {.size = 9, .line_bytes = 6, .max_size = 3}, "aaaaaa", 2, true},
        {"its newline wins if it comes in time", {.size = 9, .line_bytes = 6, .max_size = 3}, "a\naaaa", 2, true},
        {"its newline comes one byte late", {.size = 9, .line_bytes = 6, .max_size = 3}, "aa\naaa", 2, true},
        {"patience that is over already", {.size = 90, .line_bytes = 80, .max_size = 3}, "aa\n", 0, true},
        {"a wish is met at once between lines", {.size = 4, .max_size = 10, .rotation_wanted = true}, "a", 0, true},
        {"a wish waits for the end of the line",
         {.size = 4, .line_bytes = 1, .max_size = 10, .rotation_wanted = true},
         "a\nb\nc",
         2,
         true},
        {"a wish works without a limit", {.size = 4, .line_bytes = 1, .rotation_wanted = true}, "a\nb\n", 2, true},
        {"a wish for an empty file means nothing",
         {.size = 0, .max_size = 10, .rotation_wanted = true},
         "a\nb",
         3,
         false},
        {"the limit is reached already, between lines", {.size = 12, .max_size = 10}, "a\n", 0, true},
    };
    for (const Row& row : rows) {
        INFO(row.story);
        const Cut cut = plan_cut(row.fill, LineEnds(), row.chunk, k_wait);
        CHECK(cut.bytes == row.bytes);
        CHECK(cut.rotate == row.rotate);
    }
}

TEST_CASE("in UTF-16 a chunk is cut behind whole characters, wherever chunks begin") {
    struct Row {
        const char* story;
        std::string_view before;  // written to the file already
        FileFill fill;
        std::string_view chunk;
        std::size_t bytes;
        bool rotate;
    };
    using namespace std::string_view_literals;
    constexpr std::uint64_t k_wait = 4;
    const Row rows[] = {
        {"the last newline that fits", "", {.max_size = 8}, "a\0\n\0b\0\n\0c\0"sv, 8, true},
        {"the second byte of a newline does not fit", "", {.max_size = 7}, "a\0\n\0b\0\n\0c\0"sv, 4, true},
        {"a newline byte that is half of something else", "", {.max_size = 4}, "\n\1\0\n\0\0\n\0"sv, 8, true},
        {"a chunk that begins within a newline",
         "a\0\n"sv,
         {.size = 3, .line_bytes = 3, .max_size = 4},
         "\0b\0"sv,
         1,
         true},
        {"a wish, within a newline",
         "a\0\n"sv,
         {.size = 3, .line_bytes = 3, .rotation_wanted = true},
         "\0b\0"sv,
         1,
         true},
        {"what looks like a newline between two characters",
         "a\0x"sv,
         {.size = 3, .line_bytes = 3, .max_size = 100, .rotation_wanted = true},
         "\n\0\1\n\0"sv,
         5,
         true},
        {"an endless line, by whole characters",
         "a"sv,
         {.size = 1, .line_bytes = 1, .max_size = 2},
         "\1b\1c\1d\1"sv,
         5,
         true},
        {"an endless line, a byte more", "", {.max_size = 3}, "a\1b\1c\1d\1e\1"sv, 8, true},
        {"an endless line, whose last character is not whole yet", "", {.max_size = 3}, "a\1b\1c\1d"sv, 7, false},
    };
    for (const Row& row : rows) {
        INFO(row.story);
        LineEnds ends(true);
        ends.pass(row.before);
        const Cut cut = plan_cut(row.fill, ends, row.chunk, k_wait);
        CHECK(cut.bytes == row.bytes);
        CHECK(cut.rotate == row.rotate);
    }
}

}  // namespace svcwrap::logs
