#pragma once
// Whether a run that ended by itself is followed by another one. Pure.
//
// Rules come first (the first match wins), then success_exit_codes sorts the end into a column, then the policy. The
// columns are those of Restart= in systemd.service(5); a launch that failed has no column there and counts as abnormal:
// the program did not get as far as saying anything.
//
// clang-format off
// | policy \ end | success | failure | crash   | timeout | launch_failure |
// |--------------|---------|---------|---------|---------|----------------|
// | never        | -       | -       | -       | -       | -              |
// | on-failure   | -       | restart | restart | restart | restart        |
// | on-abnormal  | -       | -       | restart | restart | restart        |
// | on-success   | restart | -       | -       | -       | -              |
// | always       | restart | restart | restart | restart | restart        |
// clang-format on
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "supervise/options.hpp"
#include "supervise/run_end.hpp"

namespace svcwrap::supervise {

// The columns above. success: an exit code of success_exit_codes, also where it looks like a crash.
enum class EndClass : std::uint8_t { success, failure, crash, timeout, launch_failure };
inline constexpr std::size_t k_end_class_count = 5;
[[nodiscard]] std::string_view name_of(EndClass end_class);
// As in the configuration: "on-failure".
[[nodiscard]] std::string_view name_of(RestartPolicy policy);

[[nodiscard]] EndClass class_of(const RunEnd& end, const RestartOptions& options);
[[nodiscard]] bool restarts(RestartPolicy policy, EndClass end_class);

struct Verdict {
    RuleAction action = RuleAction::stop;
    std::optional<Duration> delay;  // the rule's own
    std::string why;                // "rule 2", "policy on-failure"
};
[[nodiscard]] Verdict judge(const RunEnd& end, const RestartOptions& options);

}  // namespace svcwrap::supervise
