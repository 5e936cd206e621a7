#pragma once
// What an installation will do, worked out and checked before anything is written.
#include <expected>
#include <string>
#include <vector>

#include "app/parts.hpp"
#include "app/requests.hpp"
#include "config/service_config.hpp"
#include "guard/judge.hpp"

namespace svcwrap::app {

struct InstallPlan {
    bool verbose = false;          // the notes leave nothing out
    config::ServiceConfig config;  // as the service will read it
    std::string config_text;       // to be written to config.file; empty = the file is the user's and stays
    std::string former_text;       // of the user's file, if one setting of it is changed
    platform::Account account;
    guard::Trust trust;
    std::vector<std::string> dangers;        // of a service that is allowed to be insecure
    std::vector<std::string> cautions;       // what administrators' own accounts can change
    std::string folder;                      // the service's own
    platform::ServiceDefinition definition;  // for the SCM
    std::vector<std::string> notes;          // what the user should know about it
};

// Errors: usage (options that contradict each other, a bad value), bad_config (all errors of the file), not_found (the
// program, its folder, the file, the account), already_exists (the service, or a configuration of an earlier
// installation), access_denied (not elevated; others could change what the service runs).
[[nodiscard]] std::expected<InstallPlan, Failure> plan_installation(const AppParts& parts,
                                                                    const InstallRequest& request);

// ---- steps of a plan, for an update as well ----

// Whom it may be changed by, and the verdict on who can: cautions and allowed dangers go to the notes. Looks at the
// service's own folder too. Errors: access_denied, not_found, io_failed.
[[nodiscard]] Status check_safety(const AppParts& parts, InstallPlan& plan, bool is_registered);
// What the account must be given by hand, into the notes: svcwrap touches no folders but its own.
void note_folders(InstallPlan& plan);
// The definition, but for the password. Errors: those of System::executable_path.
[[nodiscard]] Status fill_definition(const AppParts& parts, InstallPlan& plan);
// The account's password, if it has one that must be given: from standard input if that was asked for, else from the
// environment, else from the console. Errors: usage, io_failed.
[[nodiscard]] Result<Secret> password_for(const AppParts& parts, const platform::Account& account, bool on_input);

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
