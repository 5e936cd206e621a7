#include "app/install_steps.hpp"

#include "app/event_notes.hpp"
#include "app/service_view.hpp"
#include "base/path.hpp"

namespace svcwrap::app {

std::string state_folder_in(const std::string& folder) {
    return join_path(folder, "state");
}

std::string logs_folder_in(const std::string& folder) {
    return parent_path(journal_in(folder));
}

// Who could write the configuration could have the next `install --update` by an administrator give the service
// another account: the account only reads it.
Status let_account_in(const AppParts& parts, const InstallPlan& plan) {
    constexpr auto k_modify = platform::FolderRight::modify;
    const bool is_system = plan.account.kind == platform::AccountKind::local_system;
    const std::string sid = is_system ? std::string() : plan.account.sid;
    if (auto own = parts.files.make_private_folder(plan.folder, sid, platform::FolderRight::read); !own) return own;
    const Status state = parts.files.make_private_folder(state_folder_in(plan.folder), sid, k_modify);
    return state ? parts.files.make_private_folder(logs_folder_in(plan.folder), sid, k_modify) : state;
}

void grant_logon_right(const AppParts& parts, InstallPlan& plan) {
    if (!platform::needs_logon_right(plan.account.kind)) return;
    const auto given = parts.accounts.grant_service_logon(plan.account);
    if (!given) {
        plan.notes.push_back(plan.account.name + " could not be given the right \"Log on as a service\": " +
                             to_text(given.error()) + ". Without it the service cannot start.");
    } else if (*given) {
        plan.notes.push_back(plan.account.name + " was given the right \"Log on as a service\".");
    }
}

void tell_event(const AppParts& parts, InstallPlan& plan, host::EventId id,
                std::initializer_list<std::string_view> values) {
    std::string trouble = note_event(parts, id, plan.definition.name, values);
    if (!trouble.empty()) plan.notes.push_back(std::move(trouble));
}

void tell_dangers(const AppParts& parts, InstallPlan& plan) {
    if (plan.dangers.empty()) return;
    std::string all;
    for (const std::string& danger : plan.dangers) all += (all.empty() ? "" : "; ") + danger;
    tell_event(parts, plan, host::EventId::service_insecure, {all});
}

}  // namespace svcwrap::app
