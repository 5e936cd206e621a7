#pragma once
// What a new installation and an update have in common, once the plan is made.
#include <initializer_list>
#include <string>
#include <string_view>

#include "app/install_plan.hpp"
#include "host/events.hpp"

namespace svcwrap::app {

// In the service's own folder: what the wrapper keeps, and its logs.
[[nodiscard]] std::string state_folder_in(const std::string& folder);
[[nodiscard]] std::string logs_folder_in(const std::string& folder);

// Gives the plan's account what it needs in the service's own folders, and nobody else anything: to read its
// configuration, and to write what svcwrap keeps and the logs. Called when the service is registered: NT SERVICE\NAME
// exists only from then on. Errors: access_denied, io_failed, not_found.
[[nodiscard]] Status let_account_in(const AppParts& parts, const InstallPlan& plan);

// Gives the account the right to log on as a service if it needs that; what came of it goes to the plan's notes.
void grant_logon_right(const AppParts& parts, InstallPlan& plan);

// Into the Event Log; a log that does not take it goes to the plan's notes.
void tell_event(const AppParts& parts, InstallPlan& plan, host::EventId id,
                std::initializer_list<std::string_view> values);
// The same of a service that is allowed to be insecure, if it is.
void tell_dangers(const AppParts& parts, InstallPlan& plan);

}  // namespace svcwrap::app
