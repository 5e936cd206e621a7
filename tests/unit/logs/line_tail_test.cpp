#include "logs/line_tail.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <random>

namespace svcwrap::logs {

using Lines = std::vector<std::string>;

TEST_CASE("the tail has the last lines, the unfinished one included") {
    LineTail tail(3, 1_KiB);
    CHECK(tail.lines().empty());
    tail.push("one\ntw");
    CHECK(tail.lines() == Lines{"one", "tw"});
    tail.push("o\nthree\nfour\n");
    CHECK(tail.lines() == Lines{"two", "three", "four"});
    tail.push("five");
    CHECK(tail.lines() == Lines{"three", "four", "five"});
    tail.clear();
    CHECK(tail.lines().empty());
}

TEST_CASE("the tail of one large chunk is its end") {
    LineTail tail(2, 1_KiB);
    tail.push("begun");
    std::string chunk;
    for (int i = 0; i < 5000; ++i) {
        chunk += "line " + std::to_string(i) + "\n";
    }
    tail.push(chunk);
    CHECK(tail.lines() == Lines{"line 4998", "line 4999"});
    tail.push(chunk + "rest");
    CHECK(tail.lines() == Lines{"line 4999", "rest"});
}

TEST_CASE("the tail bounds long lines and keeps their beginning") {
    LineTail tail(2, ByteSize{8});
    tail.push("0123");
    tail.push("456789");
    tail.push("abc\nshort\n");
    CHECK(tail.lines() == Lines{"01234567", "short"});
}

TEST_CASE("the tail is text: no line ends, no ill-formed bytes, no character cut in two") {
    LineTail tail(5, ByteSize{4});
    tail.push("a\r\n");
    tail.push("\xff\xfe\n");
    tail.push("abc\xc3\xa4\n");  // the umlaut would be cut after its first byte
    tail.push("ab\xc3\xa4\n");   // it just fits
    tail.push("\n");
    CHECK(tail.lines() == Lines{"a", "\xEF\xBF\xBD\xEF\xBF\xBD", "abc", "ab\xc3\xa4", ""});
}

TEST_CASE("the tail does not depend on how the bytes were cut") {
    std::mt19937 random(11);
    std::string text;
    for (int i = 0; i < 400; ++i) {
        text += std::string(random() % 12, static_cast<char>('a' + i % 26)) + "\n";
    }
    text += "end";
    LineTail whole(7, ByteSize{6});
    whole.push(text);
    for (int round = 0; round < 50; ++round) {
        LineTail pieces(7, ByteSize{6});
        for (std::string_view rest = text; !rest.empty();) {
            const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % 200);
            pieces.push(rest.substr(0, size));
            rest.remove_prefix(size);
        }
        REQUIRE(pieces.lines() == whole.lines());
    }
    CHECK(whole.lines().size() == 7);
}

}  // namespace svcwrap::logs
