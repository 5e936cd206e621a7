#include "config/exit_match.hpp"

#include <charconv>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <system_error>

namespace svcwrap::config {
namespace {

using supervise::ExitClass;
using supervise::ExitCodeRange;

std::unexpected<Error> bad_match(std::string_view text, std::string_view why) {
    return fail(
        ErrorKind::usage, "\"" + std::string(text) + "\" " + std::string(why),
        R"(write a code ("3", "-1", "0xC0000005"), a range ("100-110"), "crash", "timeout", "launch-failure" or "probe-failure")");
}

bool takes_hex(std::string_view& text) {
    if (!text.starts_with("0x") && !text.starts_with("0X")) return false;
    text.remove_prefix(2);
    return true;
}

// Reads one code off the front of the text.
std::optional<std::uint32_t> take_code(std::string_view& text) {
    auto rest = text;
    const bool negative = rest.starts_with('-');
    if (negative) rest.remove_prefix(1);
    const bool hex = !negative && takes_hex(rest);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value, hex ? 16 : 10);
    const std::uint64_t limit = negative ? 0x80000000 : std::numeric_limits<std::uint32_t>::max();
    if (error != std::errc() || value > limit) return std::nullopt;
    text = rest.substr(static_cast<std::size_t>(end - rest.data()));
    return static_cast<std::uint32_t>(negative ? 0 - value : value);
}

}  // namespace

Result<supervise::ExitMatch> parse_exit_match(std::string_view text) {
    if (text == "crash") return ExitClass::crash;
    if (text == "timeout") return ExitClass::timeout;
    if (text == "launch-failure") return ExitClass::launch_failure;
    if (text == "probe-failure") return ExitClass::probe_failure;
    auto rest = text;
    const auto first = take_code(rest);
    if (!first) return bad_match(text, "is no exit code of 32 bits");
    if (rest.empty()) return ExitCodeRange{*first, *first};
    if (!rest.starts_with('-')) return bad_match(text, "is no exit code");
    rest.remove_prefix(1);
    const auto last = take_code(rest);
    if (!last || !rest.empty()) return bad_match(text, "is no range of exit codes");
    if (*last < *first) return bad_match(text, "is a range that ends before it begins");
    return ExitCodeRange{*first, *last};
}

}  // namespace svcwrap::config
