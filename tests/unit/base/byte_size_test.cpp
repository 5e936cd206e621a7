#include "base/byte_size.hpp"

#include <catch_amalgamated.hpp>
#include <random>

using namespace svcwrap;

TEST_CASE("Sizes are read from their units, in any case") {
    struct Row {
        std::string text;
        std::uint64_t bytes;
    };
    const auto row = GENERATE(values<Row>({
        {"0", 0},
        {"0 B", 0},
        {"10 MiB", 10485760},
        {"10MiB", 10485760},
        {"10 mib", 10485760},
        {"1.5 GiB", 1610612736},
        {"500 kB", 500000},
        {"500 KB", 500000},
        {"4096 B", 4096},
        {"2 TiB", 2199023255552},
        {"2 tb", 2000000000000},
        {"0.5 KiB", 512},
        {"18446744073709551615 B", UINT64_MAX},
    }));
    INFO(row.text);
    const auto size = parse_byte_size(row.text);
    REQUIRE(size);
    CHECK(size->bytes == row.bytes);
}

TEST_CASE("What is no size is refused with the units in the remedy") {
    const std::string text =
        GENERATE("", " ", "10", "1", "-1 B", "10 M", "10 K", "10 Mi", "MiB", "1.5 B", "0.3 KiB", "10 MiB ", " 10 MiB",
                 "10 MiBs", "1,5 MiB", "18446744073709551616 B", "16777216 TiB", "1e3 B", "never");
    INFO('"' << text << '"');
    const auto size = parse_byte_size(text);
    REQUIRE_FALSE(size);
    CHECK(size.error().kind == ErrorKind::usage);
    CHECK(size.error().message.starts_with("\"" + text + "\" is not a size: "));
    CHECK(size.error().remedy.contains("KiB, MiB, GiB, TiB"));
}

TEST_CASE("A size written as text reads back to the same value") {
    CHECK(to_text(10_MiB) == "10 MiB");
    CHECK(to_text(ByteSize{1500}) == "1500 B");
    CHECK(to_text(ByteSize{5'000'000}) == "5 MB");
    CHECK(to_text(ByteSize{0}) == "0");
    CHECK(to_text(ByteSize{2048ULL << 40}) == "2048 TiB");
    std::mt19937_64 random(3);
    for (int round = 0; round < 20000; ++round) {
        const ByteSize size{(random() >> (random() % 64)) << (random() % 2 * 10)};
        REQUIRE(parse_byte_size(to_text(size)) == size);
    }
}

TEST_CASE("People see one unit of a size, cut off after a tenth") {
    CHECK(to_human(ByteSize{0}) == "0 B");
    CHECK(to_human(ByteSize{1023}) == "1023 B");
    CHECK(to_human(1_KiB) == "1 KiB");
    CHECK(to_human(ByteSize{10'380'903}) == "9.9 MiB");
    CHECK(to_human(ByteSize{(1 << 20) - 1}) == "1023.9 KiB");
    CHECK(to_human(ByteSize{UINT64_MAX}) == "16777215.9 TiB");
}
