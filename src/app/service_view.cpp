#include "app/service_view.hpp"

#include <algorithm>
#include <utility>

#include "app/json_read.hpp"
#include "base/argv.hpp"
#include "base/path.hpp"
#include "base/utf8.hpp"
#include "config/service_config.hpp"
#include "host/run_history.hpp"

namespace svcwrap::app {

using platform::ServiceState;

Result<std::string> folder_of(const AppParts& parts, const std::string& name) {
    const auto data = parts.system.data_folder();
    if (!data) return std::unexpected(data.error());
    return host::service_folder(*data, name);
}

std::string journal_in(const std::string& folder) {
    return join_path(join_path(folder, "logs"), "svcwrap.log");
}

std::string state_file_in(const AppParts& parts, const std::string& name) {
    const auto data = parts.system.data_folder();
    return data ? host::state_file_path(*data, name) : std::string();
}

std::string history_file_in(const AppParts& parts, const std::string& name) {
    const auto data = parts.system.data_folder();
    return data ? host::history_file_path(*data, name) : std::string();
}

namespace {

// Number of winerror.h.
constexpr std::uint32_t k_not_started = 1062;

std::string explain_unknown(const Error& error) {
    if (error.kind == ErrorKind::access_denied) {
        return "what the child does is visible to administrators only: use an elevated prompt";
    }
    return "what the child does is not known: " + error.message;
}

Error unreadable(const std::string& name, const Result<host::PublishedState>& state) {
    const bool denied = !state && state.error().kind == ErrorKind::access_denied;
    const std::string why = state ? "the state file is of another service" : state.error().message;
    return Error{.kind = denied ? ErrorKind::access_denied : ErrorKind::io_failed,
                 .message = "the wrapper of " + name + " can't be asked: " + why,
                 .os_code = state ? std::nullopt : state.error().os_code,
                 .where = {},
                 .remedy = denied ? "Open an elevated prompt (\"Run as administrator\") and repeat the command."
                                  : "It publishes its state when it starts its program: try again in a moment."};
}

void read_published(const AppParts& parts, ServiceView& view) {
    auto state = host::read_published_state(parts.files, state_file_in(parts, view.name));
    const bool alive = view.status.process_id != 0;
    if (state && equals_ignoring_case(state->service, view.name)) {
        view.current = alive && state->wrapper_process_id == view.status.process_id;
        view.published = *std::move(state);
        if (alive && !view.current)
            view.note = "what the child does is not known: the wrapper has published nothing yet";
    } else if (alive) {
        view.unreachable = unreadable(view.name, state);
        view.note = explain_unknown(*view.unreachable);
    }
}

std::vector<WaitingSetting> waiting_from(const Json* list) {
    std::vector<WaitingSetting> waiting;
    for (const Json& entry : elements_of(list)) {
        waiting.push_back({.setting = text_at(entry, "setting"), .needs = text_at(entry, "needs")});
    }
    return waiting;
}

std::vector<std::string> lines_from(const Json* list) {
    std::vector<std::string> lines;
    for (const Json& entry : elements_of(list)) lines.push_back(entry.as_string());
    return lines;
}

Status take_answer(ServiceView& view, const Json& answer) {
    const Json* json = answer.find("state");
    auto state = json == nullptr ? Result<host::PublishedState>(fail(ErrorKind::io_failed, "its answer has no state"))
                                 : host::published_state_from_json(*json);
    if (!state) return std::unexpected(state.error());
    view.published = *std::move(state);
    view.live = true;
    view.last_lines = lines_from(answer.find("last_lines"));
    view.waiting = waiting_from(answer.find("waiting"));
    return {};
}

void ask_for_state(const AppParts& parts, ServiceView& view) {
    if (!view.current || view.published->control_address.empty()) return;
    const Wrapper wrapper{
        .service = view.name, .process_id = view.status.process_id, .address = view.published->control_address};
    auto reply = ask(parts, wrapper, host::ControlCommand::status, k_look_patience);
    if (!reply) {
        view.unreachable = reply.error().errors.front();
    } else if (const Status taken = take_answer(view, *reply); !taken) {
        view.unreachable = taken.error();
    }
    if (!view.unreachable) return;
    view.note = explain_unknown(*view.unreachable) + "; at " + to_iso8601(view.published->since) +
                " it published: " + std::string(name_of(view.published->state));
}

// One of the many names of an account.
std::string account_key(const std::string& account, const std::string& service) {
    const auto known = platform::parse_account(account, service);
    return to_lower_ascii(known ? known->name : account);
}

// Their order means nothing.
std::vector<std::string> dependency_keys(const std::vector<std::string>& dependencies) {
    std::vector<std::string> keys;
    for (const std::string& dependency : dependencies) keys.push_back(to_lower_ascii(dependency));
    std::ranges::sort(keys);
    return keys;
}

// What the wrapper still waits for, and the SCM has been told since: Windows uses some of it at once, the rest at the
// service's next start.
void forget_done(std::vector<WaitingSetting>& waiting, const std::vector<std::string>& unlike) {
    std::erase_if(waiting, [&unlike](WaitingSetting& entry) {
        const bool is_told = entry.needs == "reinstall" && !std::ranges::contains(unlike, entry.setting);
        if (is_told && entry.setting == "service.account") entry.needs = "service-restart";
        return is_told && (entry.setting == "service.start" || entry.setting == "service.display_name" ||
                           entry.setting == "service.dependencies");
    });
}

// What the SCM has and the file does not say any more. The wrapper knows only what has changed since it started.
void compare_with_file(const AppParts& parts, ServiceView& view) {
    const auto config = config::load_config(parts.files, view.registration.image.config_file);
    if (!config) return;
    std::vector<std::string> unlike = settings_unlike(view.registration.configuration, config->service);
    forget_done(view.waiting, unlike);
    for (std::string& setting : unlike) {
        if (!std::ranges::contains(view.waiting, setting, &WaitingSetting::setting))
            view.waiting.push_back({.setting = std::move(setting), .needs = "reinstall"});
    }
}

}  // namespace

std::vector<std::string> settings_unlike(const platform::ServiceConfiguration& registered,
                                         const config::ServiceOptions& wanted) {
    std::vector<std::string> settings;
    const auto compare = [&settings](std::string_view setting, bool is_same) {
        if (!is_same) settings.emplace_back(setting);
    };
    const std::string& display_name = wanted.display_name.empty() ? wanted.name : wanted.display_name;
    compare("service.display_name", registered.display_name.empty() || registered.display_name == display_name);
    compare("service.start", registered.start == wanted.start);
    compare("service.account", registered.account.empty() || account_key(registered.account, wanted.name) ==
                                                                 account_key(wanted.account, wanted.name));
    compare("service.dependencies", dependency_keys(registered.dependencies) == dependency_keys(wanted.dependencies));
    return settings;
}

Result<ServiceView> load_view(const AppParts& parts, const std::string& name, Registration registration) {
    const auto status = parts.services.query(name);
    if (!status) return std::unexpected(status.error());
    const auto folder = folder_of(parts, name);
    if (!folder) return std::unexpected(folder.error());
    ServiceView view{.name = registration.image.name,
                     .registration = std::move(registration),
                     .status = *status,
                     .folder = *folder,
                     .journal = journal_in(*folder)};
    read_published(parts, view);
    ask_for_state(parts, view);
    if (view.published && !view.published->journal.empty()) view.journal = view.published->journal;
    return view;
}

Result<ServiceView> load_view(const AppParts& parts, const std::string& name) {
    auto registration = find_registration(parts, name);
    if (!registration) return std::unexpected(registration.error());
    auto view = load_view(parts, name, *std::move(registration));
    if (view) compare_with_file(parts, *view);
    return view;
}

Result<std::vector<ServiceView>> load_all_views(const AppParts& parts) {
    const auto all = parts.services.list();
    if (!all) return std::unexpected(all.error());
    std::vector<ServiceView> ours;
    for (const platform::ServiceSummary& summary : *all) {
        if (auto view = load_view(parts, summary.name)) ours.push_back(*std::move(view));
    }
    return ours;
}

Result<Wrapper> wrapper_of(const ServiceView& view) {
    if (view.status.process_id == 0) {
        return std::unexpected(Error{.kind = ErrorKind::scm_failed,
                                     .message = view.name + " does not run",
                                     .os_code = k_not_started,
                                     .where = {},
                                     .remedy = "Start it: svcwrap start " + typed(view.name)});
    }
    if (view.unreachable) return std::unexpected(*view.unreachable);
    if (view.current && !view.published->control_address.empty()) {
        return Wrapper{
            .service = view.name, .process_id = view.status.process_id, .address = view.published->control_address};
    }
    const std::string why = view.note.empty() ? "it serves no control channel; its journal says why" : view.note;
    return fail(ErrorKind::io_failed, "the wrapper of " + view.name + " can't be asked: " + why,
                "Try again in a moment; its journal: " + view.journal);
}

bool is_up(const ServiceView& view) {
    if (view.status.state != ServiceState::running) return false;
    return !is_known(view) || view.published->state == supervise::State::running;
}

namespace {

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

// What stands below the first line, without its indentation: the remedy of an error in words.
std::string below_first_line(const std::string& text) {
    const auto begin = text.find_first_not_of(" \n", std::min(text.find('\n'), text.size()));
    return begin == std::string::npos ? std::string() : text.substr(begin);
}

}  // namespace

std::string describe_end(const supervise::RunEnd& end) {
    switch (end.kind) {
        case supervise::EndKind::exited:
            return describe(end.code) + (end.asked_for ? ", after a stop request" : "");
        case supervise::EndKind::crashed:
            return "crashed with " + describe(end.code);
        case supervise::EndKind::launch_failed:
            return "could not be started: " + first_line(end.detail);
        case supervise::EndKind::start_timed_out:
            return "was not started in time";
        case supervise::EndKind::left_over:
            return "could not be ended: " + first_line(end.detail);
    }
    return "ended";
}

std::string remedy_for(const supervise::RunEnd& end) {
    if (supervise::has_code(end)) return end.asked_for ? std::string() : std::string(remedy_of(end.code));
    return below_first_line(end.detail);
}

}  // namespace svcwrap::app
