#include "logs/line_ends.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace svcwrap::logs {

using namespace std::string_view_literals;

TEST_CASE("a line ends behind a newline byte") {
    const LineEnds ends;
    CHECK(ends.behind_first("ab\ncd\ne") == 3);
    CHECK(ends.behind_last("ab\ncd\ne") == 6);
    CHECK(ends.count("ab\ncd\ne") == 2);
    CHECK(ends.behind_first("ab") == LineEnds::npos);
    CHECK(ends.behind_last("") == LineEnds::npos);
}

TEST_CASE("in UTF-16 a line ends behind both bytes of a newline, and nowhere within characters") {
    const LineEnds ends(true);
    CHECK(ends.behind_first("a\0\n\0b\0\n\0c\0"sv) == 4);
    CHECK(ends.behind_last("a\0\n\0b\0\n\0c\0"sv) == 8);
    CHECK(ends.count("a\0\n\0b\0\n\0c\0"sv) == 2);
    // U+0A00, U+000A as its bytes lie over two characters, and U+010A.
    CHECK(ends.behind_first("\0\n"sv) == LineEnds::npos);
    CHECK(ends.behind_first("x\n\0x"sv) == LineEnds::npos);
    CHECK(ends.behind_first("\n\1"sv) == LineEnds::npos);
    CHECK(ends.behind_last("x\n\0x"sv) == LineEnds::npos);
    CHECK(ends.behind_last("\n"sv) == LineEnds::npos);
    CHECK(ends.behind_last(""sv) == LineEnds::npos);
}

TEST_CASE("in UTF-16 the ends of lines are the same, however the bytes are cut into chunks") {
    std::mt19937 random(5);
    for (int round = 0; round < 200; ++round) {
        std::string bytes;
        std::vector<std::size_t> wanted;
        for (int i = 0; i < 60; ++i) {
            const char16_t units[] = {u'\n', u'a', u'\x0A0A', u'\x010A', u'\x0A00', u'\0'};
            const char16_t unit = units[random() % 6];
            bytes += static_cast<char>(unit & 0xFF);
            bytes += static_cast<char>(unit >> 8);
            if (unit == u'\n') {
                wanted.push_back(bytes.size());
            }
        }
        std::vector<std::size_t> found;
        LineEnds ends(true);
        std::uint64_t counted = 0;
        for (std::size_t begin = 0; begin < bytes.size();) {
            const std::string_view chunk = std::string_view(bytes).substr(begin, random() % 7);
            counted += ends.count(chunk);
            const std::size_t last = ends.behind_last(chunk);
            const std::size_t first = ends.behind_first(chunk);
            CHECK((first == LineEnds::npos) == (last == LineEnds::npos));
            const std::size_t step = first == LineEnds::npos ? chunk.size() : first;
            if (first != LineEnds::npos) {
                found.push_back(begin + first);
                CHECK(last >= first);
                CHECK(std::ranges::contains(wanted, begin + last));
            }
            counted -= ends.count(chunk);
            counted += ends.count(chunk.substr(0, step));
            ends.pass(chunk.substr(0, step));
            begin += step;
        }
        REQUIRE(found == wanted);
        CHECK(counted == wanted.size());
    }
}

}  // namespace svcwrap::logs
