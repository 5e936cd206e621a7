#include "app/run.hpp"

#include <chrono>
#include <string_view>
#include <utility>

#include "app/commands.hpp"
#include "app/config_source.hpp"
#include "app/host_parts.hpp"
#include "app/install_plan.hpp"
#include "app/program.hpp"
#include "base/argv.hpp"
#include "base/path.hpp"
#include "host/service_host.hpp"

namespace svcwrap::app {

using platform::StandardStream;

namespace {

constexpr int k_exit_child_failed = 1;
constexpr Duration k_pause_between_looks = std::chrono::milliseconds(200);

Status check_sources(const RunRequest& request) {
    const int named = int{!request.name.empty()} + int{!request.config_file.empty()} + int{!request.executable.empty()};
    const bool described =
        !request.working_directory.empty() || !request.environment.empty() || !request.arguments.empty();
    if (named != 1) {
        return fail(ErrorKind::usage, named == 0 ? "run needs a service's name, --config or --exe"
                                                 : "run takes only one of a service's name, --config and --exe");
    }
    if (request.executable.empty() && described) {
        return fail(ErrorKind::usage, "--cwd, --env and arguments go with --exe only",
                    "Change them in the configuration file.");
    }
    return {};
}

// Two of one kind would fight for ports and files.
Status check_not_running(const AppParts& parts, const std::string& name) {
    const auto status = parts.services.query(name);
    if (!status || status->state == platform::ServiceState::stopped) return {};
    return fail(ErrorKind::already_exists, name + " runs as a service now",
                "Stop it first: svcwrap stop " + typed(name));
}

// Windows: ERROR_SHARING_VIOLATION. Linux: EWOULDBLOCK, what a lock says that another program has.
bool is_in_use(const Error& error) {
    return error.os_code == 32U || error.os_code == 11U;
}

// A log has one writer: the second would wait for the first to end, and its program with it. Virus scanners and backups
// hold a file for moments only.
Status check_log_is_free(const AppParts& parts, const std::string& path) {
    constexpr int k_looks = 5;
    for (int look = 0; look < k_looks; ++look) {
        const auto opened = parts.files.open_append(path);
        if (opened || !is_in_use(opened.error())) return {};
        parts.clock.sleep(k_pause_between_looks);
    }
    return fail(ErrorKind::already_exists, "another program writes the log " + path,
                "If this configuration runs already, end that run first; a second one needs a logs.directory of its "
                "own.");
}

Status check_logs_are_free(const AppParts& parts, const logs::Options& logs) {
    Status free;
    if (logs.standard_output == logs::OutputTarget::file) {
        free = check_log_is_free(parts, join_path(logs.directory, "stdout.log"));
    }
    if (free && logs.standard_error == logs::ErrorTarget::file) {
        free = check_log_is_free(parts, join_path(logs.directory, "stderr.log"));
    }
    return free;
}

std::expected<config::ServiceConfig, Failure> config_of_program(const AppParts& parts, const RunRequest& request) {
    auto process = make_process_options(parts, request.executable, request.working_directory, request.environment,
                                        request.arguments);
    if (!process) return std::unexpected(process.error());
    ProgramOptions options{.service = {.name = "run"}, .process = *std::move(process), .stop = {}};
    options.service.display_name = file_name(options.process.executable);
    options.stop.steps = default_stop_steps(options.process.executable);
    std::string text;
    auto config = make_config(options, absolute_path(parts, "run.toml"), text);
    if (config) config->logs.standard_output = logs::OutputTarget::inherit;
    return config;
}

std::expected<config::ServiceConfig, Failure> config_of_file(const AppParts& parts, const std::string& file) {
    auto config = config::load_config(parts.files, file);
    if (!config) return std::unexpected(Failure(std::move(config.error())));
    if (const Status free = check_not_running(parts, config->service.name); !free) return std::unexpected(free.error());
    return *std::move(config);
}

Answer summarize(const supervise::FinalResult& result) {
    const bool good = result.outcome == supervise::Outcome::success;
    std::string text;
    if (!good) text = "svcwrap: " + result.reason + (result.code ? " (" + describe(*result.code) + ")" : "") + "\n";
    return Answer{.text = {}, .warnings = std::move(text), .json = {}, .exit_status = good ? 0 : k_exit_child_failed};
}

}  // namespace

std::expected<config::ServiceConfig, Failure> resolve_run_config(const AppParts& parts, const RunRequest& request) {
    if (const Status good = check_sources(request); !good) return std::unexpected(good.error());
    if (!request.executable.empty()) return config_of_program(parts, request);
    if (!request.config_file.empty()) return config_of_file(parts, absolute_path(parts, request.config_file));
    const auto file = config_file_of(parts, request.name);
    if (!file) return std::unexpected(file.error());
    return config_of_file(parts, *file);
}

Outcome run_foreground(const AppParts& parts, const RunRequest& request) {
    auto config = resolve_run_config(parts, request);
    if (!config) return std::unexpected(config.error());
    if (const Status free = check_logs_are_free(parts, config->logs); !free) return std::unexpected(free.error());
    // Neither state file nor journal: those belong to the service, and this run may not write there.
    host::HostOptions options;
    options.controlled = false;  // nobody knows of it but the person at this console
    options.echo = [&parts](StandardStream stream, std::string_view text) { parts.write(stream, text); };
    options.announce = [&parts](std::string_view line) {
        parts.write(StandardStream::error, "svcwrap: " + std::string(line) + "\n");
    };
    host::ServiceHost host(*std::move(config), host_parts(parts), std::move(options));
    const auto watch =
        parts.watch_console([&host](platform::ConsoleRequest) { host.request_stop(supervise::StopReason::console); });
    return summarize(host.run());
}

}  // namespace svcwrap::app
