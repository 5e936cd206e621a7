#pragma once
// The arithmetic of stop steps. Pure.
#include <span>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "supervise/options.hpp"

namespace svcwrap::supervise {

// The time of all steps together; k_forever if one of them has no end.
[[nodiscard]] Duration total_time(std::span<const StopStep> steps);

// Shortens the steps so that together they take no longer than `budget`: each to the budget at most, then all in
// proportion. Steps that fit already stay as they are.
void fit_into(std::span<StopStep> steps, Duration budget);

// Cuts the steps so that together they take no longer than `limit`: in order, the earlier ones keep their time and the
// last ones lose it. A step that is left with none is still begun, and not waited for.
void cut_to(std::span<StopStep> steps, Duration limit);

// The steps of a stop as configured: pre_stop first where there is one, and all within StopOptions::timeout.
[[nodiscard]] std::vector<StopStep> plan_stop(const StopOptions& options);

// After the last step: draining the output and closing the files.
inline constexpr Duration k_drain_time = std::chrono::seconds(15);
// What a stop takes at most, from the request to STOPPED: what Windows is told to wait for at a preshutdown
// (SERVICE_PRESHUTDOWN_INFO). A step without end counts as an hour: more cannot be promised, and is as good as for
// ever.
[[nodiscard]] Duration preshutdown_budget(const StopOptions& options);

// As in the configuration: "ctrl-break", "stdin"; pre_stop is "pre-stop".
[[nodiscard]] std::string_view name_of(StopMethod method);

}  // namespace svcwrap::supervise
