#pragma once
// One svcwrap service as an operator wants to see it: what the SCM says beside what the wrapper has published.
#include <optional>
#include <string>
#include <vector>

#include "app/image_path.hpp"
#include "app/live.hpp"
#include "app/parts.hpp"
#include "base/json.hpp"
#include "base/time.hpp"
#include "config/service_config.hpp"
#include "host/published_state.hpp"

namespace svcwrap::app {

// A setting whose new value in the file has not taken effect yet.
struct WaitingSetting {
    std::string setting;
    std::string needs;  // "child-restart" | "reinstall"
};

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
    bool live = false;                    // the wrapper has just been asked and has answered: `published` is its answer
    std::optional<Error> unreachable;     // why it did not answer, although it serves the control channel
    std::vector<std::string> last_lines;  // of output, oldest first; live only
    // What the wrapper says, live only; and what the file says and the SCM does not.
    std::vector<WaitingSetting> waiting;
    std::string note;  // why nothing is known of the child although the service runs; else empty
};
// True if the child's state in `published` can be believed. A wrapper that can be asked and does not answer may hang.
[[nodiscard]] inline bool is_known(const ServiceView& view) {
    return view.current && !view.unreachable;
}

// The folder of the service below the data folder.
[[nodiscard]] Result<std::string> folder_of(const AppParts& parts, const std::string& name);
[[nodiscard]] std::string journal_in(const std::string& folder);
[[nodiscard]] std::string state_file_in(const AppParts& parts, const std::string& name);
[[nodiscard]] std::string history_file_in(const AppParts& parts, const std::string& name);

// What the SCM says, what the wrapper has published, and what it answers now, waited for at most k_look_patience.
// Errors: not_found (no such service, or not svcwrap's), access_denied, scm_failed.
[[nodiscard]] Result<ServiceView> load_view(const AppParts& parts, const std::string& name);
// The same with a registration that is known already, and without a look into the file: fit to be repeated.
[[nodiscard]] Result<ServiceView> load_view(const AppParts& parts, const std::string& name, Registration registration);

// Settings of the file that the SCM was told differently: start, account, display name, dependencies.
[[nodiscard]] std::vector<std::string> settings_unlike(const platform::ServiceConfiguration& registered,
                                                       const config::ServiceOptions& wanted);

// All of svcwrap's services. One that can't be read, or vanishes meanwhile, is left out: most are not ours.
[[nodiscard]] Result<std::vector<ServiceView>> load_all_views(const AppParts& parts);

// The wrapper of a running service, to be asked. Errors: scm_failed with 1062 if the service is stopped; access_denied
// or io_failed if its address is not to be had.
[[nodiscard]] Result<Wrapper> wrapper_of(const ServiceView& view);

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
// One line for a log of changes: the time and what matters most.
[[nodiscard]] std::string change_line(const ServiceView& view, WallTime now);
// The services as a table, or a sentence that there is none.
[[nodiscard]] std::string table_of(const std::vector<ServiceView>& views, WallTime now);

}  // namespace svcwrap::app
