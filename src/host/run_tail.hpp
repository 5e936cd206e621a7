#pragma once
// The last lines of one run's output, of both its streams in the order in which they came.
#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/output_filter.hpp"
#include "host/run_history.hpp"
#include "logs/line_tail.hpp"
#include "logs/utf16_decoder.hpp"
#include "platform/system.hpp"

namespace svcwrap::host {

// Thread-safe. Lines of one stream are never mixed up with pieces of the other's. Of a chunk, only as many lines as can
// be shown are looked at.
class RunTail {
public:
    explicit RunTail(OutputFilter filter = {}) : filter_(std::move(filter)) {}

    void push(platform::StandardStream which, std::string_view bytes);
    // From now on these are left out, of what came before too.
    void redact(const std::vector<std::string>& patterns);
    // Oldest first, at most k_history_tail_lines, each at most k_history_line_bytes of valid UTF-8; unfinished lines
    // stand last.
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    void finish_lines(std::string& partial, std::string_view lines);

    mutable std::mutex mutex_;
    OutputFilter filter_;
    logs::LineTail finished_{k_history_tail_lines, ByteSize{k_history_line_bytes}};
    std::array<std::string, 2> partial_;
    std::array<logs::Utf16Decoder, 2> decoders_;
};

}  // namespace svcwrap::host
