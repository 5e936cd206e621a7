#pragma once
// The child's output as people may see it: as UTF-8, and without what logs.redact keeps secret. For what is shown
// beside the logs, which do the same by themselves.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logs/linear_regex.hpp"
#include "logs/options.hpp"
#include "platform/system.hpp"

namespace svcwrap::host {

// For one thread, or under one lock.
class OutputFilter {
public:
    using ToUtf8 = std::function<std::string(std::string_view)>;

    OutputFilter() = default;
    // `to_utf8`: as of logs::StreamContext; empty = none is needed.
    OutputFilter(const logs::Options& options, ToUtf8 to_utf8);

    void set_patterns(const std::vector<std::string>& patterns);
    // Whether lines pass as they are.
    [[nodiscard]] bool is_idle() const { return !to_utf8_ && patterns_.empty(); }
    // Whether the bytes are UTF-16, to be decoded before they are lines.
    [[nodiscard]] bool is_wide() const { return is_wide_; }
    // A line as it came, without its end, becomes one that may be shown.
    [[nodiscard]] std::string line(std::string_view text) const;
    // The same for a text that is UTF-8 already.
    [[nodiscard]] std::string redact(std::string text) const;

private:
    std::vector<logs::LinearRegex> patterns_;
    ToUtf8 to_utf8_;
    bool is_wide_ = false;
};

// From a line in that encoding to UTF-8, by the machine's code pages; empty where none is needed.
[[nodiscard]] OutputFilter::ToUtf8 line_decoder(logs::Encoding encoding, const platform::System& system);

}  // namespace svcwrap::host
