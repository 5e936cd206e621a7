#include "app/service_view.hpp"

#include <utility>

#include "base/path.hpp"
#include "base/utf8.hpp"

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

namespace {

std::string explain_unknown(const Error& error) {
    if (error.kind == ErrorKind::access_denied) {
        return "what the child does is visible to administrators only";
    }
    return "what the child does is not known: " + error.message;
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
        view.note = state ? "what the child does is not known: the state file is of another service"
                          : explain_unknown(state.error());
    }
}

}  // namespace

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
    if (view.published && !view.published->journal.empty()) view.journal = view.published->journal;
    return view;
}

Result<ServiceView> load_view(const AppParts& parts, const std::string& name) {
    auto registration = find_registration(parts, name);
    if (!registration) return std::unexpected(registration.error());
    return load_view(parts, name, *std::move(registration));
}

bool is_up(const ServiceView& view) {
    if (view.status.state != ServiceState::running) return false;
    return !view.current || view.published->state == supervise::State::running;
}

std::string describe_end(const supervise::RunEnd& end) {
    switch (end.kind) {
        case supervise::EndKind::exited:
            return describe(end.code) + (end.asked_for ? ", after a stop request" : "");
        case supervise::EndKind::crashed:
            return "crashed with " + describe(end.code);
        case supervise::EndKind::launch_failed:
            return "could not be started: " + end.detail;
        case supervise::EndKind::start_timed_out:
            return "was not started in time";
    }
    return "ended";
}

std::string remedy_for(const supervise::RunEnd& end) {
    const bool has_code = end.kind == supervise::EndKind::exited || end.kind == supervise::EndKind::crashed;
    return has_code && !end.asked_for ? std::string(remedy_of(end.code)) : std::string();
}

}  // namespace svcwrap::app
