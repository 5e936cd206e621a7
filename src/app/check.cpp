#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/config_source.hpp"
#include "app/output.hpp"
#include "app/program.hpp"
#include "app/service_view.hpp"
#include "base/argv.hpp"
#include "base/exit_status.hpp"
#include "base/utf8.hpp"
#include "config/idle_settings.hpp"
#include "config/service_config.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::app {

namespace {

std::string steps_text(const supervise::StopOptions& stop) {
    std::string text;
    for (const supervise::StopStep& step : stop.steps) {
        if (!text.empty()) text += ", ";
        text += std::string(supervise::name_of(step.method)) + " " + to_text(step.timeout);
    }
    return text;
}

// The first step is the one that has to suit the program.
std::string stop_warning(const config::ServiceConfig& config) {
    using supervise::StopMethod;
    const auto advice = stop_advice(config.process.executable);
    const auto& steps = config.supervise.stop.steps;
    if (!advice || steps.empty()) return {};
    const StopMethod first = steps.front().method;
    const bool is_console_event = first == StopMethod::ctrl_break || first == StopMethod::ctrl_c;
    if (!is_console_event || first == advice->method) return {};
    return "the first stop step is " + std::string(supervise::name_of(first)) + ", but " +
           std::string(supervise::name_of(advice->method)) + " suits this program: " + std::string(advice->reason);
}

// Of a service that is registered with this very file.
std::vector<std::string> registration_warnings(const AppParts& parts, const config::ServiceConfig& config) {
    std::vector<std::string> warnings;
    const auto registration = find_registration(parts, config.service.name);
    if (!registration || !equals_ignoring_case(registration->image.config_file, config.file)) return warnings;
    for (const std::string& setting : settings_unlike(registration->configuration, config.service)) {
        warnings.push_back(setting + " is not what Windows was told: svcwrap install " + typed(config.service.name) +
                           " --update");
    }
    return warnings;
}

// What is right as a configuration and will still not do what its writer wants.
std::vector<std::string> warnings_about(const AppParts& parts, const config::ServiceConfig& config) {
    std::vector<std::string> warnings;
    if (const Status good = check_program(parts, config.process.executable); !good)
        warnings.push_back(good.error().message);
    const auto folder = parts.files.stat(config.process.working_directory);
    if (!folder) warnings.push_back("the working directory " + config.process.working_directory + " does not exist");
    if (auto warning = stop_warning(config); !warning.empty()) warnings.push_back(std::move(warning));
    std::ranges::move(config::idle_settings(config.logs), std::back_inserter(warnings));
    std::ranges::move(registration_warnings(parts, config), std::back_inserter(warnings));
    return warnings;
}

std::string summary(const config::ServiceConfig& config) {
    return config.file + ": OK\n" + field("service", config.service.name) +
           field("program", join_command_line(config.process.executable, config.process.arguments)) +
           field("folder", config.process.working_directory) +
           field("start mode", platform::name_of(config.service.start)) + field("account", config.service.account) +
           field("stop", steps_text(config.supervise.stop)) + field("logs", config.logs.directory);
}

Json good_json(const config::ServiceConfig& config, const std::vector<std::string>& warnings) {
    JsonArray texts(warnings.begin(), warnings.end());
    return JsonObject{{"ok", true},
                      {"command", "check"},
                      {"file", config.file},
                      {"service", config.service.name},
                      {"program", config.process.executable},
                      {"warnings", std::move(texts)}};
}

}  // namespace

Outcome check(const AppParts& parts, const CheckRequest& request) {
    const auto file = resolve_config_target(parts, request.target);
    if (!file) return std::unexpected(file.error());
    const auto config = config::load_config(parts.files, *file);
    if (!config) return std::unexpected(Failure(config.error()));
    const std::vector<std::string> warnings = warnings_about(parts, *config);
    Answer answer{.text = summary(*config), .warnings = {}, .json = good_json(*config, warnings)};
    for (const std::string& warning : warnings) answer.warnings += "warning: " + config->file + ": " + warning + "\n";
    return answer;
}

}  // namespace svcwrap::app
