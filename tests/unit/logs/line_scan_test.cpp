// Bytes looked at many at once, beside the obvious way of doing it.
#include "logs/line_scan.hpp"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <random>
#include <string>
#include <vector>

namespace svcwrap::logs {

namespace {

bool is_special(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte > 0x7F || c == '"' || c == '\\';
}

// Where looking at many bytes at once may go wrong: neighbours of what is searched, in value and by a bit.
std::string hard_text(std::mt19937& random, std::size_t size) {
    constexpr std::string_view k_bytes("\n\n\r\t\x0b\x1f !\"#[\\]a\x7f\x80\x8a\xa2\xdc\xff\0", 21);
    std::string text(size, ' ');
    const bool is_mostly_plain = random() % 2 == 0;
    for (char& c : text) {
        c = is_mostly_plain && random() % 16 != 0 ? 'a' : k_bytes[random() % k_bytes.size()];
    }
    return text;
}

template <class Lane>
void check_lane(const std::string& bytes) {
    REQUIRE(bytes.size() == Lane::k_size);
    std::uint64_t special = 0;
    std::uint64_t newlines = 0;
    std::uint64_t returns = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        special |= std::uint64_t{is_special(bytes[i])} << i;
        newlines |= std::uint64_t{bytes[i] == '\n'} << i;
        returns |= std::uint64_t{bytes[i] == '\r'} << i;
    }
    const Lane lane(bytes.data());
    REQUIRE(lane.special() == special);
    REQUIRE(lane.equal('\n') == newlines);
    REQUIRE(lane.equal('\r') == returns);
}

template <class Lane>
void check_at_each_place(char c, char around) {
    for (std::size_t place = 0; place < Lane::k_size; ++place) {
        std::string bytes(Lane::k_size, around);
        bytes[place] = c;
        check_lane<Lane>(bytes);
    }
}

struct Line {
    std::string text;
    std::size_t position = 0;
    bool is_special = false;  // but for a '\r' at its end
    bool is_special_with_cr = false;
    bool operator==(const Line&) const = default;
};

std::vector<Line> lines_of(std::string_view text) {
    std::vector<Line> lines;
    std::size_t start = 0;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', start)) {
        const std::string line(text.substr(start, end - start));
        const std::string without_cr = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
        lines.push_back(
            {line, start, std::ranges::any_of(without_cr, is_special), std::ranges::any_of(line, is_special)});
        start = end + 1;
    }
    return lines;
}

template <bool wants_special, class Lane>
void check_scan(const std::string& text) {
    INFO("text " << Catch::StringMaker<std::string>::convert(text));
    LineScan<wants_special, Lane> scan(text);
    std::size_t end = 0;
    for (const Line& line : lines_of(text)) {
        REQUIRE(scan.next());
        REQUIRE(scan.line() == line.text);
        REQUIRE(scan.position() == line.position);
        REQUIRE((!wants_special || scan.is_special() || !line.is_special));
        REQUIRE((!wants_special || !scan.is_special() || line.is_special_with_cr));
        end = line.position + line.text.size() + 1;
    }
    REQUIRE_FALSE(scan.next());
    REQUIRE(scan.position() == end);
    REQUIRE_FALSE(scan.next());
}

void check_scans(const std::string& text) {
    check_scan<true, WordLane>(text);
    check_scan<true, ByteLane>(text);
    check_scan<false, ByteLane>(text);
}

}  // namespace

TEMPLATE_TEST_CASE("each byte is known at each place, whatever stands around it", "", WordLane, ByteLane) {
    for (const char around : {'a', '\0', '\n', '\x1f', '"', '\x80', '\xff'}) {
        for (int value = 0; value < 256; ++value) {
            check_at_each_place<TestType>(static_cast<char>(value), around);
        }
    }
    std::mt19937 random(3);
    for (int round = 0; round < 2000; ++round) {
        check_lane<TestType>(hard_text(random, TestType::k_size));
    }
}

TEMPLATE_TEST_CASE("bytes are counted exactly, whatever stands around them", "", WordLane, ByteLane) {
    std::mt19937 random(7);
    for (std::size_t size = 0; size <= 70; ++size) {
        for (int round = 0; round < 10; ++round) {
            const std::string text = hard_text(random, size);
            REQUIRE(count_bytes<TestType>(text, '\n') == static_cast<std::uint64_t>(std::ranges::count(text, '\n')));
        }
    }
    // Around the number of lanes that a tally holds.
    constexpr std::size_t k_lanes[] = {254, 255, 256, 510, 511};
    for (const std::size_t lanes : k_lanes) {
        for (const std::size_t more : {std::size_t{0}, std::size_t{1}, TestType::k_size - 1}) {
            const std::size_t size = lanes * TestType::k_size + more;
            REQUIRE(count_bytes<TestType>(std::string(size, '\n'), '\n') == size);
            REQUIRE(count_bytes<TestType>(std::string(size, '\x8a'), '\n') == 0);
        }
    }
}

TEST_CASE("a scan finds the lines, and what is special in them, at any place of its blocks") {
    // One byte of interest at each place, in texts that end before, at and behind the end of a block.
    for (std::size_t size = 0; size <= 140; ++size) {
        check_scans(std::string(size, 'a'));
        check_scans(std::string(size, '\n'));
        check_scans(std::string(size, 'a') + "\n");
        check_scans(std::string(size, 'a') + "\r\n");
        check_scans(std::string(size, 'a') + "\rb\n");
        for (const char c : {'"', '\0', '\x80', '\x1f', '\\'}) {
            check_scans(std::string(size, 'a') + c + "\nb\n");
            check_scans(c + std::string(size, 'a') + "\nb\n");
            check_scans("\n" + std::string(size, 'a') + c);
        }
    }
}

TEST_CASE("a scan of random bytes finds what a slow look finds") {
    std::mt19937 random(11);
    for (int round = 0; round < 3000; ++round) {
        check_scans(hard_text(random, random() % 300));
    }
}

}  // namespace svcwrap::logs
