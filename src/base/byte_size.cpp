#include "base/byte_size.hpp"

#include <array>

#include "base/decimal.hpp"
#include "base/utf8.hpp"

namespace svcwrap {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t bytes;
};

// Binary units first, so that to_human can stop behind them.
constexpr std::array k_units{
    Unit{"TiB", 1ULL << 40},
    Unit{"GiB", 1ULL << 30},
    Unit{"MiB", 1ULL << 20},
    Unit{"KiB", 1ULL << 10},
    Unit{"TB", 1'000'000'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"MB", 1'000'000},
    Unit{"kB", 1'000},
    Unit{"B", 1},
};
constexpr std::size_t k_binary_units = 4;

std::unexpected<Error> bad_size(std::string_view text, std::string_view why) {
    return fail(ErrorKind::usage, "\"" + std::string(text) + "\" is not a size: " + std::string(why),
                "write a number and a unit (B, KiB, MiB, GiB, TiB, kB, MB, GB, TB), for example \"10 MiB\", or \"0\"");
}

const Unit* find_unit(std::string_view name) {
    for (const Unit& unit : k_units) {
        if (equals_ignoring_case(unit.name, name)) return &unit;
    }
    return nullptr;
}

}  // namespace

Result<ByteSize> parse_byte_size(std::string_view text) {
    if (text == "0") return ByteSize{};
    auto rest = text;
    const auto number = take_decimal(rest);
    if (!number) return bad_size(text, text.empty() ? "it is empty" : "it does not begin with a number");
    rest = skip_spaces(rest);
    if (rest.empty()) return bad_size(text, "the unit is missing");
    const Unit* unit = find_unit(rest);
    if (!unit) return bad_size(text, "the unit is unknown");
    const auto bytes = scale(*number, unit->bytes);
    if (!bytes) return bad_size(text, "it is no whole number of bytes or too large");
    return ByteSize{*bytes};
}

std::string to_text(ByteSize size) {
    if (size.bytes == 0) return "0";
    const Unit* best = &k_units.back();
    for (const Unit& unit : k_units) {
        if (size.bytes % unit.bytes == 0 && unit.bytes > best->bytes) best = &unit;
    }
    return std::to_string(size.bytes / best->bytes).append(" ").append(best->name);
}

std::string to_human(ByteSize size) {
    for (std::size_t i = 0; i < k_binary_units; ++i) {
        const Unit& unit = k_units[i];
        if (size.bytes < unit.bytes) continue;
        auto text = std::to_string(size.bytes / unit.bytes);
        const auto tenths = size.bytes % unit.bytes * 10 / unit.bytes;
        if (tenths != 0) text += '.' + std::to_string(tenths);
        return text.append(" ").append(unit.name);
    }
    return std::to_string(size.bytes) + " B";
}

}  // namespace svcwrap
