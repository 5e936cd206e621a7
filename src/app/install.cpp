#include <functional>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/install_plan.hpp"
#include "app/install_steps.hpp"
#include "app/install_update.hpp"
#include "app/output.hpp"
#include "app/program.hpp"
#include "app/safety.hpp"
#include "app/set_asides.hpp"
#include "app/start_watch.hpp"
#include "base/argv.hpp"
#include "base/path.hpp"
#include "supervise/stop_plan.hpp"

namespace svcwrap::app {

namespace {

// What must be taken back, the last deed first, unless everything has worked. What can't be taken back is told.
class Undo {
public:
    void add(std::function<Status()> step) { steps_.push_back(std::move(step)); }

    [[nodiscard]] Error roll_back(Error error) {
        for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
            if (const Status done = (*step)(); !done)
                error.remedy += "\n  What was done before could not be taken back: " + to_text(done.error());
        }
        steps_.clear();
        return error;
    }

private:
    std::vector<std::function<Status()>> steps_;
};

class Installation {
public:
    Installation(const AppParts& parts, InstallPlan& plan) : parts_(parts), plan_(plan) {}

    [[nodiscard]] Status carry_out() {
        for (const auto step : {&Installation::make_folders, &Installation::judge_folders, &Installation::write_file,
                                &Installation::register_service, &Installation::let_account_in}) {
            if (const Status done = (this->*step)(); !done) {
                return std::unexpected(undo_.roll_back(with_context(done.error(), "install " + plan_.definition.name)));
            }
        }
        grant_logon_right(parts_, plan_);
        note_in_event_log();
        return {};
    }

private:
    // A folder that is there already is left as it is, and judged.
    Status make_folder(const std::string& folder) {
        if (platform::exists(parts_.files, folder)) return {};
        const Status made = parts_.files.make_private_folder(folder, {}, platform::FolderRight::read);
        if (made) {
            undo_.add([this, folder] { return parts_.files.remove_folder(folder); });
        }
        return made;
    }

    // The folder above first: what anybody may have put in its place must not hold the service's own.
    Status make_folders() {
        const std::string data = parent_path(plan_.folder);
        if (!platform::exists(parts_.files, data)) {
            const Status above = parts_.files.make_private_folder(data, {}, platform::FolderRight::read);
            if (!above) return above;
        }
        if (auto own = make_folder(plan_.folder); !own) return own;
        if (auto state = make_folder(state_folder_in(plan_.folder)); !state) return state;
        return make_folder(logs_folder_in(plan_.folder));
    }

    // Once more, before anything is written: what was missing for the plan may have been made by somebody else while
    // it was judged, or while a password was being typed. From here on nobody else can change them.
    Status judge_folders() { return check_own_folder(parts_, plan_.folder, plan_.trust); }

    Status write_file() {
        if (plan_.config_text.empty()) return {};
        const Status written = parts_.files.write_whole(plan_.config.file, plan_.config_text);
        if (written) undo_.add([this] { return take_file_back(); });
        return written;
    }

    Status take_file_back() {
        if (plan_.former_text.empty()) return parts_.files.remove_file(plan_.config.file);
        return parts_.files.write_whole(plan_.config.file, plan_.former_text);
    }

    Status register_service() {
        const Status created = parts_.services.create(plan_.definition);
        if (created) {
            undo_.add([this] { return parts_.services.remove(plan_.definition.name); });
        }
        return created;
    }

    Status let_account_in() {
        if (plan_.account.kind == platform::AccountKind::local_system) return {};
        return app::let_account_in(parts_, plan_);
    }

    void note_in_event_log() {
        if (const Status known = parts_.events->register_source(); !known) {
            plan_.notes.push_back("The Event Log does not know svcwrap's texts: " + to_text(known.error()));
        }
        tell_event(parts_, plan_, host::EventId::service_installed,
                   {plan_.config.process.executable, plan_.account.name});
        tell_dangers(parts_, plan_);
    }

    const AppParts& parts_;
    InstallPlan& plan_;
    Undo undo_;
};

std::string command_of(const config::ProcessOptions& process) {
    return join_command_line(process.executable, process.arguments);
}

std::string stop_text(const supervise::StopOptions& stop) {
    std::string text;
    for (const supervise::StopStep& step : stop.steps) {
        text += std::string(supervise::name_of(step.method)) + " (" + to_text(step.timeout) + "), then ";
    }
    return text + "the whole process tree is ended";
}

std::string installed_text(const InstallPlan& plan) {
    std::string text = "Installed " + plan.definition.name + ".\n";
    text += field("program", command_of(plan.config.process)) + field("folder", plan.config.process.working_directory) +
            field("config", plan.config.file) + field("logs", plan.config.logs.directory) +
            field("journal", journal_in(plan.folder)) + field("start mode", platform::name_of(plan.definition.start)) +
            field("account", plan.definition.account) + field("stop", stop_text(plan.config.supervise.stop)) +
            field("service runs", plan.definition.command_line);
    for (const std::string& note : plan.notes) text += note + "\n";
    return text;
}

std::string next_text(const InstallPlan& plan) {
    const std::string& name = plan.definition.name;
    return "Next:\n  svcwrap start " + typed(name) + "\n  svcwrap status " + typed(name) +
           "\n  To change settings: edit " + plan.config.file + ", then svcwrap check " + typed(name) +
           " and svcwrap restart " + typed(name) + "\n";
}

Json texts_json(const std::vector<std::string>& texts) {
    return JsonArray(texts.begin(), texts.end());
}

JsonObject installed_json(const InstallPlan& plan) {
    return {{"ok", true},
            {"command", "install"},
            {"changed", true},
            {"name", plan.definition.name},
            {"program", plan.config.process.executable},
            {"config_file", plan.config.file},
            {"folder", plan.folder},
            {"logs", plan.config.logs.directory},
            {"journal", journal_in(plan.folder)},
            {"image_path", plan.definition.command_line},
            {"start_mode", platform::name_of(plan.definition.start)},
            {"account", plan.definition.account},
            {"notes", texts_json(plan.notes)},
            {"cautions", texts_json(plan.cautions)}};
}

}  // namespace

Outcome install(const AppParts& parts, const InstallRequest& request) {
    if (request.update) return update_installation(parts, request);
    auto plan = plan_installation(parts, request);
    if (!plan) return std::unexpected(plan.error());
    if (const Status done = Installation(parts, *plan).carry_out(); !done) return std::unexpected(done.error());
    remove_set_asides(parts);
    Answer answer{.text = installed_text(*plan), .warnings = {}, .json = {}};
    JsonObject json = installed_json(*plan);
    if (request.start_now) {
        const auto started = start_and_watch(parts, request.name, StartLimits{}, request.json);
        if (!started)
            return std::unexpected(
                with_context(started.error().errors.front(), request.name + " is installed, but it does not run"));
        answer.text += started_text(*started);
        json.emplace_back("service", to_json(started->view, parts.clock.wall_now()));
    } else {
        answer.text += next_text(*plan);
    }
    answer.json = std::move(json);
    return answer;
}

}  // namespace svcwrap::app
