// The fuzz target of this room on a small corpus, and on what chance makes of it.
#include <catch_amalgamated.hpp>
#include <string>

#include "fuzz/small_corpus.hpp"

using namespace svcwrap;
using namespace std::string_literals;

TEST_CASE("Any bytes as a security descriptor are read within their bounds, and judged") {
    // Owner SYSTEM; everyone may do everything.
    const std::string header = "\x01\0\x04\x80\x14\0\0\0\0\0\0\0\0\0\0\0\x20\0\0\0"s;
    const std::string owner = "\x01\x01\0\0\0\0\0\x05\x12\0\0\0"s;
    const std::string list = "\x02\0\x1C\0\x01\0\0\0\0\0\x14\0\xFF\x01\x1F\0\x01\x01\0\0\0\0\0\x01\0\0\0\0"s;
    fuzz::feed_all({fuzz::judge_descriptor}, {"", header + owner + list, header}, 2000);
    SUCCEED("none ended the process");
}
