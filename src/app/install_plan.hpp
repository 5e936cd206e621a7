#pragma once
// What an installation will do, worked out and checked before anything is written.
#include <expected>
#include <string>
#include <vector>

#include "app/parts.hpp"
#include "app/requests.hpp"
#include "config/service_config.hpp"

namespace svcwrap::app {

struct InstallPlan {
    config::ServiceConfig config;            // as the service will read it
    std::string config_text;                 // to be written to config.file; empty = the file is the user's and stays
    std::string folder;                      // the service's own
    platform::ServiceDefinition definition;  // for the SCM
    std::vector<std::string> notes;          // what the user should know about it
};

// Errors: usage (options that contradict each other, a bad value), bad_config (all errors of the file), not_found (the
// program, its folder, the file), already_exists (the service, or a configuration of an earlier installation),
// access_denied (not elevated).
[[nodiscard]] std::expected<InstallPlan, Failure> plan_installation(const AppParts& parts,
                                                                    const InstallRequest& request);

// NAME=VALUE entries as an environment. Errors: usage.
[[nodiscard]] Result<platform::Environment> parse_environment(const std::vector<std::string>& entries);

// A configuration for a program without a file, as `install --exe` makes it.
struct ProgramOptions {
    config::ServiceOptions service;
    config::ProcessOptions process;
    supervise::StopOptions stop;
};
[[nodiscard]] std::expected<config::ServiceConfig, Failure> make_config(const ProgramOptions& options,
                                                                        const std::string& file, std::string& text);

// The program, its folder and its environment from the command line. Errors: not_found, usage.
[[nodiscard]] Result<config::ProcessOptions> make_process_options(const AppParts& parts, const std::string& executable,
                                                                  const std::string& working_directory,
                                                                  const std::vector<std::string>& environment,
                                                                  const std::vector<std::string>& arguments);

// For commands that change the machine. Error: access_denied, naming the elevated prompt.
[[nodiscard]] Status require_elevation(const AppParts& parts, std::string_view what);

}  // namespace svcwrap::app
