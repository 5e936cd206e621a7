#include "app/command_tree.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace svcwrap::app {

namespace {

using platform::StartMode;
using supervise::StopMethod;

constexpr const char* k_about =
    "Runs any program as a Windows service: restarts it when it fails, stops it gently, keeps its output.";

constexpr const char* k_footer = R"(Examples:
  svcwrap install MyApp --exe C:\apps\app.exe -- --port 8080
  svcwrap start MyApp
  svcwrap status MyApp
  svcwrap stop MyApp
  svcwrap uninstall MyApp

Exit codes:
  0 ok, 2 usage, 3 not running (status), 4 not found, 5 bad configuration, 6 exists already, 7 access denied,
  8 the program could not be started, 9 timed out, 10 file trouble, 11 service manager trouble, 70 internal error)";

constexpr const char* k_install_footer = R"(What stands behind -- goes to the program, word by word.

Examples:
  svcwrap install MyApp --exe C:\apps\app.exe -- --port 8080 --name "two words"
  svcwrap install Api --exe node.exe --cwd C:\api --env PORT=80 --start delayed-auto --start-now -- server.js
  svcwrap install Db --exe C:\db\db.exe --stop ctrl-c --stop-timeout 90s --start manual
  svcwrap install MyApp --config C:\apps\MyApp.toml)";

constexpr const char* k_uninstall_footer = R"(Examples:
  svcwrap uninstall MyApp            keeps configuration and logs
  svcwrap uninstall MyApp --purge    removes the service's own folder as well)";

constexpr const char* k_start_footer = R"(Succeeds only if the program is still running at the end of the settle time.

Examples:
  svcwrap start MyApp
  svcwrap start MyApp --settle 10s --timeout 2m
  svcwrap start MyApp --json)";

constexpr const char* k_stop_footer =
    R"(Waits until the service has stopped. Without --timeout it waits as long as the service shows progress.

Examples:
  svcwrap stop MyApp
  svcwrap stop MyApp --timeout 30s)";

constexpr const char* k_restart_footer = R"(Stops the service if it runs, then starts it as `svcwrap start` does.

Examples:
  svcwrap restart MyApp
  svcwrap restart MyApp --settle 5s)";

constexpr const char* k_status_footer =
    R"(Exit codes: 0 the program runs, 3 it does not (stopped, or waiting for its next start), 4 no such service.

Examples:
  svcwrap status
  svcwrap status MyApp
  svcwrap status MyApp --json)";

constexpr const char* k_run_footer =
    R"(Ctrl-C asks the program to stop. Exit codes: 0 the service would have ended well, 1 it would have failed.

Examples:
  svcwrap run MyApp
  svcwrap run --config C:\apps\MyApp.toml
  svcwrap run --exe C:\apps\app.exe --env PORT=8080 -- --verbose)";

constexpr const char* k_check_footer = R"(Prints every error as FILE:LINE:COLUMN and exits with 5.

Examples:
  svcwrap check MyApp
  svcwrap check C:\apps\MyApp.toml --json)";

template <class T>
void add_choice(CLI::App& command, const std::string& name, std::optional<T>& target,
                const std::map<std::string, T>& choices, const std::string& help) {
    std::string allowed;
    for (const auto& [word, value] : choices) allowed += (allowed.empty() ? "" : ", ") + word;
    command
        .add_option_function<std::string>(
            name,
            [name, choices, allowed, &target](const std::string& text) {
                const auto found = choices.find(text);
                if (found == choices.end()) throw CLI::ValidationError(name, "\"" + text + "\" is none of " + allowed);
                target = found->second;
            },
            help + " (" + allowed + ")")
        ->type_name("CHOICE");
}

template <class T>
void add_duration(CLI::App& command, const std::string& name, T& target, const std::string& help) {
    command
        .add_option_function<std::string>(
            name,
            [name, &target](const std::string& text) {
                const auto duration = parse_duration(text);
                if (!duration) throw CLI::ValidationError(name, duration.error().message);
                target = *duration;
            },
            help)
        ->type_name("TIME");
}

void add_text(CLI::App& command, const std::string& name, std::string& target, const std::string& help,
              const char* type) {
    command.add_option(name, target, help)->type_name(type);
}

void add_optional_text(CLI::App& command, const std::string& name, std::optional<std::string>& target,
                       const std::string& help) {
    command.add_option_function<std::string>(
               name, [&target](const std::string& text) { target = text; }, help)
        ->type_name("TEXT");
}

void add_environment(CLI::App& command, std::vector<std::string>& target) {
    // One value per --env, so that what follows it is not swallowed.
    command
        .add_option_function<std::vector<std::string>>(
            "--env", [&target](const std::vector<std::string>& entries) { target = entries; },
            "environment variable of the program; may be repeated")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

CLI::Option* add_name(CLI::App& command, std::string& target) {
    return command.add_option("NAME", target, "the service's name")->type_name("");
}

void add_json(CLI::App& command, bool& target) {
    command.add_flag("--json", target, "the result as JSON");
}

CLI::App& add_command(CLI::App& app, const char* name, const char* about, const char* footer) {
    CLI::App& command = *app.add_subcommand(name, about);
    command.footer(footer);
    return command;
}

void add_install(CLI::App& app, InstallRequest& request) {
    CLI::App& command = add_command(app, "install", "register a program as a service", k_install_footer);
    add_name(command, request.name)->required();
    add_text(command, "--exe", request.executable, "the program to run (a configuration file is written for it)",
             "PATH");
    add_text(command, "--config", request.config_file, "use this configuration file instead", "FILE");
    add_optional_text(command, "--display-name", request.display_name, "as services.msc shows it");
    add_optional_text(command, "--description", request.description, "what the service is for");
    add_choice<StartMode>(command, "--start", request.start,
                          {{"auto", StartMode::automatic},
                           {"delayed-auto", StartMode::delayed_automatic},
                           {"manual", StartMode::manual},
                           {"disabled", StartMode::disabled}},
                          "when Windows starts it; default auto");
    add_text(command, "--cwd", request.working_directory, "working directory; default: the program's folder", "DIR");
    add_environment(command, request.environment);
    add_choice<StopMethod>(
        command, "--stop", request.stop,
        {{"ctrl-break", StopMethod::ctrl_break}, {"ctrl-c", StopMethod::ctrl_c}, {"terminate", StopMethod::terminate}},
        "how it is asked to stop; default: what suits the program");
    add_duration(command, "--stop-timeout", request.stop_timeout, "time to stop before it is ended; default 20s");
    command.add_flag("--start-now", request.start_now, "start it at once, as `svcwrap start` does");
    add_json(command, request.json);
    command.usage("svcwrap install NAME (--exe PATH | --config FILE) [OPTIONS] [-- ARGUMENTS...]");
}

void add_uninstall(CLI::App& app, UninstallRequest& request) {
    CLI::App& command = add_command(app, "uninstall", "stop and remove a service", k_uninstall_footer);
    add_name(command, request.name)->required();
    command.add_flag("--purge", request.purge, "remove its configuration, logs and state as well");
    add_duration(command, "--timeout", request.timeout, "how long to wait for it to stop");
    add_json(command, request.json);
}

void add_start_limits(CLI::App& command, StartLimits& limits) {
    add_duration(command, "--settle", limits.settle, "how long the program must stay alive; default 1s");
    add_duration(command, "--timeout", limits.timeout, "how long to wait for the service to run; default 60s");
}

void add_start(CLI::App& app, StartRequest& request) {
    CLI::App& command = add_command(app, "start", "start a service and see whether it stays up", k_start_footer);
    add_name(command, request.name)->required();
    add_start_limits(command, request.limits);
    add_json(command, request.json);
}

void add_stop(CLI::App& app, StopRequest& request) {
    CLI::App& command = add_command(app, "stop", "stop a service and wait until it has", k_stop_footer);
    add_name(command, request.name)->required();
    add_duration(command, "--timeout", request.timeout, "how long to wait for it to stop");
    add_json(command, request.json);
}

void add_restart(CLI::App& app, RestartRequest& request) {
    CLI::App& command = add_command(app, "restart", "stop and start a service", k_restart_footer);
    add_name(command, request.name)->required();
    add_start_limits(command, request.limits);
    add_duration(command, "--stop-timeout", request.stop_timeout, "how long to wait for it to stop");
    add_json(command, request.json);
}

void add_status(CLI::App& app, StatusRequest& request) {
    CLI::App& command = add_command(app, "status", "what a service does, or all of them", k_status_footer);
    add_name(command, request.name);
    add_json(command, request.json);
}

void add_run(CLI::App& app, RunRequest& request) {
    CLI::App& command = add_command(app, "run", "run it here, in the foreground, to try it out", k_run_footer);
    add_name(command, request.name);
    add_text(command, "--config", request.config_file, "a configuration file", "FILE");
    add_text(command, "--exe", request.executable, "a program, without a configuration", "PATH");
    add_text(command, "--cwd", request.working_directory, "working directory, with --exe", "DIR");
    add_environment(command, request.environment);
    command.usage("svcwrap run (NAME | --config FILE | --exe PATH [OPTIONS] [-- ARGUMENTS...])");
}

void add_check(CLI::App& app, CheckRequest& request) {
    CLI::App& command = add_command(app, "check", "check a configuration", k_check_footer);
    command.add_option("TARGET", request.target, "a configuration file or a service's name")->type_name("")->required();
    add_json(command, request.json);
}

// Commands for svcwrap and the SCM, not for people: an empty group hides them.
void add_hidden(CLI::App& app, Requests& requests) {
    CLI::App& service = add_command(app, "service", "the service itself; started by the Service Control Manager", "");
    service.group("");
    service.add_option("--name", requests.service.name, "the service's name")->required();
    service.add_option("--config", requests.service.config_file, "its configuration")->required();

    CLI::App& send = add_command(app, "send-console-event", "raise a console event for a process", "");
    send.group("");
    send.add_option("ID", requests.send_event.process_id, "a process on that console")->required();
    SendEventRequest& request = requests.send_event;
    send.add_option_function<std::string>(
            "EVENT",
            [&request](const std::string& event) {
                if (event != "c" && event != "break")
                    throw CLI::ValidationError("EVENT", "\"" + event + "\" is none of c, break");
                request.event =
                    event == "c" ? platform::ConsoleEvent::control_c : platform::ConsoleEvent::control_break;
            },
            "c or break")
        ->required();
}

}  // namespace

std::unique_ptr<CLI::App> make_command_tree(Requests& requests) {
    auto app = std::make_unique<CLI::App>(k_about, "svcwrap");
    app->footer(k_footer);
    app->set_version_flag("--version", "svcwrap " SVCWRAP_VERSION);
    app->allow_windows_style_options(false);  // a path may begin with a slash
    app->require_subcommand(1);
    app->get_formatter()->column_width(26);
    add_install(*app, requests.install);
    add_uninstall(*app, requests.uninstall);
    add_start(*app, requests.start);
    add_stop(*app, requests.stop);
    add_restart(*app, requests.restart);
    add_status(*app, requests.status);
    add_run(*app, requests.run);
    add_check(*app, requests.check);
    add_hidden(*app, requests);
    return app;
}

}  // namespace svcwrap::app
