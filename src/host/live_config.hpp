#pragma once
// The configuration as it is now, and what of it is not yet true of the child or of the registration.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "config/difference.hpp"
#include "config/service_config.hpp"

namespace svcwrap::host {

using SharedConfig = std::shared_ptr<const config::ServiceConfig>;

// What a change of the setting needs to take effect, as the control channel says it: "nothing", "child-restart",
// "reinstall".
[[nodiscard]] std::string_view needs_of(const config::Setting& setting);

// For one thread.
class LiveConfig {
public:
    explicit LiveConfig(config::ServiceConfig config);

    [[nodiscard]] const SharedConfig& now() const { return now_; }
    // Takes the configuration of a reload and returns what changed. Errors: bad_config (another service's name), and
    // nothing has changed then.
    [[nodiscard]] Result<std::vector<config::ChangedSetting>> adopt(SharedConfig fresh);
    // A child runs that was launched with this one; null = none runs, so that nothing waits for its restart.
    void launched_with(SharedConfig config) { launched_ = std::move(config); }
    // The log streams were opened by this one.
    void logs_opened_by(SharedConfig config) { opened_ = std::move(config); }
    // The streams must be opened anew for a child of the present configuration.
    [[nodiscard]] bool wants_other_logs() const;
    // A child runs whose standard input is no pipe, and a stop step wants to write to it by now.
    [[nodiscard]] bool child_lacks_input() const;
    // Settings whose change waits: [{"setting", "needs"}].
    [[nodiscard]] Json waiting() const;

private:
    SharedConfig installed_;
    SharedConfig now_;
    SharedConfig launched_;
    SharedConfig opened_;
};

// What a reload changed, told to others.
struct Changes {
    std::vector<config::ChangedSetting> settings;
    bool wants_input = false;  // LiveConfig::child_lacks_input()
};
// [{"setting", "before", "after", "needs"}]; environment variables, which may be secrets, are not shown, and no value
// is where all together would be longer than an answer may be.
[[nodiscard]] Json changes_json(const Changes& changes);
// "restart.delay: \"1s\" -> \"5s\" (now); ..."; for the journal, which others read than the configuration: environment
// variables, arguments and commands are told without their values.
[[nodiscard]] std::string changes_text(const Changes& changes);

}  // namespace svcwrap::host
