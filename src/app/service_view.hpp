#pragma once
// One svcwrap service as an operator wants to see it: what the SCM says beside what the wrapper has published.
#include <optional>
#include <string>

#include "app/image_path.hpp"
#include "app/parts.hpp"
#include "base/json.hpp"
#include "base/time.hpp"
#include "host/published_state.hpp"

namespace svcwrap::app {

struct ServiceView {
    std::string name;
    Registration registration;
    platform::ServiceStatus status;
    std::string folder;   // the service's own
    std::string journal;  // the wrapper's log
    std::optional<host::PublishedState> published;
    // True if `published` comes from the very process that the SCM names. If not, it tells of an earlier life: its
    // last end is of interest, its state is not.
    bool current = false;
    std::string note;  // why nothing is known of the child although the service runs; else empty
};

// The folder of the service below the data folder.
[[nodiscard]] Result<std::string> folder_of(const AppParts& parts, const std::string& name);
[[nodiscard]] std::string journal_in(const std::string& folder);
[[nodiscard]] std::string state_file_in(const AppParts& parts, const std::string& name);

// Errors: not_found (no such service, or not svcwrap's), access_denied, scm_failed.
[[nodiscard]] Result<ServiceView> load_view(const AppParts& parts, const std::string& name);
// The same with a registration that is known already.
[[nodiscard]] Result<ServiceView> load_view(const AppParts& parts, const std::string& name, Registration registration);

// True if the service does its work, as far as can be known: the SCM says RUNNING, and the wrapper, where it can be
// asked, says that the child runs.
[[nodiscard]] bool is_up(const ServiceView& view);

// How the last run of the child ended, in one line: "exit code 3 (...)".
[[nodiscard]] std::string describe_end(const supervise::RunEnd& end);
// What to do about it, or empty.
[[nodiscard]] std::string remedy_for(const supervise::RunEnd& end);

// The shapes are in README.md.
[[nodiscard]] Json to_json(const ServiceView& view, WallTime now);
[[nodiscard]] std::string text_of(const ServiceView& view, WallTime now);
[[nodiscard]] std::vector<std::string> table_head();
[[nodiscard]] std::vector<std::string> table_row(const ServiceView& view, WallTime now);

}  // namespace svcwrap::app
