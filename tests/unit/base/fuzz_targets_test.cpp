// The fuzz targets of this room on a small corpus, and on what chance makes of it.
#include <catch_amalgamated.hpp>

#include "fuzz/small_corpus.hpp"

using namespace svcwrap;

TEST_CASE("What the base room reads, it reads back as it was written") {
    fuzz::feed_all({fuzz::parse_json, fuzz::split_arguments, fuzz::parse_quantities, fuzz::clean_text},
                   {"", R"({"a":[1,-2.5e3,true,null,"\u00fc\ud83d\ude00\n"],"b":{}})", "1h 30m", "1.5 GiB", "03:30",
                    "2026-11-21T10:00:00.123Z", R"("C:\a b\p.exe" one "t w o" "a\\" \"x "" c)", R"(C:\a\..\b.exe)",
                    R"(\\?\UNC\server\share\x)", "/a/./b/../c.tar.gz", "gr\xC3\xBC\xC3\x9F\xFF\x1B[1m"});
    SUCCEED("none ended the process");
}
