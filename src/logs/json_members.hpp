#pragma once
// The members of a JSON object that a child wrote, as slices of its line. Pure.
#include <string_view>
#include <vector>

namespace svcwrap::logs {

struct JsonMember {
    std::string_view key;    // what stands between its quotes, escapes and all
    std::string_view value;  // its text
};

// True if the text is one JSON object by RFC 8259 (depth at most 64) and well-formed UTF-8; `members` are those at its
// top then, in their order. Linear in the text; allocates only when `members` has to grow.
[[nodiscard]] bool split_json_object(std::string_view text, std::vector<JsonMember>& members);

}  // namespace svcwrap::logs
