#include "app/safety.hpp"

#include <algorithm>
#include <format>
#include <utility>

#include "app/event_notes.hpp"
#include "app/image_path.hpp"
#include "app/install_steps.hpp"
#include "app/service_view.hpp"
#include "base/argv.hpp"
#include "base/path.hpp"

namespace svcwrap::app {

namespace {

// The objects in a folder, each seen as itself. A folder that does not exist has none.
Result<std::vector<platform::ObjectSecurity>> contents_of(const AppParts& parts, const std::string& folder) {
    std::vector<platform::ObjectSecurity> contents;
    const auto entries = parts.files.list(folder);
    if (!entries && entries.error().kind == ErrorKind::not_found) return contents;
    if (!entries) return std::unexpected(entries.error());
    for (const platform::DirectoryEntry& entry : *entries) {
        auto chain = parts.access.chain_of(join_path(folder, entry.name));
        if (!chain) return std::unexpected(chain.error());
        const bool is_there = !chain->empty() && !chain->back().missing;
        if (is_there) contents.push_back(std::move(chain->back()));
    }
    return contents;
}

std::vector<std::string> lines_of(const std::vector<guard::Finding>& findings, guard::Severity severity) {
    std::vector<std::string> lines;
    for (const guard::Finding& finding : findings) {
        std::string line = guard::to_text(finding);
        if (finding.severity == severity && !std::ranges::contains(lines, line)) lines.push_back(std::move(line));
    }
    return lines;
}

// Findings of one account and the same rights.
struct Group {
    std::string who;
    std::string rights;
    std::vector<std::string> paths;
};

std::vector<Group> groups_of(const std::vector<guard::Finding>& findings, guard::Severity severity) {
    std::vector<Group> groups;
    for (const guard::Finding& finding : findings) {
        if (finding.severity != severity) continue;
        const auto is_its = [&](const Group& one) { return one.who == finding.who && one.rights == finding.rights; };
        auto group = std::ranges::find_if(groups, is_its);
        if (group == groups.end()) group = groups.insert(group, {finding.who, finding.rights, {}});
        if (!std::ranges::contains(group->paths, finding.path)) group->paths.push_back(finding.path);
    }
    return groups;
}

Status check_folder(const AppParts& parts, const std::string& folder,
                    const std::vector<platform::ObjectSecurity>& contents, const guard::Trust& trust) {
    const auto chain = parts.access.chain_of(folder);
    if (!chain) return std::unexpected(with_context(chain.error(), "look who can change " + folder));
    const auto name_of = [&parts](const std::string& sid) { return parts.access.account_name(sid); };
    return guard::check_private_folder(*chain, contents, trust, name_of);
}

// Of a service that is installed. The folders that svcwrap writes in are judged as well: what they are now is another
// question than what the installation has made.
SecurityScope scope_of(const AppParts& parts, const std::string& name, const ServiceImage& image) {
    SecurityScope scope;
    scope.wrapper = image.executable;
    scope.is_registered = true;
    if (const auto folder = folder_of(parts, name)) {
        scope.own_folders = {state_folder_in(*folder), logs_folder_in(*folder)};
    }
    return scope;
}

std::string reload_remedy(const std::string& name) {
    return "Then: svcwrap reload " + typed(name) + "; or, in an elevated prompt, svcwrap restart " + typed(name) +
           ", which judges and takes the file as well.";
}

}  // namespace

std::vector<std::string> summarize(const std::vector<guard::Finding>& findings, guard::Severity severity) {
    constexpr std::size_t k_shown = 3;
    std::vector<std::string> lines;
    for (const Group& group : groups_of(findings, severity)) {
        std::string line = group.who + " can " + group.rights + ":";
        for (std::size_t i = 0; i < std::min(group.paths.size(), k_shown); ++i) {
            line += (i == 0 ? " " : ", ") + group.paths[i];
        }
        if (group.paths.size() > k_shown) line += std::format(" and {} more", group.paths.size() - k_shown);
        lines.push_back(std::move(line));
    }
    return lines;
}

SecurityParts security_parts(const AppParts& parts) {
    return {.access = parts.access,
            .accounts = parts.accounts,
            .exists = [&files = parts.files](const std::string& path) { return platform::exists(files, path); },
            .find_program = [&system = parts.system](
                                const std::string& name,
                                const std::string& folder) { return system.find_program(name, folder); }};
}

Result<SafetyNotes> judge_safety(const AppParts& parts, const config::ServiceConfig& config,
                                 const SecurityScope& scope) {
    const auto verdict = check_security(security_parts(parts), config, scope);
    if (!verdict) return std::unexpected(verdict.error());
    const bool is_allowed = config.service.allow_insecure;
    if (const Status safe = guard::refuse_dangers(verdict->findings, verdict->trust); !safe && !is_allowed) {
        return std::unexpected(safe.error());
    }
    return SafetyNotes{.dangers = lines_of(verdict->findings, guard::Severity::danger),
                       .cautions = lines_of(verdict->findings, guard::Severity::caution),
                       .summary = summarize(verdict->findings, guard::Severity::caution)};
}

Status check_own_folder(const AppParts& parts, const std::string& folder, const guard::Trust& trust) {
    if (const Status above = check_folder(parts, parent_path(folder), {}, trust); !above) return above;
    const auto contents = contents_of(parts, folder);
    if (!contents) return std::unexpected(contents.error());
    return check_folder(parts, folder, *contents, trust);
}

Status refuse_unsafe_start(const AppParts& parts, const std::string& name, std::string_view verb) {
    const auto registration = find_registration(parts, name);
    if (!registration) return std::unexpected(registration.error());
    const ServiceImage& image = registration->image;
    const auto config = config::load_config(parts.files, image.config_file);
    if (!config || config->service.allow_insecure) return {};
    const auto verdict = check_security(security_parts(parts), *config, scope_of(parts, name, image));
    // Who is no administrator may not look at everything; who may start it all the same was given that right by one.
    if (!verdict && verdict.error().kind == ErrorKind::access_denied && !parts.system.is_elevated()) return {};
    const Status safe =
        verdict ? guard::refuse_dangers(verdict->findings, verdict->trust) : Status(std::unexpected(verdict.error()));
    if (safe) return {};
    // A log that does not take the event changes nothing: the refusal itself is told here.
    (void)note_event(parts, host::EventId::configuration_insecure, name, {to_text(safe.error())});
    return std::unexpected(with_context(safe.error(), std::string(verb) + " " + name));
}

Status judge_reload(const AppParts& parts, const config::ServiceOptions& started, const config::ServiceConfig& now,
                    const config::ServiceConfig& fresh) {
    if (now.service.allow_insecure) return {};
    auto wrapper = parts.system.executable_path();
    if (!wrapper) return std::unexpected(wrapper.error());
    SecurityScope scope;
    scope.wrapper = *std::move(wrapper);
    scope.in_force = &now;
    scope.only_configuration = fresh.service.allow_insecure;
    scope.is_registered = !scope.only_configuration;
    config::ServiceConfig judged = fresh;
    judged.service = started;  // its name, account and SID are those of this process, whatever the file says by now
    const auto verdict = check_security(security_parts(parts), judged, scope);
    Status safe =
        verdict ? guard::refuse_dangers(verdict->findings, verdict->trust) : Status(std::unexpected(verdict.error()));
    if (!safe) {
        std::string& remedy = safe.error().remedy;
        remedy += (remedy.empty() ? "" : "\n  ") + reload_remedy(started.name);
    }
    return safe;
}

}  // namespace svcwrap::app
