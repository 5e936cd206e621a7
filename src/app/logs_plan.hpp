#pragma once
// What `logs` reads: which files, and which of their lines.
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "app/parts.hpp"
#include "app/requests.hpp"
#include "logs/log_record.hpp"

namespace svcwrap::app {

// One series of files.
struct LogPart {
    std::string folder;
    std::string stream;  // its name: stdout.log and its elders
    logs::Format format = logs::Format::raw;
    logs::LogFilter filter;
    bool is_journal = false;  // lines of the wrapper's own journal
};
// True if each line of it says when it was written.
[[nodiscard]] inline bool has_times(const LogPart& part) {
    return part.is_journal || part.format != logs::Format::raw;
}

struct LogsPlan {
    std::string name;  // whose they are
    std::vector<LogPart> parts;
    std::optional<std::size_t> count;  // the newest lines; nothing = all
    bool is_bounded = false;           // in time: it is read from the front
    std::string note;                  // what the user should know, with its line end; may be empty
};

// Errors: usage, naming what does not go together; those of the configuration; not_found (the service, the run).
[[nodiscard]] std::expected<LogsPlan, Failure> plan_logs(const AppParts& parts, const LogsRequest& request);

}  // namespace svcwrap::app
