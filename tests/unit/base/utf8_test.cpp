#include "base/utf8.hpp"

#include <catch_amalgamated.hpp>
#include <random>

using namespace svcwrap;

TEST_CASE("Every code point goes from UTF-16 to UTF-8 and back") {
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        std::u16string units;
        if (c < 0x10000) {
            units += static_cast<char16_t>(c);
        } else {
            units += static_cast<char16_t>(0xD7C0 + (c >> 10));
            units += static_cast<char16_t>(0xDC00 + (c & 0x3FF));
        }
        const auto text = from_utf16(units);
        if (!is_valid_utf8(text) || to_utf16(text) != units || count_code_points(text) != 1)
            FAIL("U+" << std::hex << static_cast<unsigned>(c));
    }
    CHECK(from_utf16(u"aü日\U0001F600") == "aü日\xF0\x9F\x98\x80");
}

TEST_CASE("Each maximal ill-formed part of UTF-8 becomes one U+FFFD") {
    struct Row {
        std::string text;
        std::string repaired;
    };
    const std::string r = "\xEF\xBF\xBD";
    const auto row = GENERATE_COPY(values<Row>({
        {"\x80", r},
        {"\xFF"
         "a",
         r + "a"},
        {"\xC0\xAF", r + r},                                                              // over-long
        {"\xE0\x80\xAF", r + r + r},                                                      // over-long
        {"\xF0\x80\x80\xAF", r + r + r + r},                                              // over-long
        {"\xED\xA0\x80", r + r + r},                                                      // a surrogate
        {"\xF4\x90\x80\x80", r + r + r + r},                                              // beyond U+10FFFF
        {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", r + r + r + r + r + "A" + r + r + "B"},  // Unicode, table 3-10
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", r + r + r + r + "A"},                    // Unicode, table 3-11
        {"\xC3", r},
        {"\xE2\x82", r},
        {"\xF0\x9F\x98", r},
        {"ok\xE2\x82ok", "ok" + r + "ok"},
    }));
    CHECK_FALSE(is_valid_utf8(row.text));
    CHECK(replace_invalid_utf8(row.text) == row.repaired);
    CHECK(from_utf16(to_utf16(row.text)) == row.repaired);
    CHECK(is_valid_utf8(row.repaired));
    CHECK(count_code_points(row.text) == count_code_points(row.repaired));
}

TEST_CASE("A lone surrogate of UTF-16 becomes U+FFFD and its neighbours stay") {
    const std::string r = "\xEF\xBF\xBD";
    CHECK(from_utf16(std::u16string{0xD800}) == r);
    CHECK(from_utf16(std::u16string{0xDC00, u'a'}) == r + "a");
    CHECK(from_utf16(std::u16string{0xD800, u'a'}) == r + "a");
    CHECK(from_utf16(std::u16string{0xD800, 0xD83D, 0xDE00}) == r + "\xF0\x9F\x98\x80");
}

TEST_CASE("Random bytes are repaired to valid text, and valid text is left alone") {
    std::mt19937 random(1);
    for (int round = 0; round < 20000; ++round) {
        std::string text(random() % 12, '\0');
        for (auto& c : text) c = static_cast<char>(random() % 3 == 0 ? 0x20 + random() % 0x5F : random() % 256);
        const auto repaired = replace_invalid_utf8(text);
        REQUIRE(is_valid_utf8(repaired));
        REQUIRE((repaired == text) == is_valid_utf8(text));
        REQUIRE(replace_invalid_utf8(repaired) == repaired);
    }
}

TEST_CASE("An ill-formed byte is seen at any place among ASCII") {
    for (std::size_t size = 1; size <= 40; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
            for (const char bad : {'\x80', '\xBF', '\xC3', '\xE2', '\xF0', '\xFF'}) {
                std::string text(size, 'a');
                text[place] = bad;
                REQUIRE_FALSE(is_valid_utf8(text));
            }
            const std::string good = std::string(place, 'a') + "\xC3\xBC" + std::string(size - place, 'b');
            REQUIRE(is_valid_utf8(good));
        }
        REQUIRE(is_valid_utf8(std::string(size, '\0')));
        REQUIRE(is_valid_utf8(std::string(size, '\x7F')));
    }
}

TEST_CASE("Names compare without the case of ASCII letters only") {
    CHECK(equals_ignoring_case("Path", "PATH"));
    CHECK_FALSE(equals_ignoring_case("Path", "PATHS"));
    CHECK_FALSE(equals_ignoring_case("[", "{"));
    CHECK_FALSE(equals_ignoring_case("ä", "Ä"));
    CHECK(to_lower_ascii("ABC-Ä-xyz[") == "abc-Ä-xyz[");
}
