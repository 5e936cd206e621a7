#pragma once
// Where the logs are that somebody wants to read.
#include <expected>
#include <string>
#include <vector>

#include "app/parts.hpp"
#include "app/requests.hpp"
#include "logs/options.hpp"

namespace svcwrap::app {

struct LogPlace {
    std::string name;
    std::string folder;
    logs::Format format = logs::Format::raw;
    std::vector<std::string> streams;  // files of their own
    std::string note{};                // what the user should know, with its line end; may be empty
};

// The folder of the request, or the one of its service. Where the configuration can't be read, the logs are found all
// the same: by what the wrapper noted last, else in the folder that a configuration has by default; the note says so.
// Errors: not_found (the folder; the service; output that is not kept), usage, those of the configuration.
[[nodiscard]] std::expected<LogPlace, Failure> find_logs(const AppParts& parts, const LogsRequest& request);

}  // namespace svcwrap::app
