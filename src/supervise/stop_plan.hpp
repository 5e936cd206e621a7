#pragma once
// The arithmetic of stop steps. Pure.
#include <span>
#include <string_view>

#include "base/time.hpp"
#include "supervise/options.hpp"

namespace svcwrap::supervise {

// The time of all steps together; k_forever if one of them has no end.
[[nodiscard]] Duration total_time(std::span<const StopStep> steps);

// Shortens the steps so that together they take no longer than `budget`: each to the budget at most, then all in
// proportion. Steps that fit already stay as they are.
void fit_into(std::span<StopStep> steps, Duration budget);

// As in the configuration: "ctrl-break".
[[nodiscard]] std::string_view name_of(StopMethod method);

}  // namespace svcwrap::supervise
