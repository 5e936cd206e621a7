#pragma once
// Text that must not stay in memory: passwords.
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace svcwrap {

// Overwrites memory that nobody reads any more, so that no compiler leaves it out.
void wipe(std::span<char> memory);

// UTF-8. Wiped when it is destroyed, replaced or has to move to grow. Cannot be copied; what was moved from is empty.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view text) { append(text); }
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { clear(); }

    void append(std::string_view text);
    void clear();
    // Valid until the secret changes. Whoever copies it wipes the copy.
    [[nodiscard]] std::string_view view() const { return {text_.data(), text_.size()}; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

private:
    std::vector<char> text_;  // not a string, which would leave a short text behind when it is moved
};

}  // namespace svcwrap
