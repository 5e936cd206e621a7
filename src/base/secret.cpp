#include "base/secret.hpp"

#include <algorithm>
#include <utility>

namespace svcwrap {

void wipe(std::span<char> memory) {
    // Through volatile: what SecureZeroMemory and explicit_bzero do, on any system.
    volatile char* bytes = memory.data();
    for (std::size_t i = 0; i < memory.size(); ++i) bytes[i] = 0;
}

Secret::Secret(Secret&& other) noexcept : text_(std::exchange(other.text_, {})) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        clear();
        text_ = std::exchange(other.text_, {});
    }
    return *this;
}

void Secret::append(std::string_view text) {
    const std::size_t size = text_.size() + text.size();
    if (size > text_.capacity()) {
        // A vector that grows by itself frees the old memory as it is.
        std::vector<char> larger;
        larger.reserve(std::max<std::size_t>(size * 2, 64));
        larger.assign(text_.begin(), text_.end());
        wipe(text_);
        text_ = std::move(larger);
    }
    text_.insert(text_.end(), text.begin(), text.end());
}

void Secret::clear() {
    wipe(text_);
    text_.clear();
}

}  // namespace svcwrap
