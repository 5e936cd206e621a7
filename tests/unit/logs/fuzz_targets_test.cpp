// The targets of tests/fuzz on a small corpus, and on what chance makes of it.
#include "fuzz/logs_targets.hpp"

#include <catch_amalgamated.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace svcwrap::logs {

namespace {

using Target = void (*)(const std::uint8_t*, std::size_t);

const std::vector<std::string> k_corpus = {
    "",
    "a",
    std::string("\x05\x03one\ntwo\r\nthree", 16),
    std::string("\x10\x01gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\n\xFF\xC3\n\r", 18),
    R"({"level":"warn","ts":1763719200.5,"msg":"m","n":[1,{"a":null}]})",
    R"({"time":"2026-01-02T03:04:05Z","message":"\u00fc\n","pid":1})",
    R"({"time":"2026-01-02T03:04:05.123Z","level":"info","stream":"stdout","run":1,"message":"x","base64":"/w=="})",
    "2026-11-21T11:00:00.123+01:00 err+ the message\n2026-11-21T11:00:00.124+01:00 out \n",
    std::string("(a+)*[b-d]{2,3}|^x?$\0aaabcd", 27),
    std::string("\x1F\x8B\x08\0\0\0\0\0\0\x03\xCB\x48\0\0", 14),
};

void run(Target target, const std::string& input) {
    target(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

// A few bytes changed, inserted, removed, or the end of another input put behind.
std::string mutated(std::string input, std::mt19937& random) {
    for (std::size_t i = random() % 6; i > 0; --i) {
        const std::size_t place = random() % (input.size() + 1);
        switch (random() % 4) {
            case 0:
                input.insert(place, 1, static_cast<char>(random()));
                break;
            case 1:
                input.erase(place, random() % 4);
                break;
            case 2:
                input.insert(place, 1, "\n\r\0{}\"\\+*(|"[random() % 11]);
                break;
            default:
                input += k_corpus[random() % k_corpus.size()].substr(0, random() % 30);
                break;
        }
    }
    return input;
}

}  // namespace

TEST_CASE("the fuzz targets hold on their corpus and on what chance makes of it") {
    for (const Target target : {fuzz::split_lines, fuzz::format_lines, fuzz::read_files, fuzz::match_pattern}) {
        std::mt19937 random(3);
        for (const std::string& input : k_corpus) {
            run(target, input);
            for (int i = 0; i < 150; ++i) {
                run(target, mutated(input, random));
            }
        }
    }
    SUCCEED("none ended the process");
}

}  // namespace svcwrap::logs
