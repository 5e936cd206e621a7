// The targets of tests/fuzz on a small corpus, and on what chance makes of it.
#include <catch_amalgamated.hpp>
#include <string>
#include <vector>

#include "fuzz/small_corpus.hpp"

namespace svcwrap::logs {

namespace {

const std::vector<std::string> k_corpus = {
    "",
    "a",
    std::string("\x05\x03one\ntwo\r\nthree", 16),
    std::string("\x10\x01gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\n\xFF\xC3\n\r", 18),
    R"({"level":"warn","ts":1763719200.5,"msg":"m","n":[1,{"a":null}]})",
    R"({"time":"2026-01-02T03:04:05Z","message":"\u00fc\n","pid":1})",
    R"({"time":"2026-01-02T03:04:05.123Z","level":"info","stream":"stdout","run":1,"message":"x","base64":"/w=="})",
    "2026-11-21T11:00:00.123+01:00 err+ the message\n2026-11-21T11:00:00.124+01:00 out \n",
    std::string("app\0app.20261121T100000.123Z.log.gz", 35),
    std::string("(a+)*[b-d]{2,3}|^x?$\0aaabcd", 27),
    std::string("\x1F\x8B\x08\0\0\0\0\0\0\x03\xCB\x48\0\0", 14),
};

}  // namespace

TEST_CASE("the fuzz targets hold on their corpus and on what chance makes of it") {
    fuzz::feed_all({fuzz::split_lines, fuzz::format_lines, fuzz::read_files, fuzz::match_pattern, fuzz::decode_utf16,
                    fuzz::parse_file_names},
                   k_corpus);
    SUCCEED("none ended the process");
}

}  // namespace svcwrap::logs
