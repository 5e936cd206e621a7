#include "app/service.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/event_notes.hpp"
#include "app/host_parts.hpp"
#include "app/safety.hpp"
#include "app/service_view.hpp"
#include "base/argv.hpp"
#include "base/path.hpp"
#include "config/service_config.hpp"
#include "host/journal.hpp"
#include "host/service_host.hpp"
#include "supervise/scm_report.hpp"

namespace svcwrap::app {

using platform::ServiceSession;
using platform::ServiceState;
using platform::SessionReport;

namespace {

// Numbers of winerror.h.
constexpr std::uint32_t k_not_under_scm = 1063;
constexpr std::uint32_t k_bad_configuration = 1610;

constexpr int k_exit_recover = 1;
// Reading the configuration takes milliseconds; a cold, busy disk at boot may take longer.
constexpr Duration k_load_hint = std::chrono::seconds(20);
constexpr Duration k_journal_patience = std::chrono::seconds(5);

void report_loading(ServiceSession& session) {
    (void)session.report(
        {.state = ServiceState::start_pending, .accepted = {}, .checkpoint = 0, .wait_hint = k_load_hint});
}

int refuse(const AppParts& parts, const std::string& name, const std::vector<Error>& errors,
           const std::string& journal_file, ServiceSession& session) {
    {
        host::Journal journal(parts.files, parts.clock, journal_file, {});
        for (const Error& error : errors) journal.write(host::Severity::error, "configuration: " + to_text(error));
        for (const Error& error : errors) {
            const std::string trouble = note_event(parts, host::EventId::configuration_invalid, name, {to_text(error)});
            if (!trouble.empty()) journal.write(host::Severity::warning, trouble);
        }
        journal.close(k_journal_patience);
    }
    (void)session.report({.state = ServiceState::stopped, .accepted = {}, .win32_exit_code = k_bad_configuration});
    return 0;
}

// An installation has made them, and the wrapper does not depend on that. Where they have been removed since, they are
// made as it makes them: below ProgramData, where every user may create files, whatever inherits that would be open to
// all. What somebody else has made there meanwhile is left alone.
void make_missing_folders(const AppParts& parts, const std::string& name) {
    const std::string state = parent_path(state_file_in(parts, name));
    const std::string own = parent_path(state);
    std::vector<std::string> missing;
    if (!platform::exists(parts.files, own)) missing = {parent_path(own), own};
    if (!platform::exists(parts.files, state)) missing.push_back(state);
    for (const std::string& folder : missing) {
        if (!parts.files.make_private_folder(folder, {}, platform::FolderRight::read)) return;
    }
}

// NOLINTNEXTLINE(readability-function-size): one line per option
host::HostOptions options_for(const AppParts& parts, const config::ServiceOptions& started,
                              const std::string& journal_file, ServiceSession& session) {
    host::HostOptions options;
    // A report that fails can't be told to anyone but the SCM, which is the one that did not take it.
    options.report = [&session](const SessionReport& report) { (void)session.report(report); };
    options.events = parts.events;
    options.state_file = state_file_in(parts, started.name);
    options.journal_file = journal_file;
    options.history_file = history_file_in(parts, started.name);
    options.registered = true;
    options.judge = [parts, started](const config::ServiceConfig& now, const config::ServiceConfig& fresh) {
        return judge_reload(parts, started, now, fresh);
    };
    return options;
}

}  // namespace

int serve(const AppParts& parts, const ServiceRequest& request, ServiceSession& session) {
    report_loading(session);
    const auto folder = folder_of(parts, request.name);
    const std::string journal = folder ? journal_in(*folder) : std::string();
    auto config = config::load_config(parts.files, request.config_file);
    if (!config) return refuse(parts, request.name, config.error(), journal, session);

    make_missing_folders(parts, request.name);
    config::ServiceOptions started = config->service;
    started.name = request.name;
    auto options = options_for(parts, started, journal, session);
    host::ServiceHost host(*std::move(config), host_parts(parts), std::move(options));
    session.on_control([&host](platform::ServiceControl control) { return host.handle_control(control); });
    const supervise::FinalResult result = host.run();
    // While the output was drained the SCM may still have sent something; the host is about to be gone.
    session.on_control([](platform::ServiceControl) { return false; });
    if (result.outcome == supervise::Outcome::recover) return k_end_without_stopped;
    (void)session.report(supervise::stopped_report(result));
    return 0;  // the host goes after that: what it still waits for concerns nobody who waits for the stop
}

Outcome run_service(const AppParts& parts, const ServiceRequest& request) {
    const Status ended = parts.run_session(request.name, [&](ServiceSession& session) {
        if (serve(parts, request, session) == k_end_without_stopped) parts.end_process(k_exit_recover);
    });
    if (ended) return Answer{};
    if (ended.error().os_code != k_not_under_scm) return std::unexpected(ended.error());
    Error error = ended.error();
    error.message = "the Service Control Manager did not start this process: `svcwrap service` is for it alone";
    error.remedy = "To try the service out in this console: svcwrap run " + typed(request.name) +
                   "\n  To start it: svcwrap start " + typed(request.name);
    return std::unexpected(std::move(error));
}

}  // namespace svcwrap::app
