#include "app/install_plan.hpp"

#include <algorithm>
#include <chrono>
#include <format>
#include <utility>

#include "app/image_path.hpp"
#include "app/program.hpp"
#include "app/safety.hpp"
#include "app/service_view.hpp"
#include "base/argv.hpp"
#include "base/byte_size.hpp"
#include "base/decimal.hpp"
#include "base/path.hpp"
#include "base/utf8.hpp"
#include "config/edit.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::app {

namespace {

// Where the password of an account that has one comes from: a command line can be seen by every user of the machine.
constexpr std::string_view k_password_variable = "SVCWRAP_PASSWORD";

Status check_options(const InstallRequest& request) {
    if (request.executable.empty() == request.config_file.empty()) {
        return fail(
            ErrorKind::usage,
            request.executable.empty() ? "install needs --exe or --config" : "--exe and --config exclude each other",
            "Give --exe to have a configuration written, or --config to use one that you wrote.");
    }
    const bool described = request.display_name || request.description || request.start || request.stop ||
                           request.stop_timeout || !request.working_directory.empty() || !request.environment.empty() ||
                           !request.arguments.empty();
    if (!request.config_file.empty() && described) {
        return fail(ErrorKind::usage, "with --config everything else comes from the file",
                    "Leave out the other options and the arguments, or change them in " + request.config_file + ".");
    }
    return {};
}

Status check_is_new(const AppParts& parts, const std::string& name) {
    const auto found = parts.services.query(name);
    if (found) {
        const bool is_ours = find_registration(parts, name).has_value();
        return fail(ErrorKind::already_exists, "a service named " + name + " exists already",
                    is_ours ? "Choose another name, or remove it first: svcwrap uninstall " + typed(name)
                            : "Choose another name: svcwrap has not installed it and leaves it alone.");
    }
    if (found.error().kind != ErrorKind::not_found) return std::unexpected(found.error());
    return {};
}

// svcwrap restarts its program itself; Windows' recovery is for the end of svcwrap.exe alone, unless the user wants
// Windows to decide after giving up. A day without a crash makes the waits short again.
platform::RecoveryActions recovery_of(const config::ServiceConfig& config) {
    if (config.service.recovery == config::RecoveryPolicy::none) return {};
    using std::chrono::seconds;
    return {.restarts = {seconds(5), seconds(30), seconds(60)},
            .reset_after = std::chrono::hours(24),
            .on_failure_exit = config.supervise.restart.on_give_up == supervise::GiveUp::recover};
}

supervise::StopOptions choose_stop(const InstallRequest& request, const std::string& executable,
                                   std::vector<std::string>& notes) {
    supervise::StopOptions stop{.steps = default_stop_steps(executable)};
    supervise::StopStep& step = stop.steps.front();
    if (request.stop) {
        step.method = *request.stop;
    } else if (const auto advice = stop_advice(executable)) {
        notes.push_back("It is stopped by " + std::string(supervise::name_of(advice->method)) + ": " +
                        std::string(advice->reason) + ".");
    }
    if (request.stop_timeout) step.timeout = *request.stop_timeout;
    return stop;
}

std::expected<void, Failure> plan_new_file(const AppParts& parts, const InstallRequest& request, InstallPlan& plan) {
    const std::string file = join_path(plan.folder, request.name + ".toml");
    auto process = make_process_options(parts, request.executable, request.working_directory, request.environment,
                                        request.arguments);
    if (!process) return std::unexpected(process.error());
    if (const Status good = check_program(parts, process->executable); !good) return std::unexpected(good.error());
    if (platform::exists(parts.files, file)) {
        return fail(ErrorKind::already_exists, file + " exists already, from an earlier installation",
                    "Use it as it is: svcwrap install " + typed(request.name) + " --config \"" + file +
                        "\", or delete the file first.");
    }
    ProgramOptions options{.service = {.name = request.name,
                                       .display_name = request.display_name.value_or(request.name),
                                       .description = request.description.value_or(""),
                                       .start = request.start.value_or(platform::StartMode::automatic),
                                       .allow_insecure = request.allow_insecure},
                           .process = *std::move(process),
                           .stop = {}};
    options.stop = choose_stop(request, options.process.executable, plan.notes);
    auto config = make_config(options, file, plan.config_text);
    if (!config) return std::unexpected(config.error());
    plan.config = *std::move(config);
    return {};
}

// --allow-insecure, written into the user's file.
Status record_permission(const AppParts& parts, InstallPlan& plan) {
    auto text = parts.files.read_text(plan.config.file, 1_MiB);
    if (!text) return std::unexpected(text.error());
    auto changed = config::set_service_setting(*text, "allow_insecure", "true", plan.config.file);
    if (!changed) return std::unexpected(changed.error());
    plan.config_text = *std::move(changed);
    plan.former_text = *std::move(text);
    plan.config.service.allow_insecure = true;
    plan.notes.push_back("service.allow_insecure = true now stands in " + plan.config.file + ".");
    return {};
}

std::expected<void, Failure> plan_given_file(const AppParts& parts, const InstallRequest& request, InstallPlan& plan) {
    const std::string file = normalize_path(join_path(parts.system.current_folder(), request.config_file));
    auto config = config::load_config(parts.files, file);
    if (!config) return std::unexpected(config.error());
    if (!equals_ignoring_case(config->service.name, request.name)) {
        return std::unexpected(
            Error{.kind = ErrorKind::bad_config,
                  .message = "the file configures the service " + config->service.name + ", not " + request.name,
                  .os_code = {},
                  .where = file,
                  .remedy = "Change service.name in the file, or install " + config->service.name + "."});
    }
    if (const Status good = check_program(parts, config->process.executable); !good)
        return std::unexpected(good.error());
    plan.config = *std::move(config);
    if (auto note = note_on_stop(plan.config)) plan.notes.push_back(*std::move(note));
    if (request.allow_insecure && !plan.config.service.allow_insecure) {
        if (const Status recorded = record_permission(parts, plan); !recorded) return std::unexpected(recorded.error());
    }
    if (!equals_ignoring_case(parent_path(file), plan.folder)) {
        plan.notes.push_back("The service reads " + file +
                             " at each start: whoever can change it decides what runs as " +
                             plan.config.service.account + ".");
    }
    return {};
}

void note_cautions(InstallPlan& plan, const std::vector<std::string>& summary) {
    if (summary.empty()) return;
    std::string note =
        "An administrator's own account, and so every program that he runs without elevation, can change what the "
        "service depends on";
    note += plan.verbose ? ":" : " (all of it: --verbose):";
    for (const std::string& line : plan.verbose ? plan.cautions : summary) note += "\n  " + line;
    plan.notes.push_back(std::move(note));
}

}  // namespace

Result<Secret> password_for(const AppParts& parts, const platform::Account& account, bool on_input) {
    if (!platform::needs_password(account.kind)) return Secret();
    if (on_input) return parts.read_password_line();
    for (const auto& [name, value] : parts.system.environment()) {
        if (equals_ignoring_case(name, k_password_variable)) return Secret(value);
    }
    if (parts.is_terminal(platform::StandardStream::error)) {
        return parts.ask_password("Password of " + account.name + ": ");
    }
    return fail(ErrorKind::usage, "the account " + account.name + " needs a password",
                "Give it on standard input with --password-stdin, or put it into the environment variable " +
                    std::string(k_password_variable) + " for this one command; at a console it is asked for.");
}

Status check_safety(const AppParts& parts, InstallPlan& plan, bool is_registered) {
    const auto self = parts.system.executable_path();
    if (!self) return std::unexpected(self.error());
    auto trust = make_trust(security_parts(parts), plan.config.service);
    if (!trust) return std::unexpected(trust.error());
    plan.trust = *std::move(trust);
    const bool is_there = platform::exists(parts.files, plan.folder);
    const SecurityScope scope{
        .wrapper = *self, .folder_to_make = is_there ? std::string() : plan.folder, .is_registered = is_registered};
    auto found = judge_safety(parts, plan.config, scope);
    if (!found) return std::unexpected(found.error());
    for (const std::string& danger : found->dangers) plan.notes.push_back("Insecure: " + danger + ".");
    plan.dangers = std::move(found->dangers);
    plan.cautions = std::move(found->cautions);
    note_cautions(plan, found->summary);
    return check_own_folder(parts, plan.folder, plan.trust);
}

void note_folders(InstallPlan& plan) {
    if (plan.account.kind == platform::AccountKind::local_system) return;
    const std::string& logs = plan.config.logs.directory;
    if (!lies_in(logs, plan.folder)) {
        plan.notes.push_back(plan.account.name + " must be able to write in the folder of the logs, " + logs + ".");
    }
    if (!lies_in(plan.config.file, plan.folder)) {
        plan.notes.push_back(plan.account.name + " must be able to read " + plan.config.file + ".");
    }
}

bool is_variable_character(char c) {
    return is_letter(c) || is_digit(c) || std::string_view("_().-").contains(c);
}

// The SCM keeps the command line as REG_EXPAND_SZ: at each start Windows puts variables into it.
Status check_has_no_variable(const std::string& command_line) {
    std::size_t begin = command_line.find('%');
    while (begin != std::string::npos) {
        const std::size_t end = command_line.find('%', begin + 1);
        if (end == std::string::npos) return {};
        const std::string name = command_line.substr(begin + 1, end - begin - 1);
        if (!name.empty() && std::ranges::all_of(name, is_variable_character)) {
            return fail(ErrorKind::usage, "Windows would take %" + name + "% in the registration for a variable",
                        "Choose a name, and folders of svcwrap.exe and the configuration, without it.");
        }
        begin = end;
    }
    return {};
}

Status fill_definition(const AppParts& parts, InstallPlan& plan) {
    const auto self = parts.system.executable_path();
    if (!self) return std::unexpected(self.error());
    const config::ServiceOptions& service = plan.config.service;
    plan.definition = platform::ServiceDefinition{
        .name = service.name,
        .display_name = service.display_name.empty() ? service.name : service.display_name,
        .description = service.description,
        .command_line = make_image_path({.executable = *self, .name = service.name, .config_file = plan.config.file}),
        .start = service.start,
        .account = plan.account.name,
        .password = {},
        .dependencies = service.dependencies,
        .required_privileges = service.required_privileges,
        .sid_type = service.sid_type,
        .preshutdown_timeout = supervise::preshutdown_budget(plan.config.supervise.stop),
        .recovery = recovery_of(plan.config)};
    return check_has_no_variable(plan.definition.command_line);
}

Status require_elevation(const AppParts& parts, std::string_view what) {
    if (parts.system.is_elevated()) return {};
    return fail(ErrorKind::access_denied, std::string(what) + " needs administrator rights, and this prompt has none",
                "Open an elevated prompt (\"Run as administrator\") and repeat the command.");
}

Result<platform::Environment> parse_environment(const std::vector<std::string>& entries) {
    platform::Environment environment;
    for (const std::string& entry : entries) {
        const auto equals = entry.find('=');
        if (equals == std::string::npos || equals == 0) {
            return fail(ErrorKind::usage, "--env " + entry + " is not NAME=VALUE", "Write --env PORT=8080.");
        }
        std::string name = entry.substr(0, equals);
        const auto same = [&](const auto& known) { return equals_ignoring_case(known.first, name); };
        if (std::ranges::any_of(environment, same)) {
            return fail(ErrorKind::usage, "--env names " + name + " twice", "Windows ignores the case of such names.");
        }
        environment.emplace_back(std::move(name), entry.substr(equals + 1));
    }
    return environment;
}

Result<config::ProcessOptions> make_process_options(const AppParts& parts, const std::string& executable,
                                                    const std::string& working_directory,
                                                    const std::vector<std::string>& environment,
                                                    const std::vector<std::string>& arguments) {
    config::ProcessOptions process;
    auto located = locate_program(parts, executable);
    if (!located) return std::unexpected(located.error());
    auto variables = parse_environment(environment);
    if (!variables) return std::unexpected(variables.error());
    process.executable = *std::move(located);
    process.environment = *std::move(variables);
    process.arguments = arguments;
    process.working_directory = parent_path(process.executable);
    if (working_directory.empty()) return process;
    process.working_directory = normalize_path(join_path(parts.system.current_folder(), working_directory));
    const auto folder = parts.files.stat(process.working_directory);
    if (!folder || folder->type == platform::FileType::file) {
        return fail(ErrorKind::not_found, "--cwd " + process.working_directory + " is not a folder",
                    "Create it first, or leave --cwd out to use the program's own folder.");
    }
    return process;
}

std::expected<config::ServiceConfig, Failure> make_config(const ProgramOptions& options, const std::string& file,
                                                          std::string& text) {
    text = config::render_new_config(options.service, options.process, options.stop);
    auto config = config::parse_config(text, file);
    if (!config) return std::unexpected(Failure(std::move(config.error())));
    return *std::move(config);
}

std::expected<InstallPlan, Failure> plan_installation(const AppParts& parts, const InstallRequest& request) {
    for (const Status& status : {check_options(request), config::check_service_name(request.name)}) {
        if (!status) return std::unexpected(status.error());
    }
    if (const Status status = require_elevation(parts, "installing a service"); !status)
        return std::unexpected(status.error());
    if (const Status status = check_is_new(parts, request.name); !status) return std::unexpected(status.error());
    auto folder = folder_of(parts, request.name);
    if (!folder) return std::unexpected(folder.error());
    InstallPlan plan{.verbose = request.verbose, .folder = *std::move(folder)};
    const auto planned =
        request.config_file.empty() ? plan_new_file(parts, request, plan) : plan_given_file(parts, request, plan);
    if (!planned) return std::unexpected(planned.error());
    auto account = parts.accounts.resolve(plan.config.service.account, request.name);
    if (!account) return std::unexpected(account.error());
    plan.account = *std::move(account);
    if (const Status safe = check_safety(parts, plan, false); !safe)
        return std::unexpected(with_context(safe.error(), "install " + request.name));
    note_folders(plan);
    if (const Status status = fill_definition(parts, plan); !status) return std::unexpected(status.error());
    auto password = password_for(parts, plan.account, request.password_on_input);
    if (!password) return std::unexpected(password.error());
    plan.definition.password = *std::move(password);
    return plan;
}

}  // namespace svcwrap::app
