#include "logs/redact.hpp"

#include <optional>
#include <utility>

namespace svcwrap::logs {

std::uint64_t redact(std::string& text, const LinearRegex& pattern) {
    std::uint64_t count = 0;
    std::string result;
    std::size_t done = 0;   // of the text, copied or replaced
    std::size_t place = 0;  // where to look
    while (place <= text.size()) {
        const auto match = pattern.find(text, place);
        if (!match) {
            break;
        }
        if (match->size == 0) {  // it would be found there for ever
            place = match->start + 1;
            continue;
        }
        result.append(text, done, match->start - done).append(k_redacted);
        done = place = match->start + match->size;
        ++count;
    }
    if (count > 0) {
        result.append(text, done);
        text = std::move(result);
    }
    return count;
}

}  // namespace svcwrap::logs
