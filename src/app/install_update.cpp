#include "app/install_update.hpp"

#include <algorithm>
#include <format>
#include <utility>

#include "app/image_path.hpp"
#include "app/install_plan.hpp"
#include "app/install_steps.hpp"
#include "app/output.hpp"
#include "app/service_view.hpp"
#include "base/argv.hpp"
#include "base/byte_size.hpp"
#include "base/path.hpp"
#include "base/utf8.hpp"
#include "config/edit.hpp"
#include "config/settings.hpp"
#include "config/toml_text.hpp"

namespace svcwrap::app {

namespace {

struct Change {
    std::string what;
    std::string before;
    std::string after;
    bool at_next_start = false;  // a service that runs keeps what it has
};

Status check_options(const InstallRequest& request) {
    const bool speaks_of_program = !request.executable.empty() || !request.working_directory.empty() ||
                                   !request.environment.empty() || request.stop || request.stop_timeout ||
                                   !request.arguments.empty();
    if (speaks_of_program) {
        return fail(ErrorKind::usage, "--update changes the registration; what the program gets stands in its file",
                    "Edit the file and take it over: svcwrap reload " + typed(request.name));
    }
    if (request.start_now) return fail(ErrorKind::usage, "--start-now is for a new service", "Use svcwrap start.");
    return {};
}

// The settings that were given as options, as they stand in a TOML.
std::vector<std::pair<std::string_view, std::string>> given_settings(const InstallRequest& request) {
    std::vector<std::pair<std::string_view, std::string>> given;
    if (request.display_name) given.emplace_back("display_name", config::toml_text(*request.display_name));
    if (request.description) given.emplace_back("description", config::toml_text(*request.description));
    if (request.start) {
        given.emplace_back("start", config::toml_text(config::choice_text("service.start", *request.start)));
    }
    if (request.allow_insecure) given.emplace_back("allow_insecure", "true");
    return given;
}

// The file as it will be. plan.config_text stays empty if nothing in it changes.
std::expected<void, Failure> read_config(const AppParts& parts, const InstallRequest& request, const std::string& file,
                                         InstallPlan& plan) {
    auto former = parts.files.read_text(file, 1_MiB);
    if (!former) return std::unexpected(former.error());
    std::string text = *former;
    for (const auto& [key, value] : given_settings(request)) {
        auto changed = config::set_service_setting(text, key, value, file);
        if (!changed) return std::unexpected(changed.error());
        text = *std::move(changed);
    }
    auto config = config::parse_config(text, file);
    if (!config) return std::unexpected(Failure(std::move(config.error())));
    if (!equals_ignoring_case(config->service.name, request.name)) {
        return fail(ErrorKind::bad_config,
                    file + " configures the service " + config->service.name + ", not " + request.name,
                    "Change service.name in the file.");
    }
    plan.config = *std::move(config);
    if (text == *former) return {};
    plan.config_text = std::move(text);
    plan.former_text = *std::move(former);
    return {};
}

// By their SIDs, since one account has many names.
bool is_same_account(const AppParts& parts, const std::string& registered, const InstallPlan& plan) {
    const auto known = parts.accounts.resolve(registered, plan.config.service.name);
    return known ? known->sid == plan.account.sid : equals_ignoring_case(registered, plan.account.name);
}

std::string list_text(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all.empty() ? "none" : all;
}

std::string recovery_text(const platform::RecoveryActions& recovery) {
    if (recovery.restarts.empty()) return "none";
    std::string text = "start again after";
    for (const Duration wait : recovery.restarts) text += " " + to_text(wait);
    text += ", reset after " + to_text(recovery.reset_after);
    return recovery.on_failure_exit ? text + ", also when it stops as a failure" : text;
}

class Changes {
public:
    void add(std::string what, std::string before, std::string after, bool at_next_start = false) {
        if (before == after) return;
        all_.push_back({std::move(what), std::move(before), std::move(after), at_next_start});
    }
    [[nodiscard]] std::vector<Change> take() { return std::move(all_); }

private:
    std::vector<Change> all_;
};

std::vector<Change> changes_of(const platform::ServiceConfiguration& before, const platform::ServiceDefinition& after,
                               bool account_changes) {
    Changes changes;
    changes.add("display name", before.display_name, after.display_name);
    changes.add("description", before.description, after.description);
    changes.add("start mode", std::string(platform::name_of(before.start)),
                std::string(platform::name_of(after.start)));
    changes.add("service runs", before.command_line, after.command_line, true);
    if (account_changes) changes.add("account", before.account, after.account, true);
    changes.add("dependencies", list_text(before.dependencies), list_text(after.dependencies));
    if (before.required_privileges) {
        changes.add("required privileges", list_text(*before.required_privileges), list_text(after.required_privileges),
                    true);
    }
    if (before.sid_type) {
        changes.add("service SID", std::string(config::choice_text("service.sid_type", *before.sid_type)),
                    std::string(config::choice_text("service.sid_type", after.sid_type)), true);
    }
    if (before.preshutdown_timeout) {
        changes.add("time to stop at a shutdown", to_text(*before.preshutdown_timeout),
                    to_text(after.preshutdown_timeout));
    }
    if (before.recovery) changes.add("recovery", recovery_text(*before.recovery), recovery_text(after.recovery));
    return changes.take();
}

std::string change_text(const Change& change) {
    const auto shown = [](const std::string& value) { return value.empty() ? std::string("(empty)") : value; };
    return std::format("{}: {} -> {}", change.what, shown(change.before), shown(change.after));
}

Json changes_json(const std::vector<Change>& changes) {
    JsonArray array;
    for (const Change& change : changes) {
        array.emplace_back(JsonObject{{"what", change.what},
                                      {"before", change.before},
                                      {"after", change.after},
                                      {"at_next_start", change.at_next_start}});
    }
    return array;
}

Json texts_json(const std::vector<std::string>& texts) {
    return JsonArray(texts.begin(), texts.end());
}

class Update {
public:
    Update(const AppParts& parts, const InstallRequest& request) : parts_(parts), request_(request) {}

    std::expected<void, Failure> plan() {
        if (const Status good = check_options(request_); !good) return std::unexpected(good.error());
        if (const Status may = require_elevation(parts_, "updating a service"); !may)
            return std::unexpected(may.error());
        auto registration = find_registration(parts_, request_.name);
        if (!registration) return std::unexpected(registration.error());
        registration_ = *std::move(registration);
        auto folder = folder_of(parts_, request_.name);
        if (!folder) return std::unexpected(folder.error());
        plan_.folder = *std::move(folder);
        plan_.verbose = request_.verbose;
        const std::string file = request_.config_file.empty()
                                     ? registration_.image.config_file
                                     : normalize_path(join_path(parts_.system.current_folder(), request_.config_file));
        if (auto read = read_config(parts_, request_, file, plan_); !read) return read;
        const Status judged = judge();
        return judged ? std::expected<void, Failure>() : std::unexpected(Failure(judged.error()));
    }

    Status carry_out() {
        changes_ = changes_of(registration_.configuration, plan_.definition, account_changes_);
        if (!plan_.config_text.empty()) {
            if (auto written = parts_.files.write_whole(plan_.config.file, plan_.config_text); !written) return written;
        }
        if (const Status updated = parts_.services.update(plan_.definition, account_changes_); !updated) {
            if (!plan_.config_text.empty()) (void)parts_.files.write_whole(plan_.config.file, plan_.former_text);
            return updated;
        }
        if (const Status in = let_account_in(parts_, plan_); !in) return in;
        grant_logon_right(parts_, plan_);
        tell_events();
        return {};
    }

    [[nodiscard]] Answer answer() const {
        std::string text = changes_.empty() && plan_.config_text.empty()
                               ? request_.name + " is registered as its configuration says; nothing was changed.\n"
                               : "Updated " + request_.name + ".\n";
        for (const Change& change : changes_) text += "  " + change_text(change) + "\n";
        if (!plan_.config_text.empty()) text += "  written into " + plan_.config.file + "\n";
        if (password_given_) text += "  the password of " + plan_.account.name + " was set\n";
        for (const std::string& note : plan_.notes) text += note + "\n";
        if (waits())
            text +=
                "It runs, and keeps what it has until its next start: svcwrap restart " + typed(request_.name) + "\n";
        return {.text = std::move(text),
                .warnings = {},
                .json = JsonObject{{"ok", true},
                                   {"command", "install"},
                                   {"updated", true},
                                   {"changed", !changes_.empty() || !plan_.config_text.empty() || password_given_},
                                   {"name", plan_.definition.name},
                                   {"config_file", plan_.config.file},
                                   {"changes", changes_json(changes_)},
                                   {"needs_restart", waits()},
                                   {"notes", texts_json(plan_.notes)},
                                   {"cautions", texts_json(plan_.cautions)}}};
    }

private:
    Status judge() {
        auto account = parts_.accounts.resolve(plan_.config.service.account, request_.name);
        if (!account) return std::unexpected(account.error());
        plan_.account = *std::move(account);
        if (const Status safe = check_safety(parts_, plan_, true); !safe) return safe;
        note_folders(plan_);
        if (const Status filled = fill_definition(parts_, plan_); !filled) return filled;
        account_changes_ = !is_same_account(parts_, registration_.configuration.account, plan_);
        if (!account_changes_ && !request_.password_on_input) return {};
        auto password = password_for(parts_, plan_.account, request_.password_on_input);
        if (!password) return std::unexpected(password.error());
        password_given_ = !password->empty();
        plan_.definition.password = *std::move(password);
        account_changes_ = account_changes_ || password_given_;
        return {};
    }

    void tell_events() {
        if (changes_.empty()) return;
        std::string all;
        for (const Change& change : changes_) all += (all.empty() ? "" : "; ") + change_text(change);
        tell_event(parts_, plan_, host::EventId::service_updated, {all});
        tell_dangers(parts_, plan_);
    }

    [[nodiscard]] bool waits() const {
        const auto status = parts_.services.query(request_.name);
        const bool runs = status && status->state != platform::ServiceState::stopped;
        return runs && std::ranges::any_of(changes_, &Change::at_next_start);
    }

    const AppParts& parts_;
    const InstallRequest& request_;
    Registration registration_;
    InstallPlan plan_;
    bool account_changes_ = false;
    bool password_given_ = false;
    std::vector<Change> changes_;
};

}  // namespace

Outcome update_installation(const AppParts& parts, const InstallRequest& request) {
    Update update(parts, request);
    if (auto planned = update.plan(); !planned) return std::unexpected(planned.error());
    if (const Status done = update.carry_out(); !done) {
        return std::unexpected(with_context(done.error(), "update " + request.name));
    }
    return update.answer();
}

}  // namespace svcwrap::app
