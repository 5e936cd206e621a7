#pragma once
// A line of a log file, understood. Pure.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "logs/level.hpp"
#include "logs/linear_regex.hpp"
#include "logs/options.hpp"

namespace svcwrap::logs {

// What the line does not say is empty.
struct LogRecord {
    std::string line;     // as it stands in the file, without its newline
    std::string message;  // raw: the line; text: behind the tag; json: the message, as the child wrote it
    std::optional<WallTime> time;
    std::string stream;                // "stdout", "stderr", "svcwrap" (the wrapper's own records)
    std::optional<Level> level;        // text: what json would say of its stream
    std::optional<std::uint64_t> run;  // json
    bool is_part = false;              // the next record of its stream continues the line
};

// A line that the format did not write (an earlier format, half a line of a crash) is taken as raw.
[[nodiscard]] LogRecord parse_record(std::string_view line, Format format);

// Empty members let everything pass. A record that does not say what is asked for passes time and run (raw logs have no
// times to choose by), and is held back by stream and level.
struct LogFilter {
    std::optional<WallTime> since;  // this moment included
    std::optional<WallTime> until;  // this moment not included
    std::string stream;
    std::optional<Level> least_level;
    std::optional<std::uint64_t> run;
    std::optional<LinearRegex> pattern;  // anywhere in the message
};
[[nodiscard]] bool passes(const LogRecord& record, const LogFilter& filter);

}  // namespace svcwrap::logs
