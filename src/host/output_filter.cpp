#include "host/output_filter.hpp"

#include <utility>

#include "logs/redact.hpp"

namespace svcwrap::host {

OutputFilter::OutputFilter(const logs::Options& options, ToUtf8 to_utf8)
    : to_utf8_(std::move(to_utf8)), is_wide_(options.encoding == logs::Encoding::utf16) {
    set_patterns(options.redact);
}

void OutputFilter::set_patterns(const std::vector<std::string>& patterns) {
    patterns_.clear();
    for (const std::string& pattern : patterns) {
        // Checked when the configuration was read; the log itself tells of one that can't be had.
        if (auto regex = logs::LinearRegex::compile(pattern)) patterns_.push_back(*std::move(regex));
    }
}

std::string OutputFilter::line(std::string_view text) const {
    return redact(to_utf8_ ? to_utf8_(text) : std::string(text));
}

std::string OutputFilter::redact(std::string text) const {
    for (const logs::LinearRegex& pattern : patterns_) logs::redact(text, pattern);
    return text;
}

OutputFilter::ToUtf8 line_decoder(logs::Encoding encoding, const platform::System& system) {
    if (encoding != logs::Encoding::oem && encoding != logs::Encoding::ansi) return {};
    const auto page = encoding == logs::Encoding::oem ? platform::CodePage::oem : platform::CodePage::ansi;
    return [page, &system](std::string_view line) { return system.decode(page, line); };
}

}  // namespace svcwrap::host
