#pragma once
// What install, start and restart ask of a service before they let it run: that nobody can change it who has no right
// to what it does.
#include <string>
#include <string_view>
#include <vector>

#include "app/parts.hpp"
#include "app/security_check.hpp"
#include "config/service_config.hpp"
#include "guard/judge.hpp"

namespace svcwrap::app {

[[nodiscard]] SecurityParts security_parts(const AppParts& parts);

struct SafetyNotes {
    std::vector<std::string> dangers;   // of a service that is allowed to be insecure, a line for each; else none
    std::vector<std::string> cautions;  // a line for each
    std::vector<std::string> summary;   // of the cautions: a line for each account and what it can do
};

// One line for each account and what it can do, with the first objects and the number of the others:
// "PC\alice can overwrite it: C:\a, C:\b, C:\c and 4 more".
[[nodiscard]] std::vector<std::string> summarize(const std::vector<guard::Finding>& findings, guard::Severity severity);

// What is found; access_denied if there is a danger and the configuration does not allow it (service.allow_insecure).
// Errors: those of check_security.
[[nodiscard]] Result<SafetyNotes> judge_safety(const AppParts& parts, const config::ServiceConfig& config,
                                               const SecurityScope& scope);

// Whether the service's own folder, and the one above it, can be made, or be used if they are there:
// check_private_folder of guard/. Errors: access_denied, io_failed.
[[nodiscard]] Status check_own_folder(const AppParts& parts, const std::string& folder, const guard::Trust& trust);

// For `start` and `restart`: judges a registered service by its configuration. A configuration that can't be read or
// used is left to the start itself, which says what is wrong with it. A refusal is an event, too. `verb` = what was
// asked for, as errors say it. Errors: access_denied, io_failed, not_found.
[[nodiscard]] Status refuse_unsafe_start(const AppParts& parts, const std::string& name, std::string_view verb);

// What the wrapper asks before it adopts a changed configuration. `started` is the configuration that the service was
// started with, by whose account it runs; `now` the one in force. Where others may not change the service, only who may
// change its configuration can allow it to be insecure: that it says so newly counts if its file itself is safe.
// Errors: those of judge_safety.
[[nodiscard]] Status judge_reload(const AppParts& parts, const config::ServiceOptions& started,
                                  const config::ServiceConfig& now, const config::ServiceConfig& fresh);

}  // namespace svcwrap::app
