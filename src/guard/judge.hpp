#pragma once
// Whether someone could make a service do what he may not do himself. README.md of this folder has the rules.
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "platform/access_control.hpp"

namespace svcwrap::guard {

// What the object is for the service: decides which rights are dangerous, and to whom.
enum class Role : std::uint8_t {
    wrapper,        // svcwrap.exe: run by the service and by administrators
    program,        // the child, or any other program that the service starts
    configuration,  // a file whose text decides what runs: the TOML, an environment file, a script
    folder,         // the service works or writes in it: working directory, logs, state
    registration,   // the service object of the SCM
};
[[nodiscard]] std::string_view name_of(Role role);  // "program"

// Whom the service may be changed by.
struct Trust {
    std::string account_sid;                  // the account that the service runs as
    std::string account_name;                 // for the texts
    std::string service_sid;                  // of NT SERVICE\name; empty = the service has none
    std::vector<std::string> administrators;  // platform::AccessControl::administrators()
};

enum class Severity : std::uint8_t {
    danger,   // the service would run with more rights than someone who can change it
    caution,  // that someone is an administrator by membership: his programs that are not elevated can change it
};

struct Finding {
    Severity severity = Severity::danger;
    Role role = Role::program;
    std::string path;
    std::string sid;
    std::string who;                    // the account's name, else the SID
    std::string rights;                 // "create files in it, delete or rename it"
    std::string why;                    // "the program itself", "a folder above the program"
    std::vector<std::string> commands;  // that fix it, one after the other, for an elevated prompt
};

using NameOf = std::function<std::string(const std::string& sid)>;  // empty if nobody has that SID

// Who can change one thing that the service depends on. `chain` is what platform::AccessControl gives for it.
[[nodiscard]] std::vector<Finding> judge(Role role, std::span<const platform::ObjectSecurity> chain, const Trust& trust,
                                         const NameOf& name_of);

// Whether an existing folder can become the service's own: no link on the way to it, nobody else can change it or the
// folders above, and nobody else may even read it. `contents` are what is in it already, each as `itself`: whoever owns
// or can change one of them would go on doing so. Of a folder that is yet to be made only those above count. Error:
// access_denied, with the object, the account and what to do.
[[nodiscard]] Status check_private_folder(std::span<const platform::ObjectSecurity> chain,
                                          std::span<const platform::ObjectSecurity> contents, const Trust& trust,
                                          const NameOf& name_of);

// "BUILTIN\Users can create files in it: C:\apps (the folder that holds the program)".
[[nodiscard]] std::string to_text(const Finding& finding);

// What `install` and `start` refuse with if one of the findings is a danger: access_denied, the first finding in the
// message, all others and the commands in the remedy. An empty result if there is none.
[[nodiscard]] Status refuse_dangers(std::span<const Finding> findings, const Trust& trust);

}  // namespace svcwrap::guard
