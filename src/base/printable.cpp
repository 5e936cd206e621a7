#include "base/printable.hpp"

#include "base/utf8.hpp"

namespace svcwrap {
namespace {

bool is_control(char16_t unit) {
    return (unit < 0x20 && unit != u'\t') || (unit >= 0x7F && unit < 0xA0);
}

}  // namespace

std::string printable(std::string_view text) {
    std::u16string units = to_utf16(text);
    for (char16_t& unit : units) {
        if (is_control(unit)) unit = u'\xFFFD';
    }
    return from_utf16(units);
}

}  // namespace svcwrap
