#include "app/security_check.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "base/path.hpp"
#include "base/utf8.hpp"

namespace svcwrap::app {

namespace {

using guard::Role;
using JudgedPaths = std::vector<std::pair<Role, std::string>>;

// What an interpreter runs. Other files among the arguments are data, which others may well be meant to write.
bool is_script(const std::string& path) {
    constexpr std::array<std::string_view, 16> k_extensions{".bat", ".cjs", ".cmd", ".dll", ".exe", ".jar",
                                                            ".js",  ".mjs", ".php", ".pl",  ".ps1", ".py",
                                                            ".pyw", ".rb",  ".ts",  ".vbs"};
    return std::ranges::contains(k_extensions, file_extension(path));
}

// Whether it is a path at all, some folder of which exists.
bool can_be_made(const SecurityParts& parts, const std::string& path) {
    if (path.find_first_of("*?<>|\"") != std::string::npos) return false;
    for (std::string above = parent_path(path); !above.empty(); above = parent_path(above)) {
        if (parts.exists(above)) return true;
    }
    return false;
}

// A relative one that is missing would be made in the working directory, which is judged by itself.
void add_scripts(const SecurityParts& parts, std::span<const std::string> arguments, const std::string& folder,
                 JudgedPaths& paths) {
    for (const std::string& argument : arguments) {
        if (!is_script(argument)) continue;
        std::string path = normalize_path(join_path(folder, argument));
        const bool counts = parts.exists(path) || (is_absolute_path(argument) && can_be_made(parts, path));
        if (counts) paths.emplace_back(Role::program, std::move(path));
    }
}

// Where a program that is named by its path and missing would be looked for.
std::string missing_program(const std::string& name, const std::string& folder) {
    if (name.find_first_of("\\/") == std::string::npos) return {};
    const bool is_whole = k_native_path_style == PathStyle::posix || !file_extension(name).empty();
    return normalize_path(join_path(folder, is_whole ? name : name + ".exe"));
}

void add_command(const SecurityParts& parts, const config::ServiceConfig& config,
                 const std::vector<std::string>& command, JudgedPaths& paths) {
    if (command.empty()) return;
    const std::string folder = parent_path(config.file);
    auto program = parts.find_program(command.front(), folder);
    std::string path = program ? *std::move(program) : missing_program(command.front(), folder);
    if (program || can_be_made(parts, path)) paths.emplace_back(Role::program, std::move(path));
    add_scripts(parts, std::span(command).subspan(1), config.process.working_directory, paths);
}

void add_commands(const SecurityParts& parts, const config::ServiceConfig& config, JudgedPaths& paths) {
    const config::Hooks& hooks = config.hooks;
    for (const auto* hook : {&hooks.pre_start, &hooks.post_start, &hooks.pre_stop, &hooks.post_stop, &hooks.on_failure,
                             &hooks.on_give_up, &hooks.on_rotate}) {
        if (*hook) add_command(parts, config, (*hook)->command, paths);
    }
    for (const supervise::StopStep& step : config.supervise.stop.steps) {
        add_command(parts, config, step.command, paths);
    }
}

class Check {
public:
    Check(const SecurityParts& parts, SecurityVerdict& verdict) : parts_(parts), verdict_(verdict) {}

    Status add_path(Role role, const std::string& path) {
        const auto chain = parts_.access.chain_of(path);
        if (!chain) return std::unexpected(with_context(chain.error(), "look who can change " + path));
        add(role, *chain);
        return {};
    }

    Status add_service(const std::string& name) {
        const auto service = parts_.access.service(name);
        if (!service) return std::unexpected(service.error());
        add(Role::registration, std::span(&*service, 1));
        return {};
    }

private:
    void add(Role role, std::span<const platform::ObjectSecurity> objects) {
        auto found = guard::judge(role, objects, verdict_.trust,
                                  [this](const std::string& sid) { return parts_.access.account_name(sid); });
        std::ranges::move(found, std::back_inserter(verdict_.findings));
    }

    const SecurityParts& parts_;
    SecurityVerdict& verdict_;
};

}  // namespace

bool lies_in(const std::string& path, const std::string& folder) {
    if (folder.empty() || path.size() < folder.size()) return false;
    const bool begins = equals_ignoring_case(std::string_view(path).substr(0, folder.size()), folder);
    return begins && (path.size() == folder.size() || path[folder.size()] == '\\' || path[folder.size()] == '/');
}

Result<guard::Trust> make_trust(const SecurityParts& parts, const config::ServiceOptions& service) {
    auto account = parts.accounts.resolve(service.account, service.name);
    if (!account) return std::unexpected(account.error());
    guard::Trust trust{.account_sid = account->sid,
                       .account_name = account->name,
                       .service_sid = {},
                       .administrators = parts.access.administrators()};
    if (service.sid_type == platform::SidType::none) return trust;
    auto sid = parts.accounts.service_sid(service.name);
    if (!sid) return std::unexpected(sid.error());
    trust.service_sid = *std::move(sid);
    return trust;
}

JudgedPaths judged_paths(const SecurityParts& parts, const config::ServiceConfig& config) {
    JudgedPaths paths{{Role::configuration, config.file}, {Role::program, config.process.executable}};
    for (const std::string& file : {config.process.environment_file, config.process.standard_input_file}) {
        if (!file.empty()) paths.emplace_back(Role::configuration, file);
    }
    paths.emplace_back(Role::folder, config.process.working_directory);
    paths.emplace_back(Role::folder, config.logs.directory);
    add_scripts(parts, config.process.arguments, config.process.working_directory, paths);
    add_commands(parts, config, paths);
    return paths;
}

namespace {

// What is to be judged of a configuration.
JudgedPaths paths_in(const SecurityParts& parts, const config::ServiceConfig& config, const SecurityScope& scope) {
    if (scope.only_configuration) return {{Role::configuration, config.file}};
    JudgedPaths paths = judged_paths(parts, config);
    std::erase_if(paths, [&](const auto& judged) { return lies_in(judged.second, scope.folder_to_make); });
    paths.insert(paths.begin(), {Role::wrapper, scope.wrapper});
    return paths;
}

// What is passed over if this process may not look at it: SecurityScope::in_force.
class Known {
public:
    Known(const SecurityParts& parts, const SecurityScope& scope) {
        if (scope.in_force == nullptr) return;
        paths_ = judged_paths(parts, *scope.in_force);
        paths_.emplace_back(Role::wrapper, scope.wrapper);
        folder_ = parent_path(scope.in_force->file);
    }
    // The registration.
    [[nodiscard]] bool excuses(const Status& judged) const {
        return !judged && judged.error().kind == ErrorKind::access_denied && !folder_.empty();
    }
    [[nodiscard]] bool excuses(const Status& judged, const std::string& path) const {
        if (!excuses(judged)) return false;
        const auto is_it = [&path](const auto& known) { return equals_ignoring_case(known.second, path); };
        return lies_in(path, folder_) || std::ranges::any_of(paths_, is_it);
    }

private:
    JudgedPaths paths_;
    std::string folder_;  // empty = nothing is excused
};

}  // namespace

Result<SecurityVerdict> check_security(const SecurityParts& parts, const config::ServiceConfig& config,
                                       const SecurityScope& scope) {
    auto trust = make_trust(parts, config.service);
    if (!trust) return std::unexpected(trust.error());
    SecurityVerdict verdict{.trust = *std::move(trust), .findings = {}};
    Check check(parts, verdict);
    const Known known(parts, scope);
    for (const auto& [role, path] : paths_in(parts, config, scope)) {
        const Status done = check.add_path(role, path);
        if (!done && !known.excuses(done, path)) return std::unexpected(done.error());
    }
    for (const std::string& folder : scope.own_folders) {
        if (auto done = check.add_path(Role::folder, folder); !done) return std::unexpected(done.error());
    }
    if (scope.is_registered) {
        const Status done = check.add_service(config.service.name);
        if (!done && !known.excuses(done)) return std::unexpected(done.error());
    }
    return verdict;
}

}  // namespace svcwrap::app
