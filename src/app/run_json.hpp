#pragma once
// The parts of the JSON shapes that tell of runs: the same in status, history and test-stop. The shapes are in
// README.md.
#include <optional>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "supervise/supervisor.hpp"

namespace svcwrap::app {

[[nodiscard]] Json time_json(const std::optional<WallTime>& time);
[[nodiscard]] Json end_json(const supervise::RunEnd& end);
[[nodiscard]] Json steps_json(const std::vector<supervise::StepRecord>& steps);

}  // namespace svcwrap::app
