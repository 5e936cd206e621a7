// Whatever comes in, in whatever pieces: the files together are the input, and lines stay whole.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <random>

#include "log_rig.hpp"
#include "platform/native.hpp"
#include "support/temp_folder.hpp"

namespace svcwrap::logs {

namespace {

using Random = std::mt19937;

std::size_t pick(Random& random, std::size_t least, std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(least, most)(random);
}

// Lines of all kinds: empty, CRLF, with NULs, ill-formed UTF-8, now and then a long one; perhaps no final newline.
std::string make_text(Random& random, std::size_t longest_line) {
    constexpr std::string_view k_bytes("\0a\r\xff\xc3\xe2\x82 \t\x8a", 10);
    std::string text;
    const std::size_t lines = pick(random, 0, 60);
    for (std::size_t i = 0; i < lines; ++i) {
        const std::size_t length = pick(random, 0, 9) == 0 ? pick(random, 0, longest_line) : pick(random, 0, 30);
        for (std::size_t j = 0; j < length; ++j) {
            text += k_bytes[pick(random, 0, k_bytes.size() - 1)];
        }
        text += pick(random, 0, 1) == 0 ? "\n" : "\r\n";
    }
    return pick(random, 0, 1) == 0 ? text : text + "no end";
}

void write_in_pieces(LogStream& stream, std::string_view text, Random& random, std::size_t largest) {
    while (!text.empty()) {
        const std::size_t size = std::min(text.size(), pick(random, 1, largest));
        REQUIRE(stream.write(bytes_of(text.substr(0, size))));
        text.remove_prefix(size);
    }
}

std::size_t longest_line_of(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        longest = std::max(longest, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return longest;
}

void check_parts(const std::vector<std::string>& parts, std::string_view text, std::uint64_t max_size) {
    std::string all;
    for (const std::string& part : parts) {
        all += part;
    }
    REQUIRE(all == text);
    const bool may_split = longest_line_of(text) > max_size + k_longest_wait_for_newline.bytes;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        REQUIRE_FALSE(parts[i].empty());
        REQUIRE((parts[i].ends_with('\n') || may_split));
        // All but the last line of a file fits into it.
        const std::string_view but_the_end = std::string_view(parts[i]).substr(0, parts[i].size() - 1);
        REQUIRE(but_the_end.rfind('\n') + 1 <= max_size);
    }
}

}  // namespace

TEST_CASE("in memory: the files together are the input, and no line is split") {
    for (unsigned seed = 1; seed <= 400; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        LogRig rig;
        rig.options.rotate.max_size = {pick(random, 1, 300)};
        rig.open();
        const std::string text = make_text(random, 500);
        write_in_pieces(*rig.stream, text, random, pick(random, 1, 700));
        check_parts(rig.parts(), text, rig.options.rotate.max_size.bytes);
        REQUIRE(rig.stream->counters().bytes == text.size());
        REQUIRE(rig.stream->counters().lines == static_cast<std::uint64_t>(std::ranges::count(text, '\n')));
        REQUIRE(rig.stream->counters().rotations + 1 == rig.parts().size());
    }
}

TEST_CASE("in memory: lines longer than patience are cut and nothing else is") {
    for (unsigned seed = 1; seed <= 6; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        LogRig rig;
        rig.options.rotate.max_size = {pick(random, 1, 100'000)};
        rig.open();
        const std::string text = "short\n" + std::string(pick(random, 900'000, 3'000'000), 'x') + "\nshort\n";
        write_in_pieces(*rig.stream, text, random, 65536);
        check_parts(rig.parts(), text, rig.options.rotate.max_size.bytes);
    }
}

TEST_CASE("in memory: random faults, short writes and readers in the way lose nothing and split no line") {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        LogRig rig;
        rig.options.rotate.max_size = {pick(random, 1, 300)};
        rig.files.set_longest_write(pick(random, 1, 200));
        rig.files.set_fault([fault = Random(seed)](const testing::FileCall& call) mutable -> std::optional<Error> {
            if (pick(fault, 0, 4) != 0) {
                return std::nullopt;
            }
            return pick(fault, 0, 1) == 0 ? testing::disk_full_error(call.path)
                                          : testing::sharing_violation_error(call.path);
        });
        rig.open();
        const std::string text = make_text(random, 500);
        write_in_pieces(*rig.stream, text, random, pick(random, 1, 700));
        REQUIRE(rig.everything() == text);
        const std::vector<std::string> parts = rig.parts();
        REQUIRE(
            std::all_of(parts.begin(), parts.end() - 1, [](const std::string& part) { return part.ends_with('\n'); }));
        REQUIRE(rig.stream->counters().lost_bytes == 0);
    }
}

TEST_CASE("on a real disk: the files together are the input, over several lives of the stream") {
    const auto files = platform::make_file_system();
    const auto clock = platform::make_clock();
    for (unsigned seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        const testing::TempFolder folder;
        LogRig rig;  // for its options
        rig.options.directory = folder.path_of("logs");
        rig.options.rotate.max_size = {pick(random, 50, 400)};
        std::string text;
        for (int life = 0; life < 3; ++life) {
            const auto stream = open_log_stream("app", rig.options, {*files, *clock, {}});
            const std::string more = make_text(random, 500) + "\n";
            write_in_pieces(*stream, more, random, 500);
            text += more;
        }
        auto names = files->list(rig.options.directory);
        REQUIRE(names);
        std::ranges::sort(*names, {}, &platform::DirectoryEntry::name);
        std::vector<std::string> parts;
        for (const auto& entry : *names) {
            if (entry.name != "app.log") {
                parts.push_back(folder.read("logs/" + entry.name));
            }
        }
        parts.push_back(folder.read("logs/app.log"));
        check_parts(parts, text, rig.options.rotate.max_size.bytes);
    }
}

TEST_CASE("on a real disk: old files go, a second stream on the same file waits its turn") {
    const auto files = platform::make_file_system();
    const auto clock = platform::make_clock();
    const testing::TempFolder folder;
    LogRig rig;
    rig.options.directory = folder.path();
    rig.options.rotate.max_size = {4};
    rig.options.keep.files = 2;
    auto stream = open_log_stream("app", rig.options, {*files, *clock, {}});
    REQUIRE(stream->write(bytes_of("aaa\nbbb\nccc\nddd\neee\n")));
    CHECK(folder.names().size() == 3);
    CHECK(folder.read("app.log") == "eee\n");
    CHECK(stream->counters().removed_files == 2);

    std::vector<std::string> complaints;
    auto second = open_log_stream("app", rig.options,
                                  {*files, *clock, [&](std::string text) { complaints.push_back(std::move(text)); }});
    CHECK(complaints.size() == 1);
    stream.reset();
    REQUIRE(second->write(bytes_of("fff\n")));
    CHECK(complaints.size() == 2);
    CHECK(folder.read("app.log") == "fff\n");
}

}  // namespace svcwrap::logs
