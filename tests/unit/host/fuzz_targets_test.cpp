// The fuzz target of this room on a small corpus, and on what chance makes of it.
#include <catch_amalgamated.hpp>

#include "fuzz/small_corpus.hpp"

using namespace svcwrap;

TEST_CASE("Any text as a message, a state or a history is read back as it was written, or refused") {
    fuzz::feed_all(
        {fuzz::read_messages},
        {"", R"({"version":1,"command":"restart-child"})", R"({"version":1,"ok":true,"result":{"logs":["stdout"]}})",
         R"({"version":1,"ok":false,"error":{"kind":"bad_config","message":"m","os_code":5,"where":"f:1:2"}})",
         R"({"version":1,"state":"running","since":"2026-11-21T10:00:00.000Z","run":2,"logs":[{"bytes_in":5}]})",
         R"([{"run":1,"launched":"2026-11-21T10:00:00.000Z","end":{"kind":"exited","exit_code":1},"last_lines":["a"]}])"});
    SUCCEED("none ended the process");
}
