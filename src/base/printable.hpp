#pragma once
// Text from outside on a terminal.
#include <string>
#include <string_view>

namespace svcwrap {

// The text, safe to show as one line: control characters (C0 with the line ends, DEL, C1) become U+FFFD, and so does
// what is ill-formed. Tabs stay.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace svcwrap
