#include "app/command_tree.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "app/help_texts.hpp"

namespace svcwrap::app {

namespace {

using platform::StartMode;
using supervise::StopMethod;

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
    add_choice<StopMethod>(command, "--stop", request.stop,
                           {{"ctrl-break", StopMethod::ctrl_break},
                            {"ctrl-c", StopMethod::ctrl_c},
                            {"close-window", StopMethod::close_window},
                            {"stdin", StopMethod::standard_input},
                            {"terminate", StopMethod::terminate}},
                           "how it is asked to stop; default: what suits the program");
    add_duration(command, "--stop-timeout", request.stop_timeout, "time to stop before it is ended; default 20s");
    command.add_flag("--password-stdin", request.password_on_input,
                     "read the account's password from standard input; else it is asked for");
    command.add_flag("--allow-insecure", request.allow_insecure,
                     "install it even if others can change what it runs; the configuration says so then");
    command.add_flag("--verbose", request.verbose, "leave out nothing of what was found");
    command.add_flag("--update", request.update,
                     "bring the registration of a service that is there in line with its configuration");
    command.add_flag("--start-now", request.start_now, "start it at once, as `svcwrap start` does");
    add_json(command, request.json);
    command.usage("svcwrap install NAME (--exe PATH | --config FILE | --update) [OPTIONS] [-- ARGUMENTS...]");
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
    command.add_flag("--child-only", request.child_only, "only its program; the service stays up");
    add_json(command, request.json);
}

void add_status(CLI::App& app, StatusRequest& request) {
    CLI::App& command = add_command(app, "status", "what a service does, or all of them", k_status_footer);
    add_name(command, request.name);
    command.add_flag("--watch", request.watch, "show it again whenever it changes, until Ctrl-C");
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

void add_reload(CLI::App& app, ReloadRequest& request) {
    CLI::App& command = add_command(app, "reload", "read the changed configuration", k_reload_footer);
    add_name(command, request.name)->required();
    add_json(command, request.json);
}

void add_rotate(CLI::App& app, RotateRequest& request) {
    CLI::App& command = add_command(app, "rotate", "begin new log files", k_rotate_footer);
    add_name(command, request.name)->required();
    add_json(command, request.json);
}

void add_pause(CLI::App& app, PauseRequest& pause, PauseRequest& resume) {
    CLI::App& command =
        add_command(app, "pause", "let the program stand still, or stop it for a while", k_pause_footer);
    add_name(command, pause.name)->required();
    add_duration(command, "--timeout", pause.timeout, "how long to wait for it to be paused");
    add_json(command, pause.json);
    CLI::App& second = add_command(app, "continue", "let a paused service go on", k_continue_footer);
    add_name(second, resume.name)->required();
    add_duration(second, "--timeout", resume.timeout, "how long to wait for it to run");
    add_json(second, resume.json);
    resume.resume = true;
}

void add_history(CLI::App& app, HistoryRequest& request) {
    CLI::App& command = add_command(app, "history", "the runs of a service and how they ended", k_history_footer);
    add_name(command, request.name)->required();
    command.add_option("-n,--count", request.count, "how many of the newest runs; 0 = all; default 20")
        ->type_name("COUNT");
    command.add_flag("--output", request.output, "with the last lines of output of each run");
    add_json(command, request.json);
}

void add_why(CLI::App& app, WhyRequest& request) {
    CLI::App& command = add_command(app, "why", "why a service is as it is, and what to do", k_why_footer);
    add_name(command, request.name)->required();
    add_json(command, request.json);
}

void add_test_stop(CLI::App& app, TestStopRequest& request) {
    CLI::App& command = add_command(app, "test-stop", "try out how the program stops", k_test_stop_footer);
    add_name(command, request.name);
    add_text(command, "--config", request.config_file, "a configuration file", "FILE");
    add_duration(command, "--after", request.after, "how long it runs before it is asked to stop; default 3s");
    add_json(command, request.json);
    command.usage("svcwrap test-stop (NAME | --config FILE) [OPTIONS]");
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

// Where a command says nothing better: the whole line, as it is typed.
void add_usage(CLI::App& command) {
    if (!command.get_usage().empty()) return;
    std::string line = "svcwrap " + command.get_name();
    for (const CLI::Option* option : command.get_options([](const CLI::Option* o) { return o->get_positional(); }))
        line += option->get_required() ? " " + option->get_single_name() : " [" + option->get_single_name() + "]";
    command.usage(line + " [OPTIONS]");
}

}  // namespace

std::unique_ptr<CLI::App> make_command_tree(Requests& requests) {
    auto app = std::make_unique<CLI::App>(k_about, "svcwrap");
    app->footer(k_footer);
    app->set_version_flag("--version", "svcwrap " SVCWRAP_VERSION,
                          "the version; with --verbose the libraries in it, their versions and licences as well");
    app->allow_windows_style_options(false);  // a path may begin with a slash
    app->require_subcommand(1);
    app->get_formatter()->column_width(26);
    add_install(*app, requests.install);
    add_uninstall(*app, requests.uninstall);
    add_start(*app, requests.start);
    add_stop(*app, requests.stop);
    add_restart(*app, requests.restart);
    add_status(*app, requests.status);
    add_logs(*app, requests.logs);
    add_why(*app, requests.why);
    add_history(*app, requests.history);
    add_reload(*app, requests.reload);
    add_rotate(*app, requests.rotate);
    add_pause(*app, requests.pause, requests.resume);
    add_run(*app, requests.run);
    add_check(*app, requests.check);
    add_test_stop(*app, requests.test_stop);
    add_pipe(*app, requests.pipe);
    add_hidden(*app, requests);
    for (CLI::App* command : app->get_subcommands([](const CLI::App*) { return true; })) add_usage(*command);
    return app;
}

}  // namespace svcwrap::app
