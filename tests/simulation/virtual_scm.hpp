#pragma once
// The SCM's side: takes reports, knows which transitions are legal, and loses patience.
#include <optional>

#include "checks.hpp"
#include "supervise/scm_report.hpp"

namespace svcwrap::simulation {

class VirtualScm {
public:
    explicit VirtualScm(Checks& checks) : checks_(checks) {}

    void take(const platform::SessionReport& report, TimePoint now);
    // Whether the service is pending and has been silent for longer than its hint.
    void watch(TimePoint now);
    [[nodiscard]] bool is_stopped() const { return last_ && last_->state == platform::ServiceState::stopped; }

private:
    void check_pending(const platform::SessionReport& report);
    void check_accepted(const platform::SessionReport& report);

    Checks& checks_;
    std::optional<platform::SessionReport> last_;
    TimePoint reported_{};
};

}  // namespace svcwrap::simulation
