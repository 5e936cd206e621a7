#pragma once
// A checked configuration: everything in it is valid, complete and absolute.
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/local_time.hpp"
#include "logs/options.hpp"
#include "platform/file_system.hpp"
#include "platform/process.hpp"
#include "platform/service_manager.hpp"
#include "platform/system.hpp"
#include "supervise/options.hpp"

namespace svcwrap::config {

// What Windows does when the wrapper itself crashes.
enum class RecoveryPolicy : std::uint8_t { restart, none };

struct ServiceOptions {
    std::string name;
    std::string display_name;
    std::string description;
    platform::StartMode start = platform::StartMode::automatic;
    std::string account = "LocalSystem";
    std::vector<std::string> dependencies;
    std::vector<std::string> required_privileges;
    platform::SidType sid_type = platform::SidType::unrestricted;
    RecoveryPolicy recovery = RecoveryPolicy::restart;
    bool allow_insecure = false;  // run what others can change: install, start and restart do not refuse it
};

// closed: at its end at once, but for stop steps that write to it. open: without input, until a stop step closes it.
enum class StandardInput : std::uint8_t { closed, open, file };

struct ProcessOptions {
    std::string executable;  // absolute; whether it exists is checked at install and at each launch
    std::vector<std::string> arguments;
    std::string working_directory;
    platform::Priority priority = platform::Priority::normal;
    std::vector<std::uint32_t> cpu_affinity;
    bool inherit_environment = true;
    std::string environment_file;  // absolute; empty = none
    StandardInput standard_input = StandardInput::closed;
    std::string standard_input_file;  // absolute; of `file`
    // In the order of the file; a %NAME% in a value is expanded at launch from what stands before it.
    platform::Environment environment;
};

// A program that is run at a moment of a run's life, to its end or to its timeout; its output goes to the journal, and
// what it leaves behind is ended with it. No more than one at a time per moment.
struct Hook {
    std::vector<std::string> command;  // program (absolute, or relative to the TOML's folder, or on PATH) and arguments
    Duration timeout = std::chrono::seconds(30);
    bool ignore_failure = false;  // else: pre_start that fails is a launch that failed; all others are journaled only
};

struct Hooks {
    std::optional<Hook> pre_start;   // before each launch
    std::optional<Hook> post_start;  // when the child runs
    std::optional<Hook> pre_stop;    // before the first stop step, while the child lives
    std::optional<Hook> post_stop;   // after the end of each run, however it ended, before the next launch
    std::optional<Hook> on_failure;  // after post_stop, when the run failed (not by our own stop, not a success)
    std::optional<Hook> on_give_up;  // after those, when the limit of restarts was reached
    std::optional<Hook> on_rotate;   // after each rotation of a log, beside everything else
};

// Restarts by the clock, through the normal stop. Both may be set.
struct RestartSchedule {
    Duration every = k_forever;   // counted from the child's start
    std::optional<TimeOfDay> at;  // local time
};

struct ServiceConfig {
    std::string file;  // absolute path of the TOML
    ServiceOptions service;
    ProcessOptions process;
    supervise::Options supervise;
    RestartSchedule schedule;
    Hooks hooks;
    bool watch = false;  // the TOML is watched, and a change is a reload
    logs::Options logs;
    platform::JobLimits limits;
};

// Checks a TOML text and fills in the defaults. `file` (absolute) stands in the errors and is the base of relative
// paths. All errors of the text are reported at once, in the order of the text.
[[nodiscard]] std::expected<ServiceConfig, std::vector<Error>> parse_config(std::string_view text,
                                                                            const std::string& file);

// Reads and checks the file (at most 1 MiB). Thread-safe; blocks on the disk.
[[nodiscard]] std::expected<ServiceConfig, std::vector<Error>> load_config(platform::FileSystem& files,
                                                                           const std::string& file);

// The child's whole environment for a launch now: the wrapper's own (if inherited), then the file's KEY=value lines as
// they stand, then [process.environment], each %NAME% expanded from what stands before it (%% is one percent sign, an
// unknown %NAME% stays), then SVCWRAP_NAME and SVCWRAP_CONFIG. A later variable replaces one of the same name in place.
// Errors: bad_config (a line of the environment file), not_found, io_failed.
[[nodiscard]] Result<platform::Environment> make_environment(const ServiceConfig& config,
                                                             const platform::Environment& own,
                                                             platform::FileSystem& files);

// The TOML of a new service, commented, ready to be edited: what `install` writes when no --config is given.
[[nodiscard]] std::string render_new_config(const ServiceOptions& service, const ProcessOptions& process,
                                            const supervise::StopOptions& stop);

// An empty result if the name can be a service's: 1-250 UTF-16 units (its files are named after it), no '/' or '\'
// (winsvc.h, CreateService), no control characters, and fit to be a folder's name. Errors: usage.
[[nodiscard]] Status check_service_name(std::string_view name);

}  // namespace svcwrap::config
