#pragma once
// Whether a service would run what others can change: everything that its configuration names, judged by guard/.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "config/service_config.hpp"
#include "guard/judge.hpp"
#include "platform/access_control.hpp"
#include "platform/accounts.hpp"

namespace svcwrap::app {

struct SecurityParts {
    platform::AccessControl& access;
    platform::Accounts& accounts;
    std::function<bool(const std::string& path)> exists;
    // platform::System::find_program.
    std::function<Result<std::string>(const std::string& name, const std::string& folder)> find_program;
};

struct SecurityScope {
    std::string wrapper;  // svcwrap.exe
    // The service's own folder if it is yet to be made: made private before anything is written into it, so that what
    // will lie in it is not judged by who could have made it instead. Empty = it is there.
    std::string folder_to_make;
    bool is_registered = false;            // the service object exists and is judged as well
    std::vector<std::string> own_folders;  // of the service itself, which its configuration does not name
    // Set by a service that judges its own changed configuration: the one that it runs by, which was judged at the
    // start by an administrator. What the service's account may not look at is passed over if it was part of that, or
    // lies beside the configuration; all else that can't be judged is not safe.
    const config::ServiceConfig* in_force = nullptr;
    bool only_configuration = false;  // nothing but the TOML is judged
};

struct SecurityVerdict {
    guard::Trust trust;
    std::vector<guard::Finding> findings;
};

// By its name alone; a folder lies in itself.
[[nodiscard]] bool lies_in(const std::string& path, const std::string& folder);

// Whom a service of these settings may be changed by. Errors: usage, not_found (the account).
[[nodiscard]] Result<guard::Trust> make_trust(const SecurityParts& parts, const config::ServiceOptions& service);

// Reads permissions from the disk and perhaps names from a domain controller. Errors: usage, not_found (the account),
// access_denied, io_failed (permissions that can't be read; what can't be judged is not safe).
[[nodiscard]] Result<SecurityVerdict> check_security(const SecurityParts& parts, const config::ServiceConfig& config,
                                                     const SecurityScope& scope);

// What of the configuration is judged, and as what: the TOML, the program, its folder, the environment file, the file
// that it reads as its input, the folder of the logs, the programs of hooks and stop steps, and scripts among the
// arguments of all of them. Of what is missing, a whole path counts, for somebody may be able to make it; a name that
// is searched on PATH and not found is left out.
[[nodiscard]] std::vector<std::pair<guard::Role, std::string>> judged_paths(const SecurityParts& parts,
                                                                            const config::ServiceConfig& config);

}  // namespace svcwrap::app
