#include "platform/security_descriptor.hpp"

#include <catch_amalgamated.hpp>
#include <string_view>

namespace svcwrap::platform {

namespace {

// Bytes as Windows lays them out, [MS-DTYP] 2.4.6; written as hexadecimal digits with blanks.
std::vector<std::byte> bytes_of(std::string_view text) {
    std::vector<std::byte> bytes;
    std::string digits;
    for (const char c : text) {
        if (c != ' ') digits += c;
        if (digits.size() == 2) {
            bytes.push_back(static_cast<std::byte>(std::stoi(digits, nullptr, 16)));
            digits.clear();
        }
    }
    return bytes;
}

const std::string k_administrators = "01 02 000000000005 20000000 20020000";  // S-1-5-32-544
const std::string k_everyone = "01 01 000000000001 00000000";                 // S-1-1-0

// Owner Administrators; a protected DACL of one entry.
std::vector<std::byte> with_entries(int count, const std::string& entries, int size) {
    const auto number = [](int value) {
        constexpr std::string_view k_digits = "0123456789abcdef";
        const auto digit = [&](int shift) { return k_digits[static_cast<std::size_t>((value >> shift) & 15)]; };
        return std::string{digit(4), digit(0), digit(12), digit(8)};
    };
    return bytes_of("01 00 0490 14000000 00000000 00000000 24000000 " + k_administrators + " 02 00 " +
                    number(8 + size) + number(count) + " 0000 " + entries);
}

}  // namespace

TEST_CASE("owner and entries come out as they were set") {
    const auto descriptor = parse_security_descriptor(
        with_entries(2, "00 0b 1800 ff011f00 " + k_administrators + "01 00 1400 00000040 " + k_everyone, 0x18 + 0x14));
    REQUIRE(descriptor);
    CHECK(descriptor->owner == "S-1-5-32-544");
    CHECK(descriptor->dacl_protected);
    REQUIRE(descriptor->dacl.has_value());
    CHECK(*descriptor->dacl == std::vector<Ace>{
                                   {.type = AceType::allow, .flags = 0x0B, .mask = 0x1F01FF, .sid = "S-1-5-32-544"},
                                   {.type = AceType::deny, .flags = 0, .mask = 0x40000000, .sid = "S-1-1-0"},
                               });
}

TEST_CASE("a DACL that is absent or null is none, and an empty one is empty") {
    const auto absent = parse_security_descriptor(bytes_of("01 00 0080 00000000 00000000 00000000 00000000"));
    REQUIRE(absent);
    CHECK_FALSE(absent->dacl.has_value());
    CHECK(absent->owner.empty());
    const auto null = parse_security_descriptor(bytes_of("01 00 0480 00000000 00000000 00000000 00000000"));
    REQUIRE(null);
    CHECK_FALSE(null->dacl.has_value());
    const auto empty = parse_security_descriptor(with_entries(0, "", 0));
    REQUIRE(empty);
    REQUIRE(empty->dacl.has_value());
    CHECK(empty->dacl->empty());
}

TEST_CASE("callback and object entries are conditional, and others are kept as such") {
    // A callback entry has its condition behind the SID; an object entry up to two GUIDs before it.
    const std::string guid = "00112233445566778899aabbccddeeff";
    const auto descriptor = parse_security_descriptor(
        with_entries(5,
                     "09 00 1800 02000000 " + k_everyone + "61727478" + "05 00 2800 02000000 01000000" + guid +
                         k_everyone + "06 00 3800 02000000 03000000" + guid + guid + k_everyone +
                         "05 00 1800 02000000 00000000" + k_everyone + "11 00 1400 01000000 " + k_everyone,
                     0x18 + 0x28 + 0x38 + 0x18 + 0x14));
    REQUIRE(descriptor);
    const Ace allowed{.type = AceType::allow, .conditional = true, .mask = 2, .sid = "S-1-1-0"};
    const Ace denied{.type = AceType::deny, .conditional = true, .mask = 2, .sid = "S-1-1-0"};
    CHECK(*descriptor->dacl == std::vector<Ace>{allowed, allowed, denied, allowed, {.type = AceType::other}});
}

TEST_CASE("SIDs with many parts and with large authorities have the text that Windows gives them") {
    const auto owner_of = [](const std::string& sid) {
        const auto descriptor =
            parse_security_descriptor(bytes_of("01 00 0080 14000000 00000000 00000000 00000000 " + sid));
        return descriptor ? descriptor->owner : "error";
    };
    CHECK(owner_of("01 05 000000000005 15000000 01000000 02000000 ffffffff e9030000") ==
          "S-1-5-21-1-2-4294967295-1001");
    CHECK(owner_of("01 00 000000000005") == "S-1-5");
    CHECK(owner_of("01 01 0123456789ab 01000000") == "S-1-0x0123456789AB-1");
    CHECK(owner_of("01 01 0000ffffffff 01000000") == "S-1-4294967295-1");
    CHECK(owner_of("02 01 000000000005 01000000") == "error");
    CHECK(owner_of("01 10 000000000005 01000000") == "error");
}

TEST_CASE("whatever is cut off or changed, nothing outside is read and nothing else happens") {
    const auto whole = with_entries(2,
                                    "00 00 1800 ff011f00 " + k_administrators + "05 00 2800 02000000 01000000" +
                                        "00112233445566778899aabbccddeeff" + k_everyone,
                                    0x18 + 0x28);
    REQUIRE(parse_security_descriptor(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        // A copy of its own, so that a sanitizer sees the first byte too many.
        const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        INFO(size);
        CHECK_FALSE(parse_security_descriptor(cut));
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
            auto changed = whole;
            changed[at] = static_cast<std::byte>(value);
            const auto descriptor = parse_security_descriptor(changed);
            CHECK((descriptor || descriptor.error().kind == ErrorKind::internal));
        }
    }
}

TEST_CASE("an absolute descriptor, whose offsets are pointers, is refused") {
    CHECK_FALSE(parse_security_descriptor(bytes_of("01 00 0400 14000000 00000000 00000000 00000000")));
}

}  // namespace svcwrap::platform
