#include "host/launch_plan.hpp"

#include <algorithm>
#include <format>
#include <utility>

namespace svcwrap::host {
namespace {

platform::OutputTo output_target(logs::OutputTarget target, bool shown) {
    // "inherit" means shown and not kept. It is shown by way of a pipe: a console handle of ours would mean another
    // console in the child, which has one of its own. Nobody watches a service: there it is discarded.
    if (target == logs::OutputTarget::file || shown) return platform::OutputTo::pipe;
    return platform::OutputTo::discard;
}

// Lines that are told apart by their stream need a pipe for each.
platform::OutputTo error_target(const logs::Options& logs, bool shown) {
    const bool is_tagged = logs.format != logs::Format::raw && logs.standard_output == logs::OutputTarget::file;
    if (logs.standard_error == logs::ErrorTarget::merge) {
        return is_tagged ? platform::OutputTo::pipe : platform::OutputTo::merge;
    }
    if (logs.standard_error == logs::ErrorTarget::file || shown) return platform::OutputTo::pipe;
    return platform::OutputTo::discard;
}

platform::InputFrom input_of(const config::ServiceConfig& config) {
    if (config.process.standard_input == config::StandardInput::file) return platform::InputFrom::file;
    const bool has_input_step = std::ranges::contains(
        config.supervise.stop.steps, supervise::StopMethod::standard_input, &supervise::StopStep::method);
    const bool is_open = has_input_step || config.process.standard_input == config::StandardInput::open;
    return is_open ? platform::InputFrom::pipe : platform::InputFrom::nothing;
}

Status check_working_directory(const std::string& folder, platform::FileSystem& files) {
    const auto found = files.stat(folder);
    if (found && found->type != platform::FileType::file) return {};
    Error error{.kind = ErrorKind::launch_failed,
                .message = std::format("start the child in folder {}: {}", folder,
                                       found ? "it is a file" : found.error().message),
                .os_code = found ? std::nullopt : found.error().os_code,
                .where = std::string(name_of(platform::LaunchStage::resolve_executable)),
                .remedy = "set process.working_directory to a folder that the service's account can reach"};
    return std::unexpected(std::move(error));
}

}  // namespace

Result<platform::LaunchSpec> plan_launch(const config::ServiceConfig& config, const platform::System& system,
                                         platform::FileSystem& files, bool shown) {
    if (auto folder = check_working_directory(config.process.working_directory, files); !folder) {
        return std::unexpected(folder.error());
    }
    auto environment = config::make_environment(config, system.environment(), files);
    if (!environment) return std::unexpected(environment.error());
    platform::LaunchSpec spec;
    spec.executable = config.process.executable;
    spec.arguments = config.process.arguments;
    spec.working_directory = config.process.working_directory;
    spec.environment = *std::move(environment);
    spec.standard_output = output_target(config.logs.standard_output, shown);
    spec.standard_error = error_target(config.logs, shown);
    spec.priority = config.process.priority;
    spec.cpu_affinity = config.process.cpu_affinity;
    spec.limits = config.limits;
    spec.kill_tree = config.supervise.stop.kill_tree;
    spec.standard_input = input_of(config);
    spec.input_file = config.process.standard_input_file;
    return spec;
}

}  // namespace svcwrap::host
