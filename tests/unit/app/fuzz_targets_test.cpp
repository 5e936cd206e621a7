// The fuzz target of this room on a small corpus, and on what chance makes of it.
#include <catch_amalgamated.hpp>

#include "fuzz/small_corpus.hpp"

using namespace svcwrap;

TEST_CASE("Any text as a moment is read or refused, in any zone") {
    fuzz::feed_all({fuzz::parse_moments}, {"",
                                           "\x34\x05\x20"
                                           "1 hour 5 min ago",
                                           "\x01\x05\x20"
                                           "2026-03-29 02:30",
                                           "\x34\xFF\x20"
                                           "yesterday 10:00:30.5",
                                           "\x34\x05\x20"
                                           "02:30"});
    SUCCEED("none ended the process");
}
